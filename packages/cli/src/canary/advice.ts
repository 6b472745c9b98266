/** What to look at first when a canary call failed. */
import type { ContractModel } from "@fbp/dsl";
import type { Seen } from "./call.ts";

/** @param file the contract, as the user would name it */
export function lookAt(seen: Seen, { contract, accept }: ContractModel, file: string): string | null {
  if (seen.ok) return null;
  const { transport, status, signal, check } = seen;
  if (transport !== null) return `${ofTransport(transport)} in ${file}`;
  if (check === "json") return `endpoint.path in ${file}: what answers there gives no JSON`;
  if (check !== null) {
    const isStandard = accept.some((each) => each.kind === "standard" && each.name === check);
    if (!isStandard) return `the check ${check} in \`accept\`, which a plain greeting may not meet`;
    return `response.schema, response.answer, response.finishReason and response.cutReasons in ${file}`;
  }
  if (status === 404 || status === 405 || (status !== null && status >= 300 && status < 400)) {
    return `endpoint.baseUrl and endpoint.path in ${file}, and the path's model`;
  }
  const { env } = contract.auth;
  const key = env === null ? "auth.env, which says that no key is needed," : `the key in $${env}`;
  switch (signal) {
    case "auth_or_account":
      return `auth.header and auth.scheme in ${file}, ${key}, and whether the account may use the model`;
    case "rate_limited":
    case "quota_exhausted":
      return `the account's limits with the provider; ${file} was understood so far`;
    case "client_invalid":
    case "context_overflow":
      return `request.schema, request.model and request.outputLimits in ${file}: the provider does not take such a request`;
    case "route_unavailable":
      return "the path's model: the provider does not serve it now, or has no such model";
    case "content_refused":
      return `response.refusedReasons in ${file}: the provider refused a plain greeting`;
    case "stream_interrupted":
      return `response.stream and response.finishReason in ${file}: the stream did not end as they say`;
    default:
      return `the provider's own state first; then errors.conditions in ${file}, should the error be documented`;
  }
}

function ofTransport(fault: string): string {
  switch (fault) {
    case "connect":
    case "dns":
    case "tls":
      return "endpoint.baseUrl";
    case "reset":
      return "endpoint.baseUrl and endpoint.path";
    default:
      return "the path's timeouts, or --timeout; then endpoint.baseUrl and endpoint.path";
  }
}
