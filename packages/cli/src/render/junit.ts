/** Drills as JUnit XML, as CI servers read it: a suite for each step of a policy, a case for each drill. */
import { itemsOf } from "@fbp/dsl";
import type { Costs } from "../drill/costs.ts";
import type { Drilled } from "../drill/run.ts";
import type { PolicyDrilled, Step } from "../drill/steps.ts";

/** Longer texts are cut: what a provider says has no bound of its own. */
const MOST_LETTERS = 2_000;

export function junitOf(drilled: readonly PolicyDrilled[]): string {
  const steps = drilled.flatMap(({ policy, steps: own }) =>
    own.map((step) => ({ suite: `${policy.model.name}: ${step.title}`, step })),
  );
  const all = steps.flatMap(({ step }) => step.drilled);
  const reviews = steps.flatMap(({ step }) => step.costs ?? []);
  const failed = failures(all) + reviews.filter(({ problems }) => problems.length > 0).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fbp drill" tests="${all.length + reviews.length}" failures="${failed}" time="${seconds(all)}">`,
    ...steps.flatMap(({ suite, step }) => suiteLines(suite, step)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines(name: string, { drilled, notes, result, costs }: Step): readonly string[] {
  const skipped = result === "not run" ? 1 : 0;
  const whole = costs === null ? skipped : 1;
  const failed = failures(drilled) + (costs !== null && result === "failed" ? 1 : 0);
  const counts = `tests="${drilled.length + whole}" failures="${failed}" skipped="${skipped}" time="${seconds(drilled)}"`;
  if (costs !== null)
    return [`  <testsuite name="${escaped(name)}" ${counts}>`, ...costLines(name, costs), "  </testsuite>"];
  return [
    `  <testsuite name="${escaped(name)}" ${counts}>`,
    ...(skipped === 0
      ? drilled.flatMap((one) => caseLines(name, one))
      : [
          `    <testcase classname="${escaped(name)}" name="the step">`,
          `      <skipped message="${escaped(notes.join("; "))}"/>`,
          "    </testcase>",
        ]),
    "  </testsuite>",
  ];
}

function costLines(suite: string, { problems, notes }: Costs): readonly string[] {
  const head = `    <testcase classname="${escaped(suite)}" name="the calls of all drills"`;
  const [first] = problems;
  if (first === undefined) return [`${head}><system-out>${escaped(notes.join("\n"))}</system-out></testcase>`];
  const text = problems.map(({ text: what, hint }) => `${what}: ${hint}`).join("\n");
  return [`${head}>`, `      <failure message="${escaped(first.text)}">${escaped(text)}</failure>`, "    </testcase>"];
}

function caseLines(suite: string, one: Drilled): readonly string[] {
  const { drill, problems, happened } = one;
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(drill.name)}" time="${seconds([one])}"`;
  const [first] = problems;
  if (first === undefined) return [`${head}/>`];
  const text = problems.map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`).join("\n");
  const { calls, actions } = itemsOf(happened);
  return [
    `${head}>`,
    `      <failure message="${escaped(`${first.what}: expected ${first.expected}, got ${first.got}`)}">${escaped(`${text}\ncalls: ${calls}\nactions: ${actions}`)}</failure>`,
    "    </testcase>",
  ];
}

function failures(drilled: readonly Drilled[]): number {
  return drilled.filter(({ problems }) => problems.length > 0).length;
}

function seconds(drilled: readonly Drilled[]): string {
  return (drilled.reduce((sum, { happened }) => sum + happened.outcome.elapsedMs, 0) / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** For text and for attributes; what XML 1.0 cannot hold becomes U+FFFD. */
function escaped(text: string): string {
  const cut = text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS)}…`;
  return cut
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\n\t]/g, (letter) => ENTITIES[letter] ?? letter);
}
