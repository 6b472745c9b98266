/**
 * How sound, and how full, types are: figures over the official tests, our own, captured answers, the full
 * schema of a provider and generated schemas. Each share has a floor in `testing/floors.json`: what types
 * say must not fall below it. `UPDATE=1` raises the floors to what is reached, and never lowers one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { chunks, HAS_DATA, responses } from "../contract/testing/captures.ts";
import { DATA, loadShipped, SHIPPED } from "../contract/testing/shipped.ts";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { ajvJudge, hyperjumpJudge } from "./testing/judges.ts";
import { added, describedPaths, NO_PATHS, type Share, typedPaths } from "./testing/measure.ts";
import { document, value } from "./testing/schemas.ts";
import { lies } from "./testing/sound.ts";
import { HAS_OFFICIAL, officialSuite, ourSuite, remotes, type SuiteFile } from "./testing/suite.ts";

const FLOORS = new URL("./testing/floors.json", import.meta.url);
const floors = JSON.parse(readFileSync(FLOORS, "utf8")) as Record<string, number>;
const report: string[] = [];

/** Notes a share of something, and holds it to its floor. */
function hold(what: string, part: number, whole: number): void {
  const share = whole === 0 ? 0 : part / whole;
  const floor = floors[what] ?? 0;
  const reached = Math.floor(share * 1000) / 1000;
  report.push(`${what.padEnd(64)} ${percent(share)}  (${part} of ${whole}; floor ${percent(floor)})`);
  if (process.env.UPDATE === "1") floors[what] = Math.max(floor, reached);
  expect(reached, `${what}: below the floor in testing/floors.json`).toBeGreaterThanOrEqual(floor);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`.padStart(6);
}

afterAll(() => {
  console.log(`what types know\n\n${report.join("\n")}`);
  if (process.env.UPDATE === "1") writeFileSync(FLOORS, `${JSON.stringify(floors, null, 2)}\n`);
});

describe("what types know", () => {
  test("of the schemas of our own tests", () => suite("our own tests", ourSuite()));

  test.skipIf(!HAS_OFFICIAL)("of the schemas of the official tests (skipped without ../shared/data)", () =>
    suite("the official tests", officialSuite()),
  );

  describe.skipIf(!HAS_DATA)("of captured answers (skipped without ../shared/data)", () => {
    test("by the contract that most extend", () => {
      const { root } = loadShipped("openai-compatible");
      for (const { what, place, values } of captured()) {
        const { type, fit } = sound("openai-compatible", root, place, what, values);
        expect(fit.length).toBeGreaterThan(values.length * 0.9);
        const share = added(...fit.map((one) => typedPaths(type, one)));
        hold(`captured ${what}: paths typed`, share.typed, share.paths);
      }
    });

    test.each(SHIPPED.filter((name) => name !== "openai-compatible"))("by %s", (name) => {
      const { root } = loadShipped(name);
      for (const { what, place, values } of captured()) sound(name, root, place, what, unlike(values));
    });
  });

  test.skipIf(!HAS_DATA)("of what a provider publishes (skipped without ../shared/data)", () => {
    const root = JSON.parse(readFileSync(`${DATA}/openai-chat.schema.json`, "utf8")) as object;
    const names = ["CreateChatCompletionRequest", "CreateChatCompletionResponse", "CreateChatCompletionStreamResponse"];
    const share = added(...names.map((name) => describedPaths(typeOf(root, `/$defs/${name}`))));
    hold("the published schema: described paths typed", share.typed, share.paths);
    for (const [at, { what, values }] of captured().entries()) {
      expect(sound("the published schema", root, `/$defs/${names[at + 1]}`, what, values).fit.length).toBeGreaterThan(
        0,
      );
    }
  });

  test("of generated schemas, as two validators judge them", async () => {
    const seen = { schemas: 0, fitting: 0, refused: 0, ruledOut: 0, disputed: 0, share: NO_PATHS };
    // The same schemas each time: the figures are compared.
    for (const [at, schema] of fc.sample(document, { numRuns: 150, seed: 2020 }).entries()) {
      seen.schemas++;
      const judges = [ajvJudge(schema), await hyperjumpJudge(schema)];
      const type = typeOf(schema, "");
      for (const held of fc.sample(value, { numRuns: 20, seed: at })) {
        const [one, other] = judges.map((judge) => judge(held));
        if (one === null || other === null) continue;
        if (one !== other) seen.disputed++;
        else if (one === true) {
          seen.fitting++;
          seen.share = added(seen.share, typedPaths(type, held));
          expect(lies(type, held)).toEqual([]);
        } else {
          seen.refused++;
          if (!admits(type, held)) seen.ruledOut++;
        }
      }
    }
    report.push(
      `generated: ${seen.schemas} schemas, ${seen.fitting} values fit, ${seen.refused} are refused, ${seen.disputed} in dispute`,
    );
    hold("generated schemas: refused values ruled out", seen.ruledOut, seen.refused);
    hold("generated schemas: paths of fitting values typed", seen.share.typed, seen.share.paths);
  }, 120_000);

  test("and each figure has a floor", () => expect(Object.keys(floors)).toHaveLength(9));
});

function suite(name: string, files: readonly SuiteFile[]): void {
  const { cases, invalid, ruledOut, share, wrong } = over(files);
  report.push(`${name}: ${cases} cases, ${wrong.length} wrong`);
  expect(wrong).toEqual([]);
  hold(`${name}: invalid values ruled out`, ruledOut, invalid);
  hold(`${name}: paths of valid values typed`, share.typed, share.paths);
}

interface Over {
  readonly cases: number;
  readonly invalid: number;
  readonly ruledOut: number;
  readonly share: Share;
  readonly wrong: readonly string[];
}

function over(files: readonly SuiteFile[]): Over {
  const documents = remotes();
  const tests = files.flatMap(({ groups }) =>
    groups.flatMap(({ schema, tests }) => tests.map((one) => ({ ...one, type: typeOf(schema, "", documents) }))),
  );
  const valid = tests.filter((one) => one.valid);
  const invalid = tests.filter((one) => !one.valid);
  return {
    cases: tests.length,
    invalid: invalid.length,
    ruledOut: invalid.filter((one) => !admits(one.type, one.data)).length,
    share: added(...valid.map((one) => typedPaths(one.type, one.data))),
    wrong: valid.flatMap((one) => lies(one.type, one.data)),
  };
}

interface Captured {
  readonly what: string;
  /** Where a contract describes it. */
  readonly place: string;
  readonly values: readonly unknown[];
}

function captured(): readonly Captured[] {
  return [
    { what: "answers", place: "/response/schema", values: responses().map(({ body }) => body) },
    { what: "chunks", place: "/response/stream/chunk", values: chunks().map(({ chunk }) => chunk) },
  ];
}

/** The values that the schema at the place lets through; its type must tell no lie of any of them. */
function sound(name: string, root: unknown, place: string, what: string, values: readonly unknown[]) {
  // A contract is no schema, and what it names as its own is the schema of contracts.
  const { $schema: _, ...rest } = root as Readonly<Record<string, unknown>>;
  const judge = ajvJudge({ ...rest, $ref: `#${place}` });
  const fit = values.filter((one) => judge(one) === true);
  report.push(`${name}: ${fit.length} of ${values.length} captured ${what} fit`);
  const type = typeOf(root, place);
  expect(fit.flatMap((one) => lies(type, one))).toEqual([]);
  return { type, fit };
}

/** One of each form: which fields and items there are, of which kinds. */
function unlike(values: readonly unknown[]): readonly unknown[] {
  const form = (value: unknown) => JSON.stringify(value, (_, held) => (typeof held === "object" ? held : typeof held));
  return [...new Map(values.map((value) => [form(value), value])).values()];
}
