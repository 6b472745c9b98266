/** Reads a fault profile, and holds it against the policy that is to be simulated. */
import type { Policy } from "@fbp/runtime/core";
import { faultsOfForm } from "../contract/form.ts";
import type { JsonDocument } from "../contract/json.ts";
import { below } from "../contract/pointer.ts";
import { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Span } from "../source.ts";
import { standardScore } from "./dice.ts";
import type { Latency, PathProfile, Period, Profile, RequestKind, Stretch, Trouble } from "./profile.ts";
import { profileSchema, SHARE, TIME, type WrittenProfile } from "./schema.ts";

/** A document that was read as JSON or YAML. */
export interface ProfileDocument {
  readonly value: unknown;
  /** Where a JSON Pointer stands in the text; of a place that is not there the nearest one around it. */
  spanOf(pointer: string): Span;
}

type WrittenPath = WrittenProfile["paths"][string];
type WrittenTrouble = NonNullable<WrittenPath["errors"]>[number];

/**
 * Every problem is reported at its place; null where one is an error. Never throws, whatever the document.
 *
 * @param needed of each path of `policy` it must say something; false: a recording says it of the others
 * @param more names of paths that the policy does not have, and a gateway beside it calls
 */
export function loadProfile(
  document: ProfileDocument,
  policy: Policy,
  report: Report,
  { needed = true, more = [] }: { readonly needed?: boolean; readonly more?: readonly string[] } = {},
): Profile | null {
  const findings = new Report();
  checkForm(document, findings);
  if (!findings.failed) {
    // The form holds, and the schema that says so changes nothing in the value.
    const written = document.value as WrittenProfile;
    checkPaths(document, written, [...new Set([...policy.paths.map(({ name }) => name), ...more])], needed, findings);
    checkValues(document, written, findings);
  }
  report.diagnostics.push(...findings.diagnostics);
  return findings.failed ? null : profileOf(document.value as WrittenProfile);
}

function checkForm(document: ProfileDocument, report: Report): void {
  const { spanOf, value } = document;
  const place = spanOf("");
  const json: JsonDocument = { source: place.source, value, spanOf, keySpanOf: spanOf };
  for (const fault of faultsOfForm(json, profileSchema(), "the profile")) {
    if (fault.kind === "unknown_key") report.add("FBP3391", fault.place, fault);
    else if (fault.kind === "missing_key") report.add("FBP3392", fault.place, fault);
    else if (fault.kind === "not_allowed") {
      const { what, allowed, near } = fault;
      report.add("FBP3393", fault.place, { what, expected: allowed.join(" or "), near });
    } else {
      const expected = fault.expected === "text" ? textAt(fault.what) : fault.expected;
      report.add("FBP3393", fault.place, { what: fault.what, expected, near: undefined });
    }
  }
}

/** A number without its unit is no text, but text alone would not say what is missing. */
function textAt(what: string): string {
  if (/\b(?:share|cuts|first_token)`$/.test(what)) return "a share such as 2% or 0.5%";
  return /\b(?:at|for|after|p\d+(?:\.\d)?)`$/.test(what) ? "a time such as 800ms, 2.5s or 5m" : "text";
}

function checkPaths(
  document: ProfileDocument,
  written: WrittenProfile,
  names: readonly string[],
  needed: boolean,
  report: Report,
): void {
  for (const name of Object.keys(written.paths)) {
    if (names.includes(name)) continue;
    report.add("FBP3394", document.spanOf(below("/paths", name)), { name, near: nearest(name, names), names });
  }
  const left = names.filter((name) => !Object.hasOwn(written.paths, name));
  if (needed && left.length > 0) report.add("FBP3395", document.spanOf("/paths"), { names: left });
}

function checkValues(document: ProfileDocument, written: WrittenProfile, report: Report): void {
  const wrong = (pointer: string, why: string): void => report.add("FBP3396", document.spanOf(pointer), { why });
  const kinds = written.requests ?? [];
  if (sum(kinds) > 1 + 1e-9) wrong("/requests", "the shares of the requests add up to more than 100%");
  if (kinds.length > 0 && kinds.every((kind) => kind.share !== undefined) && sum(kinds) < 1 - 1e-9) {
    wrong("/requests", "the shares of the requests add up to less than 100%");
  }
  for (const [name, path] of Object.entries(written.paths)) {
    const place = below("/paths", name);
    const points = latencyOf(path.latency);
    if (points.some(({ ms }, index) => ms === 0 || ms < (points[index - 1]?.ms ?? 0))) {
      wrong(below(place, "latency"), "each percentile of a latency is above 0, and none is below the one before it");
    }
    if (sum(path.errors ?? []) > 1 + 1e-9)
      wrong(below(place, "errors"), "the shares of the errors add up to more than 100%");
    for (const list of ["errors", "outages"] as const) {
      for (const [index, trouble] of (path[list] ?? []).entries()) {
        if ((trouble.status === undefined) === (trouble.fault === undefined)) {
          wrong(below(place, list, index), "an error has either a status or a fault");
        }
      }
    }
  }
}

function sum(items: readonly { readonly share?: string | undefined }[]): number {
  return items.reduce((total, { share }) => total + (share === undefined ? 0 : fraction(share)), 0);
}

function profileOf(written: WrittenProfile): Profile {
  return {
    rate: written.rate,
    bursts: (written.bursts ?? []).map(stretchOf),
    requests: kindsOf(written.requests ?? []),
    paths: new Map(Object.entries(written.paths).map(([name, path]) => [name, pathOf(path)])),
  };
}

/** A chat turn with some history. */
const TOKENS = { input: 800, output: 200 } as const;

function kindsOf(written: NonNullable<WrittenProfile["requests"]>): readonly RequestKind[] {
  const kinds = written.length === 0 ? [{}] : written;
  const open = kinds.filter(({ share }) => share === undefined).length;
  const rest = Math.max(0, 1 - sum(kinds));
  return kinds.map(({ share, input, output, stream, context }) => ({
    share: share === undefined ? rest / open : fraction(share),
    input: input ?? TOKENS.input,
    output: output ?? TOKENS.output,
    stream: stream ?? false,
    context,
  }));
}

const FIRST_TOKEN = 0.25;

function pathOf(written: WrittenPath): PathProfile {
  return {
    latency: latencyOf(written.latency),
    firstToken: written.first_token === undefined ? FIRST_TOKEN : fraction(written.first_token),
    errors: (written.errors ?? []).map((error) => troubleOf(error, fraction(error.share))),
    outages: (written.outages ?? []).map((outage) => ({
      ...troubleOf(outage, outage.share === undefined ? 1 : fraction(outage.share)),
      ...periodOf(outage),
    })),
    slow: (written.slow ?? []).map(stretchOf),
    cuts: written.cuts === undefined ? 0 : fraction(written.cuts),
  };
}

const PERCENTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, "p99.9": 0.999 } as const;

function latencyOf(written: WrittenPath["latency"]): Latency {
  return Object.entries(PERCENTILES).flatMap(([name, share]) => {
    const text = written[name as keyof typeof PERCENTILES];
    return text === undefined ? [] : [{ score: standardScore(share), ms: milliseconds(text) }];
  });
}

function troubleOf(written: Omit<WrittenTrouble, "share">, share: number): Trouble {
  const { status, fault, code, type, message, headers = {}, after } = written;
  const afterMs = after === undefined ? null : milliseconds(after);
  if (fault !== undefined && fault !== "hangs") return { share, what: { kind: "fails", fault }, afterMs };
  if (status === undefined) return { share, what: { kind: "hangs" }, afterMs };
  const fields = Object.entries({ code, type, message }).filter(([, value]) => value !== undefined);
  const error = fields.length === 0 ? null : (Object.fromEntries(fields) as Record<string, string | number>);
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { share, what: { kind: "returns", status, headers: lowered, error }, afterMs };
}

function periodOf(written: { readonly at: string; readonly for: string }): Period {
  return { atMs: milliseconds(written.at), forMs: milliseconds(written.for) };
}

function stretchOf(written: { readonly at: string; readonly for: string; readonly by: number }): Stretch {
  return { ...periodOf(written), factor: written.by };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `900ms`, `2.5s`; NaN where it is no time. */
export function milliseconds(text: string): number {
  const [, amount = "", unit = ""] = TIME.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? Number.NaN);
}

/** `2%`; NaN where it is no share. */
export function fraction(text: string): number {
  const [, percent] = SHARE.exec(text) ?? [];
  return percent === undefined ? Number.NaN : Number(percent) / 100;
}
