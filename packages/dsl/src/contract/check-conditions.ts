/**
 * Does each documented error condition say what can be? Asked of a document that has the form of a
 * contract, condition by condition; whether one is reached at all is asked in `shadows.ts`.
 */
import { BUILT_IN_SIGNALS, HEADER_NAME, type SignalClass } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import { type Claim, CONDITION_TESTS, type Contract, type ErrorCondition } from "./document.ts";
import type { JsonDocument } from "./json.ts";
import { below, valueAt } from "./pointer.ts";
import { contractSchema } from "./schema.ts";

const RUNTIME_ONLY = new Set<string>([
  "stream_interrupted",
  ...BUILT_IN_SIGNALS.filter((signal) => signal.class === "health").map((signal) => signal.name),
]);

export function checkConditions(document: JsonDocument, report: Report): void {
  // What is wrong in another area does not keep this one from being read.
  const errors = valueAt(document.value, ["errors"]);
  if (!contractSchema().shape.errors.safeParse(errors, { jitless: true }).success) return;
  (errors as Contract["errors"]).conditions.forEach((condition, index) => {
    const place: Place = (...more) => document.spanOf(below("/errors/conditions", index, ...more));
    if (!CONDITION_TESTS.some((test) => condition[test] !== undefined)) report.add("FBP3030", place(), {});
    checkSignal(condition, place, report);
    condition.status?.forEach((status, at) => {
      if (!isStatus(status)) report.add("FBP3031", place("status", at), { value: JSON.stringify(status) });
    });
    for (const [name, test] of Object.entries(condition.header ?? {})) {
      if (!HEADER_NAME.test(name)) {
        report.add("FBP3023", document.keySpanOf(below("/errors/conditions", index, "header", name)), { name });
      } else if (test !== "present") checkHeaderValues(document, name, test, place, report);
    }
    const why = whyNever(condition);
    if (why !== null) report.add("FBP3036", place(why.test), why);
  });
}

type Place = (...more: readonly (string | number)[]) => Span;

function checkSignal({ signal, retryable }: ErrorCondition, place: Place, report: Report): void {
  if (RUNTIME_ONLY.has(signal)) {
    report.add("FBP3032", place("signal"), { signal });
    return;
  }
  const builtIn = BUILT_IN_SIGNALS.find((one) => one.name === signal);
  if (builtIn !== undefined) reportDisagreement(builtIn, retryable, () => place("retryable"), report);
}

/** Says where the claim about retries and what the signal's class permits are at odds. */
export function reportDisagreement(
  signal: { readonly name: string; readonly class: SignalClass },
  retryable: Claim | undefined,
  place: () => Span,
  report: Report,
): void {
  const permits = PERMITS_RETRY.has(signal.class);
  if (retryable === (permits ? "no" : "yes")) {
    report.add("FBP3035", place(), { signal: signal.name, class: signal.class, permits });
  }
}

/** Signals of these classes let a rule repeat the call on its path. */
const PERMITS_RETRY: ReadonlySet<SignalClass> = new Set<SignalClass>(["transient", "capacity", "output_defect"]);

function isStatus(value: number | string): boolean {
  return typeof value === "number" ? Number.isInteger(value) && value >= 100 && value <= 599 : /^[1-5]xx$/u.test(value);
}

function checkHeaderValues(
  document: JsonDocument,
  name: string,
  beginnings: readonly string[],
  place: Place,
  report: Report,
): void {
  const lower = name.toLowerCase();
  const values = valueAt(document.value, ["limits", "headers", lower, "enum"]);
  if (!Array.isArray(values)) return;
  const known = values.map(String);
  beginnings.forEach((beginning, at) => {
    if (known.some((value) => value.toLowerCase().startsWith(beginning.toLowerCase()))) return;
    const is = known.map((value) => JSON.stringify(value)).join(" or ");
    const value = JSON.stringify(beginning);
    report.add("FBP3029", place("header", name, at), { what: `header["${lower}"]`, value, is, near: undefined });
  });
}

/** Tests that cannot hold together; `test` is the one to point at. */
function whyNever(condition: ErrorCondition): { readonly test: string; readonly why: string } | null {
  const { status, inBand, body } = condition;
  if (inBand !== undefined && status !== undefined && !status.some(isAnswer)) {
    return { test: "inBand", why: "`inBand` asks for a status from 200 to 299, and none of its statuses is one" };
  }
  if (body === undefined) return null;
  if (inBand !== undefined)
    return { test: "body", why: "a page under a status from 200 to 299 is no error of the provider" };
  const field = (["code", "type", "param"] as const).find((name) => condition[name] !== undefined);
  return field === undefined ? null : { test: "body", why: `a page of HTML has a message and no \`${field}\`` };
}

function isAnswer(status: number | string): boolean {
  return status === "2xx" || (typeof status === "number" && status >= 200 && status <= 299);
}
