/** The request's body as bytes on the wire: serialised once, whatever happens to the request after. */
import type { ContractPlan } from "./core/policy.ts";
import type { Route } from "./route.ts";
import { UsageError } from "./usage-error.ts";

export type ChatRequest = Readonly<Record<string, unknown>>;

/**
 * A request that says itself what it is as JSON is what it says, or it would name a model of its own beside the path's.
 *
 * @throws UsageError when `request` is no object
 */
export function checkedRequest(request: unknown): ChatRequest {
  const said = isObject(request) && typeof request.toJSON === "function" ? saidBy(request, request.toJSON) : request;
  if (!isObject(said)) throw new UsageError("the request must be an object");
  return said;
}

function isObject(value: unknown): value is ChatRequest {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function saidBy(request: ChatRequest, toJSON: object): unknown {
  try {
    return Reflect.apply(toJSON as () => unknown, request, []);
  } catch {
    throw new UsageError(UNWRITABLE);
  }
}

const UNWRITABLE =
  "the request cannot be written as JSON: it holds a circle, a bigint, or a toJSON that throws, or is too deep or too large";

/**
 * The fields of a request as JSON, without the one that names the model: what each path's body ends
 * with. The request itself stays as it is.
 *
 * @param streams whether to ask for a stream, whatever the request says of it; null: a whole answer is wanted, and to
 *   ask for a stream is a bug
 * @throws UsageError when the request cannot be serialised (a cycle, a bigint), does not become an
 *   object, or asks for a stream where a whole answer is wanted.
 */
export function serialise(
  request: ChatRequest,
  { modelField, streamField }: Pick<ContractPlan, "modelField" | "streamField">,
  streams: boolean | null,
): string {
  if (streams === null && streamField !== null && request[streamField] === true) {
    throw new UsageError(`complete gives whole answers: leave ${streamField} out of the request, or call stream`);
  }
  const fields =
    streams !== null && streamField !== null
      ? { ...request, [modelField]: undefined, [streamField]: streams || undefined }
      : request[modelField] === undefined
        ? request
        : { ...request, [modelField]: undefined };
  let text: unknown;
  try {
    text = JSON.stringify(fields);
  } catch {
    // What JSON.stringify says of it names the request's fields.
    throw new UsageError(UNWRITABLE);
  }
  if (typeof text !== "string" || text.charCodeAt(0) !== BRACE) {
    throw new UsageError("the request must become a JSON object");
  }
  return text;
}

const BRACE = 0x7b;

/** `rest` as `serialise` gave it, with the model that `route` names in front. */
export function bodyFor(route: Route, rest: string): string {
  return rest.length === 2 ? `${route.opening}}` : `${route.opening},${rest.slice(1)}`;
}
