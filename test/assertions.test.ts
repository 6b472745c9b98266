/** What is said of a broken assertion can be played: the scenario breaks it in the same way. */
import { compile, loadValidators, runScenario } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import { expect, it } from "vitest";
import { compileMistake, FOLDER, NAMES, readMistake } from "./support/mistakes.ts";

await loadValidators();

const told = NAMES.map((name) => readMistake(name)).flatMap(({ name, text }) =>
  compileMistake(name, text).diagnostics.flatMap(({ code, span, story }) =>
    story === undefined ? [] : [{ name, text, code, start: span.start, story }],
  ),
);

it("some mistakes are shown by a request", () => {
  expect(told.length).toBeGreaterThanOrEqual(3);
});

it.each(told.filter(({ story }) => story.scenario !== null))("$name: its scenario fails as it was told", (case_) => {
  const { name, text, code, start, story } = case_;
  const host = nodeHost(FOLDER);
  const whole = `${text}\n${story.scenario}`;
  const overlaid = {
    ...host,
    read: (file: string) => (file === name ? { kind: "text" as const, text: whole } : host.read(file)),
  };
  const compilation = compile(name, overlaid, { profile: "development", asOf: "2026-11-22", prove: false });
  const { program } = compilation;
  const scenario = program?.scenarios.at(-1);
  const model = program?.policies.find((one) => one.name === scenario?.policy);
  const policy = compilation.policies().find((one) => one.name === scenario?.policy);
  if (scenario === undefined || model === undefined || policy === undefined) throw new Error("nothing to play");
  const result = runScenario(policy, model, scenario);
  if (result.kind !== "played") throw new Error(result.why);
  const failed = result.comparisons.filter(({ met }) => !met);
  // All that the scenario itself expects is met: only the assertion is not.
  expect(failed.map(({ span }) => span.start)).toEqual(code === "FBP7001" ? [start] : []);
  expect(result.passed).toBe(code !== "FBP7001");
});
