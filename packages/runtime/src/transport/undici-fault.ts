/** Which fault of the language an error of undici, or of Node.js below it, is. */
import type { TransportFault } from "../core/policy.ts";

/** How far a call had come when it broke. */
export interface Progress {
  /** The connection stood, and the request was being written. */
  readonly started: boolean;
  /** Over TLS. */
  readonly secure: boolean;
}

const BY_CODE: Readonly<Record<string, TransportFault>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  EAI_NONAME: "dns",
  UND_ERR_CONNECT_TIMEOUT: "connect",
  ECONNREFUSED: "connect",
  EHOSTUNREACH: "connect",
  ENETUNREACH: "connect",
  UND_ERR_HEADERS_TIMEOUT: "headers_timeout",
  UND_ERR_BODY_TIMEOUT: "body_timeout",
  EPROTO: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  HOSTNAME_MISMATCH: "tls",
};

/** Codes of OpenSSL's verification, and of Node's and OpenSSL's TLS errors. */
const TLS_CODE = /^(?:CERT_|CRL_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/;

/**
 * Everything that is not known is `connect` before the connection stood, and `reset` after: the
 * exchange broke, by the other side, the network, or an answer that is no HTTP.
 */
export function faultOf(error: unknown, progress: Progress): TransportFault {
  const code = codeOf(error);
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known !== undefined) return known;
  if (TLS_CODE.test(code)) return "tls";
  if (progress.started) return "reset";
  // The other side took the connection and broke it off before the handshake was done.
  return progress.secure && code === "ECONNRESET" ? "tls" : "connect";
}

/** Several addresses may have been tried: then the first one's code speaks for all. */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : "";
}
