/**
 * Breaker, window, retry budget and back-off scenarios from the test suites of other libraries, played against the
 * runtime's own. Each row is played, or listed with the reason why the language differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DIFFERENCES } from "./resilience/differences.ts";
import { type Found, play } from "./resilience/play.ts";
import { HAS_SHARED_SCENARIOS, ownScenarios, type Scenario, sharedScenarios } from "./resilience/scenario.ts";

if (!HAS_SHARED_SCENARIOS) {
  console.warn("skipped: ../shared/data is absent, so only our own resilience scenarios are played");
}

const shared = sharedScenarios();
const isDifferent = ({ id }: Scenario): boolean => Object.hasOwn(DIFFERENCES, id);
const named = (scenarios: readonly Scenario[]) => scenarios.map((each) => [each.id, each] as const);

/** As `expect` of each event would have it. */
function check(scenario: Scenario): void {
  const steps = play(scenario);
  const seen = (of: (each: Found) => unknown) =>
    steps.map((each) => ({ at: each.event.t_ms, op: each.event.op, is: of(each) }));
  expect(seen((each) => each.found)).toEqual(seen((each) => each.expected));
}

describe("our own scenarios", () => {
  test.each(named(ownScenarios()))("%s", (_id, scenario) => check(scenario));
});

describe.skipIf(!HAS_SHARED_SCENARIOS)("scenarios of other libraries", () => {
  test.each(named(shared.filter((each) => !isDifferent(each))))("%s", (_id, scenario) => check(scenario));

  test.each(named(shared.filter(isDifferent)))("%s differs, as listed", (_id, scenario) => {
    expect(() => check(scenario)).toThrow();
  });

  test("none is listed that is not there", () => {
    const ids = shared.map((each) => each.id);
    expect(Object.keys(DIFFERENCES).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

test("docs/resilience.md lists the differences", () => {
  const file = new URL("../docs/resilience.md", import.meta.url);
  const text = readFileSync(file, "utf8");
  const rows = Object.entries(DIFFERENCES).map(([id, why]) => `| \`${id}\` | ${why} |`);
  const table = ["| scenario | what the language does instead |", "|---|---|", ...rows].join("\n");
  const listed = text.replace(/(?<=<!-- differences -->\n)[\s\S]*?(?=\n<!-- \/differences -->)/, () => table);
  if (process.env.UPDATE === "1") writeFileSync(file, listed);
  else expect(text).toBe(listed);
  expect(listed).toContain(table);
});
