/** What each path's call looks like, worked out once per policy: everything but the request itself. */
import { type ContextReader, contextReader } from "./context.ts";
import { HEADER_NAME, TRANSPORT_HEADERS } from "./core/headers.ts";
import type { ContractPlan, PathPlan, Policy } from "./core/policy.ts";
import type { Adapter } from "./types.ts";
import { UsageError } from "./usage-error.ts";

/** One path, ready to be called. */
export interface Route {
  readonly plan: PathPlan;
  readonly contract: ContractPlan;
  readonly url: string;
  /** Names in lower case; with the provider's key, if one was given. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same for a call that asks for a stream. */
  readonly streamHeaders: Readonly<Record<string, string>>;
  /** The beginning of each body: `{` and the field that names the model. */
  readonly opening: string;
  readonly adapter: Adapter | null;
  /** The provider's key, to take it out of whatever the provider echoes; null where there is none. */
  readonly key: string | null;
}

export interface Prepared {
  /** In the order of the policy's paths. */
  readonly routes: readonly Route[];
  readonly context: ContextReader;
}

export interface PrepareOptions {
  /** Gives the value of an environment variable. Left out: calls are made without keys, as tests do. */
  readonly env?: (name: string) => string | undefined;
  /** By name. Left out: requests and answers of paths that name one stay as they are, as in tests. */
  readonly adapters?: Readonly<Record<string, Adapter>>;
}

/**
 * @throws UsageError when a contract's address or headers cannot be used, a variable that holds a key
 *   is missing or unusable, or an adapter is missing. No message holds a key.
 */
export function prepare(policy: Policy, options: PrepareOptions = {}): Prepared {
  return { routes: policy.paths.map((plan) => route(policy, plan, options)), context: contextReader(policy) };
}

function route(policy: Policy, plan: PathPlan, options: PrepareOptions): Route {
  const contract = policy.contracts[plan.contract];
  if (contract === undefined) throw new UsageError(`the policy is damaged: path ${plan.name} has no contract`);
  const key = keyOf(contract, options);
  const headers = headersOf(contract, key);
  return {
    plan,
    contract,
    url: addressOf(contract),
    headers,
    streamHeaders: Object.freeze({ ...headers, accept: "text/event-stream, application/json" }),
    opening: `{${JSON.stringify(contract.modelField)}:${JSON.stringify(plan.model)}`,
    adapter: adapterOf(plan, options),
    key,
  };
}

function adapterOf(plan: PathPlan, options: PrepareOptions): Adapter | null {
  const { adapters } = options;
  if (plan.adapter === null || adapters === undefined) return null;
  const adapter = Object.hasOwn(adapters, plan.adapter) ? adapters[plan.adapter] : undefined;
  const name = JSON.stringify(plan.adapter);
  if (adapter === undefined || adapter === null) {
    throw new UsageError(`path ${plan.name} needs the adapter ${name}: give it in adapters`);
  }
  const { request, response } = adapter;
  if (typeof request !== "function" || (response !== undefined && typeof response !== "function")) {
    throw new UsageError(`the adapter ${name} has no function request, or a response that is no function`);
  }
  return adapter;
}

function addressOf(contract: ContractPlan): string {
  let url: URL;
  try {
    url = new URL(contract.baseUrl.replace(/\/$/, "") + contract.path);
  } catch {
    throw new UsageError(`contract ${contract.name} has an address that cannot be read`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new UsageError(`contract ${contract.name} has an address that is neither https nor http`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(`contract ${contract.name} has a user or a password in its address`);
  }
  url.hash = "";
  return url.href;
}

/** What may stand in a key: visible ASCII. A line break would let it write headers of its own. */
const USABLE_KEY = /^[\x21-\x7e]+$/;

function keyOf(contract: ContractPlan, options: PrepareOptions): string | null {
  const { env } = contract.auth;
  if (env === null || options.env === undefined) return null;
  const key = options.env(env);
  if (key === undefined || key === "") {
    throw new UsageError(`the environment variable ${env} holds no key: contract ${contract.name} needs one`);
  }
  if (!USABLE_KEY.test(key)) {
    throw new UsageError(
      `the environment variable ${env} holds a space, a line break or another character that no key can have`,
    );
  }
  return key;
}

/** RFC 9110: visible characters, spaces and tabs. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

function headersOf(contract: ContractPlan, key: string | null): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
  for (const [given, value] of Object.entries(contract.headers)) {
    const name = headerName(contract, given);
    if (!HEADER_VALUE.test(value)) throw new UsageError(`contract ${contract.name} has an unusable value for ${name}`);
    headers[name] = value;
  }
  if (key !== null) {
    const { scheme } = contract.auth;
    if (!HEADER_VALUE.test(scheme)) throw new UsageError(`contract ${contract.name} has an unusable auth scheme`);
    headers[headerName(contract, contract.auth.header)] = scheme === "" ? key : `${scheme} ${key}`;
  }
  return Object.freeze(headers);
}

function headerName(contract: ContractPlan, given: string): string {
  const name = given.toLowerCase();
  if (!HEADER_NAME.test(name) || TRANSPORT_HEADERS.has(name)) {
    throw new UsageError(`contract ${contract.name} has a header that cannot be set: ${JSON.stringify(given)}`);
  }
  return name;
}
