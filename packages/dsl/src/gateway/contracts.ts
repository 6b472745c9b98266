/** The contracts that the paths of an import need: one for each provider, address and key. */

import { Names } from "./names.ts";
import type { ContractNeed, Overlay } from "./plan.ts";
import { providerOf } from "./providers.ts";

export interface Endpoint {
  /** As the gateway names it: `openai`. */
  readonly provider: string;
  /** An address in the configuration; null: the provider's own. */
  readonly address: string | null;
  /** Name of the environment variable that holds the key; null: as the contract has it. */
  readonly env: string | null;
  readonly notes: readonly string[];
}

export class Contracts {
  readonly #prefix: string;
  readonly #names = new Names();
  readonly #made = new Map<string, ContractNeed>();

  /** @param prefix of the names of files: `litellm` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get all(): readonly ContractNeed[] {
    return [...this.#made.values()];
  }

  /** The name of the contract, as the policy has it. */
  nameOf(endpoint: Endpoint): string {
    const key = JSON.stringify([endpoint.provider, endpoint.address, endpoint.env]);
    const known = this.#made.get(key);
    if (known !== undefined) return known.name;
    const need = this.#make(endpoint);
    this.#made.set(key, need);
    return need.name;
  }

  #make({ provider, address, env, notes }: Endpoint): ContractNeed {
    const known = providerOf(provider);
    const name = this.#names.take(provider);
    const endpoint = address === null ? null : endpointOf(provider, address);
    const differs = endpoint !== null || (env !== null && env !== known.env) || (!known.isItsOwn && env !== null);
    const file = `${this.#prefix}-${name.replaceAll("_", "-")}.contract.json`;
    const overlay: Overlay | null = differs ? { file, endpoint, env } : null;
    return {
      name,
      shipped: known.file,
      overlay,
      notes: [
        ...notes,
        ...(known.isItsOwn || address !== null
          ? []
          : [
              `No contract for ${provider} is shipped: this one has the form of OpenAI's, and not its address. Put the address of an endpoint of that form into the contract, or write one with \`fbp contract import\`.`,
            ]),
        ...(known.needsAddress === true && address === null
          ? ["Put the address of your own resource into the contract."]
          : []),
      ],
    };
  }
}

/** Clients of this form put `/chat/completions` behind the address; Azure's path stands in its contract. */
function endpointOf(provider: string, address: string): NonNullable<Overlay["endpoint"]> {
  const url = new URL(address);
  if (providerOf(provider).needsAddress === true) return { baseUrl: url.origin };
  return { baseUrl: url.origin, path: `${url.pathname.replace(/\/+$/, "")}/chat/completions` };
}

/** The text of a contract that extends a shipped one beside it. */
export function overlayText({ name, shipped }: ContractNeed, { endpoint, env }: Overlay): string {
  const contract = {
    fbp: 1,
    name,
    extends: `./${shipped}`,
    ...(endpoint === null ? {} : { endpoint }),
    ...(env === null ? {} : { auth: { env } }),
  };
  return `${JSON.stringify(contract, null, 2)}\n`;
}
