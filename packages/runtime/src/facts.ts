/** What the machine is told of a request, and what a caller may say about it. */
import { NONE } from "./core/chain.ts";
import { estimatePromptTokens, outputLimit } from "./core/estimate.ts";
import type { ContractPlan, Policy } from "./core/policy.ts";
import type { RequestFacts } from "./core/protocol.ts";
import type { ChatRequest } from "./request.ts";
import type { Viewer } from "./stream/gate.ts";
import { UsageError } from "./usage-error.ts";

export interface RunOptions {
  readonly traceId?: string | null | undefined;
  readonly context?: unknown;
  /** The service's own count of the prompt; left out: estimated. */
  readonly promptTokens?: number | undefined;
  /** Aborted already: no call is made, and there is an outcome all the same. Later aborts are the caller's to tell. */
  readonly signal?: { readonly aborted: boolean } | null | undefined;
  /** A stream is wanted, and this is who is shown it. */
  readonly viewer?: Viewer | undefined;
  /** What the record is to say of how the request was made, in words. */
  readonly warnings?: readonly string[] | undefined;
}

/** Of a prompt that was not measured yet. */
const UNKNOWN = -1;

/** What the machine knows of the request. The prompt is only measured when something hangs on it. */
export class Facts implements RequestFacts {
  readonly id: string;
  readonly traceId: string | null;
  readonly startedAt: number;
  readonly request: ChatRequest;
  readonly context: unknown;
  readonly repeatable: boolean;
  readonly outputLimit: number | null;
  readonly warnings: readonly string[];
  readonly #contract: ContractPlan;
  #promptTokens: number;

  constructor(
    id: string,
    startedAt: number,
    policy: Policy,
    contract: ContractPlan,
    request: ChatRequest,
    context: unknown,
    options: RunOptions,
  ) {
    this.id = id;
    this.traceId = checkedTraceId(options.traceId);
    this.startedAt = startedAt;
    this.request = request;
    this.context = context;
    this.repeatable = policy.repeatable(request, context);
    this.outputLimit = outputLimit(contract, request);
    this.warnings = checkedWarnings(options.warnings);
    this.#contract = contract;
    this.#promptTokens = checkedTokens(options.promptTokens);
  }

  get promptTokens(): number {
    if (this.#promptTokens === UNKNOWN) this.#promptTokens = estimatePromptTokens(this.#contract, this.request);
    return this.#promptTokens;
  }
}

/** @throws UsageError when it is no text. */
function checkedTraceId(traceId: string | null | undefined): string | null {
  if (traceId === undefined || traceId === null) return null;
  if (typeof traceId !== "string") throw new UsageError("traceId must be a text");
  return traceId;
}

/** @throws UsageError when they are no texts: a record of anything else might not be written anywhere. */
function checkedWarnings(warnings: readonly string[] | undefined): readonly string[] {
  if (warnings === undefined) return NONE;
  if (!Array.isArray(warnings) || !warnings.every((warning) => typeof warning === "string")) {
    throw new UsageError("warnings must be a list of texts");
  }
  return warnings;
}

/** @throws UsageError when it is no count. */
function checkedTokens(tokens: number | undefined): number {
  if (tokens === undefined) return UNKNOWN;
  if (!Number.isSafeInteger(tokens) || tokens < 0) {
    throw new UsageError("promptTokens must be a whole number, 0 or above");
  }
  return tokens;
}
