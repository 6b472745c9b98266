import { expect, test } from "vitest";
import { faultOf } from "./undici-fault.ts";

const coded = (code: string): Error => Object.assign(new Error(code), { code });
const waiting = { started: false, secure: true };
const underWay = { started: true, secure: true };

test.each([
  ["ENOTFOUND", waiting, "dns"],
  ["EAI_AGAIN", waiting, "dns"],
  ["ECONNREFUSED", waiting, "connect"],
  ["UND_ERR_CONNECT_TIMEOUT", waiting, "connect"],
  ["ETIMEDOUT", waiting, "connect"],
  ["ETIMEDOUT", underWay, "reset"],
  ["CERT_HAS_EXPIRED", waiting, "tls"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", waiting, "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", waiting, "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", waiting, "tls"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", waiting, "tls"],
  ["ECONNRESET", waiting, "tls"],
  ["ECONNRESET", { started: false, secure: false }, "connect"],
  ["ECONNRESET", underWay, "reset"],
  ["EPIPE", underWay, "reset"],
  ["UND_ERR_SOCKET", underWay, "reset"],
  ["UND_ERR_HEADERS_TIMEOUT", underWay, "headers_timeout"],
  ["UND_ERR_BODY_TIMEOUT", underWay, "body_timeout"],
  ["UND_ERR_INVALID_ARG", waiting, "connect"],
  ["constructor", underWay, "reset"],
] as const)("%s under way %o is %s", (code, progress, fault) => {
  expect(faultOf(coded(code), progress)).toBe(fault);
});

test("of several addresses the first one's fault counts", () => {
  expect(faultOf(new AggregateError([coded("ENOTFOUND"), coded("ECONNREFUSED")]), waiting)).toBe("dns");
});

test.each([undefined, null, "text", new Error("no code")])("%s has a fault too", (error) => {
  expect(faultOf(error, waiting)).toBe("connect");
  expect(faultOf(error, underWay)).toBe("reset");
});
