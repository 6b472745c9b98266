/**
 * What LiteLLM calls a failure. Source: litellm_core_utils/exception_mapping_utils.py (for OpenAI's form of errors, which
 * all shipped contracts have) and `_should_retry` in utils.py.
 */
import type { Reply } from "../../simulate/beside/rules.ts";

export interface LitellmError {
  /** As `retry_policy` names them, and those that it has no name for. */
  readonly kind:
    | "TimeoutError"
    | "RateLimitError"
    | "AuthenticationError"
    | "PermissionDeniedError"
    | "NotFoundError"
    | "BadRequestError"
    | "ContextWindowExceededError"
    | "ContentPolicyViolationError"
    | "InternalServerError"
    | "ServiceUnavailableError"
    | "APIError"
    /** No deployment of the group is left: the router's own, without a status. */
    | "NoDeployment";
  readonly status: number | null;
  /** As the provider asked for; null: it did not. */
  readonly retryAfterMs: number | null;
}

const CONTEXT = [
  "context_length_exceeded",
  "exceed context limit",
  "this model's maximum context length is",
  "model's maximum context limit",
  "is longer than the model's context length",
  "input tokens exceed the configured limit",
];
const CONTENT_POLICY = ["content_policy_violation", "content_filter", "content management policy", "safety system"];

/** null: the call was answered. */
export function litellmError(reply: Reply): LitellmError | null {
  switch (reply.kind) {
    case "answered":
      return null;
    case "timed_out":
      return { kind: "TimeoutError", status: 408, retryAfterMs: null };
    case "failed":
    case "broke_off":
      return { kind: "InternalServerError", status: 500, retryAfterMs: null };
    case "returned": {
      const { status, headers } = reply;
      const seconds = headers["retry-after"];
      const retryAfterMs = seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : null;
      return { kind: kindOf(status, reply.text.toLowerCase()), status, retryAfterMs };
    }
  }
}

function kindOf(status: number, text: string): LitellmError["kind"] {
  if (status < 500 && CONTEXT.some((words) => text.includes(words))) return "ContextWindowExceededError";
  if (status === 400 && CONTENT_POLICY.some((words) => text.includes(words))) return "ContentPolicyViolationError";
  switch (status) {
    case 401:
      return "AuthenticationError";
    case 403:
      return "PermissionDeniedError";
    case 404:
      return "NotFoundError";
    case 408:
    case 504:
      return "TimeoutError";
    case 429:
      return "RateLimitError";
    case 500:
      return "InternalServerError";
    case 503:
      return "ServiceUnavailableError";
    default:
      return status >= 400 && status < 500 ? "BadRequestError" : "APIError";
  }
}

/** `_should_retry` */
export function isRetriedStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** The names of `retry_policy` that hold an exception, the most specific first. */
export function policyNamesOf({ kind }: LitellmError): readonly string[] {
  const isBadRequest = kind === "ContextWindowExceededError" || kind === "ContentPolicyViolationError";
  return [kind, ...(isBadRequest ? ["BadRequestError"] : []), ...(kind === "NoDeployment" ? [] : ["Default"])];
}
