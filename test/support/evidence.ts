/** Evidence for whatever a test compiles: its digests are those of the very program. */
import { type CompileOptions, compile, type Host } from "@fbp/dsl";

const CRITERIA = [
  "prompt",
  "response_format",
  "token_budget",
  "latency_under_load",
  "data_handling_and_safety",
  "output_parser",
] as const;

/** All six criteria as tried on the day of the check. `against` as `fbp check --explain` prints it. */
export function evidenceText(path: string, original: string, against: object, asOf: string): string {
  const signed = { by: "Jo Doe", day: asOf, statement: "the provider keeps nothing" };
  const record = { status: "passed", day: asOf, validDays: 90, check: "by hand", against, signed };
  const criteria = Object.fromEntries(CRITERIA.map((criterion) => [criterion, record]));
  return JSON.stringify({ fbp: 1, path, for: original, criteria }, null, 2);
}

/**
 * The host with an `evidence/PATH.evidence.json` in place of its own for each path that a fallback of the
 * program names: so that what a test is about is all that there is to say.
 */
export function withEvidence(entry: string, host: Host, options: CompileOptions): Host {
  const targets = compile(entry, host, { ...options, prove: false }).standing.fallbacks.flatMap(
    (policy) => policy.targets,
  );
  const made = new Map<string, string>(
    targets.flatMap(({ path, for: original, subject }) => {
      if (subject === null) return [];
      return [[`evidence/${path}.evidence.json`, evidenceText(path, original, subject, options.asOf)] as const];
    }),
  );
  return {
    ...host,
    read: (name) => {
      const text = made.get(name);
      return text === undefined ? host.read(name) : { kind: "text", text };
    },
  };
}
