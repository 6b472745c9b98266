/** Which shipped contract describes a provider, by the names that gateways have for it. */

export interface Provider {
  /** Of the shipped contracts. */
  readonly file: string;
  /** As the shipped contract has it. */
  readonly env: string;
  readonly baseUrl: string;
  /** Does the contract describe this very provider? Else only the form that many share. */
  readonly isItsOwn: boolean;
  /** A contract of it needs an address that is the customer's own. */
  readonly needsAddress?: true;
}

const own = (file: string, baseUrl: string, env: string): Provider => ({ file, baseUrl, env, isItsOwn: true });

const PROVIDERS: Readonly<Record<string, Provider>> = {
  openai: own("openai.contract.json", "https://api.openai.com", "OPENAI_API_KEY"),
  azure: {
    ...own("azure-openai.contract.json", "https://your-resource.openai.azure.com", "AZURE_OPENAI_API_KEY"),
    needsAddress: true,
  },
  mistral: own("mistral.contract.json", "https://api.mistral.ai", "MISTRAL_API_KEY"),
  groq: own("groq.contract.json", "https://api.groq.com", "GROQ_API_KEY"),
  deepseek: own("deepseek.contract.json", "https://api.deepseek.com", "DEEPSEEK_API_KEY"),
  openrouter: own("openrouter.contract.json", "https://openrouter.ai", "OPENROUTER_API_KEY"),
  cometapi: own("cometapi.contract.json", "https://api.cometapi.com", "COMETAPI_KEY"),
};

/** Other names for them. */
const ALIASES: Readonly<Record<string, string>> = {
  "azure-openai": "azure",
  azure_ai: "azure",
  "mistral-ai": "mistral",
  mistralai: "mistral",
  "openai-compatible": "openai_like",
};

export const COMPATIBLE: Provider = {
  file: "openai-compatible.contract.json",
  env: "OPENAI_API_KEY",
  baseUrl: "https://api.openai.com",
  isItsOwn: false,
};

export function providerOf(name: string): Provider {
  const key = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  return Object.hasOwn(PROVIDERS, key) ? (PROVIDERS[key] ?? COMPATIBLE) : COMPATIBLE;
}

/** Every provider whose contract is shipped. */
export const KNOWN_PROVIDERS = Object.keys(PROVIDERS);
export const SHIPPED: readonly Provider[] = [...Object.values(PROVIDERS), COMPATIBLE];
