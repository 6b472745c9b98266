/** The types of one policy, as its compiled declarations state them. Nothing here exists at run time. */
import type { Outcome } from "./core/outcome.ts";
import type { Policy } from "./core/policy.ts";

/** What a policy says of the requests that it is for. */
export interface PolicyTypes {
  /** The contract's request, without the field that names the model: the path decides that. */
  readonly request: object;
  readonly response: unknown;
  /** A piece of a streamed answer. */
  readonly chunk: unknown;
  /** The fields of `context`; those with a default are optional. */
  readonly context: object;
  /** The adapters that its paths name, by name. */
  readonly adapters: object;
  /** Names of the paths. */
  readonly path: string;
  /** The reason codes. */
  readonly reason: string;
  /** Whom its rules call by `page "…"` and `notify "…"`. */
  readonly page: string;
  readonly notify: string;
  /** What its rules hand requests to by `defer to "…"`. */
  readonly queue: string;
}

/** Of a policy that states none. */
export interface AnyPolicyTypes {
  readonly request: object;
  readonly response: unknown;
  readonly chunk: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly adapters: Readonly<Record<string, Adapter>>;
  readonly path: string;
  readonly reason: string;
  readonly page: string;
  readonly notify: string;
  readonly queue: string;
}

/**
 * The service's own code between its form of requests and answers, which is that of the path that they
 * start on, and another path's (`adapter` of a path). Plain functions: what they give is used at once,
 * and what they throw never leaves the runtime.
 */
export interface Adapter<
  Request = Readonly<Record<string, unknown>>,
  PathRequest = unknown,
  PathResponse = unknown,
  Response = unknown,
> {
  /** A request of the service -> one for the path. The runtime writes the model's name over it. */
  readonly request: (request: Request) => PathRequest;
  /** A usable answer of the path -> one that the service reads. Left out: answers are passed on as they are. */
  readonly response?: ((response: PathResponse) => Response) | undefined;
}

/** An adapter for a path whose answers the service could not read as they are. */
export interface FullAdapter<Request, PathRequest, PathResponse, Response>
  extends Adapter<Request, PathRequest, PathResponse, Response> {
  readonly response: (response: PathResponse) => Response;
}

/** The adapters must be given where paths name some. */
export type AdapterOptions<Types extends PolicyTypes> =
  Record<never, never> extends Types["adapters"]
    ? { readonly adapters?: Types["adapters"] | undefined }
    : { readonly adapters: Types["adapters"] };

/** Called with the target that the rule names. What it throws or rejects with is counted and goes no further. */
export type Hook<Target extends string, Types extends PolicyTypes> = (
  target: Target,
  outcome: TypedOutcome<Types>,
) => unknown;

/** Handlers of `page "…"` and `notify "…"`. They are called when the outcome is known; nobody waits for them. */
export interface Hooks<Types extends PolicyTypes> {
  readonly page?: Hook<Types["page"], Types> | undefined;
  readonly notify?: Hook<Types["notify"], Types> | undefined;
}

declare const TYPES: unique symbol;

/** A policy with its types. Compiled declarations export this: `declare const policy: TypedPolicy<{ … }>`. */
export interface TypedPolicy<Types extends PolicyTypes = AnyPolicyTypes> extends Policy {
  /** Carries the types; never there. */
  readonly [TYPES]?: Types;
}

/** The record of a request under a policy whose paths and reasons are known. */
export interface TypedOutcome<Types extends PolicyTypes> extends Outcome {
  readonly source: Types["path"] | null;
  readonly reason: Types["reason"] | null;
}

/** The context must be given where one of its fields has no default. */
export type CompleteArguments<Types extends PolicyTypes> =
  Record<never, never> extends Types["context"]
    ? [options?: CompleteOptions<Types>]
    : [options: CompleteOptions<Types> & { readonly context: Types["context"] }];

export interface CompleteOptions<Types extends PolicyTypes> {
  readonly traceId?: string | null | undefined;
  /** Aborting it ends the request at once, in a back-off too. */
  readonly signal?: AbortSignal | null | undefined;
  readonly context?: Types["context"] | undefined;
  /** The service's own count of the prompt; left out: estimated. */
  readonly promptTokens?: number | undefined;
  /** What the record is to say of how the request was made, in words. */
  readonly warnings?: readonly string[] | undefined;
}

/**
 * What came of a request, told apart by `kind`. `response` and `outcome` are there in each; only an
 * answer has a response.
 */
export type Completion<Types extends PolicyTypes = AnyPolicyTypes> =
  | {
      readonly kind: "answer";
      readonly response: Types["response"];
      readonly outcome: TypedOutcome<Types>;
      /** The path that answered. */
      readonly source: Types["path"];
    }
  | {
      /** `respond "…"`: an explicit answer of the operator's. */
      readonly kind: "degraded";
      readonly response: null;
      readonly outcome: TypedOutcome<Types>;
      readonly text: string;
    }
  | {
      /** `defer to "…"`: the request is for that queue. */
      readonly kind: "deferred";
      readonly response: null;
      readonly outcome: TypedOutcome<Types>;
      readonly to: Types["queue"];
    }
  | {
      readonly kind: "failure";
      readonly response: null;
      readonly outcome: TypedOutcome<Types>;
      readonly reason: Types["reason"] | null;
      /** Of the last attempt; null where there was none, or it got no status line. */
      readonly status: number | null;
      /** The provider's error of the last attempt, cut down to what the policy's `record` allows. */
      readonly error: Readonly<Record<string, string>> | null;
      /** A part of a streamed answer had been passed on. */
      readonly partial: boolean;
    }
  | { readonly kind: "aborted"; readonly response: null; readonly outcome: TypedOutcome<Types> };
