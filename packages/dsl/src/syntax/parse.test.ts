/** What the tree says of a text; that every form parses, the printer's fixtures and the properties show. */
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { textOf } from "../source.ts";
import { parse } from "./parse.ts";
import type { Expression, Item, PolicyItem } from "./tree.ts";

function file(text: string) {
  const report = new Report();
  const tree = parse({ name: "a.fbp", text }, report);
  return { tree, codes: report.diagnostics.map(({ code }) => code) };
}

function only<Kind extends Item["kind"]>(kind: Kind, text: string): Item & { kind: Kind } {
  const { tree, codes } = file(text);
  expect(codes).toEqual([]);
  const item = tree.items[0];
  if (tree.items.length !== 1 || item?.kind !== kind) throw new Error(`not one ${kind}`);
  return item as Item & { kind: Kind };
}

function inPolicy<Kind extends PolicyItem["kind"]>(kind: Kind, text: string): PolicyItem & { kind: Kind } {
  const item = only("policy", `policy p {\n${text}\n}\n`).items[0];
  if (item?.kind !== kind) throw new Error(`no ${kind}`);
  return item as PolicyItem & { kind: Kind };
}

/** The condition with all its brackets. */
function bracketed(text: string): string {
  const { when } = inPolicy("repeat", `repeat only when ${text}`);
  return when === null ? "" : shape(when);
}

function shape(each: Expression): string {
  switch (each.kind) {
    case "or":
    case "and":
      return `(${shape(each.left)} ${each.kind} ${shape(each.right)})`;
    case "not":
      return `(not ${shape(each.operand)})`;
    case "compare":
      return `(${shape(each.left)} ${each.operator} ${shape(each.right)})`;
    case "times":
      return `(${textOf(each.factor.span)} * ${shape(each.operand)})`;
    case "is":
      return `(${shape(each.left)} is ${each.test})`;
    case "in_range":
      return `(${shape(each.left)} in ${shape(each.low)}..${shape(each.high)})`;
    default:
      return textOf(each.span);
  }
}

describe("conditions", () => {
  test.each([
    ["a or b and c", "(a or (b and c))"],
    ["a and b or c and d", "((a and b) or (c and d))"],
    ["a or b or c", "((a or b) or c)"],
    ["a or (b or c)", "(a or (b or c))"],
    ["not a and b", "((not a) and b)"],
    ["not a == b", "(not (a == b))"],
    ["not not a", "(not (not a))"],
    ["a == b and c < 3", "((a == b) and (c < 3))"],
    ["(a or b) == c", "((a or b) == c)"],
    ["a is not empty or b is present", "((a is not_empty) or (b is present))"],
    ["a > 3x baseline(1d)", "(a > (3x * baseline(1d)))"],
    ["a > 3x", "(a > 3x)"],
    ["3x in 2..4", "(3x in 2..4)"],
    ["a\n  or b\n  and c", "(a or (b and c))"],
    ["a or\n  b and\n  not\n  c", "(a or (b and (not c)))"],
    ["transport failed or transport in {dns}", "(transport failed or transport in {dns})"],
  ])("%s", (text, expected) => {
    expect(bracketed(text)).toBe(expected);
  });

  test("facts keep their segments apart", () => {
    const { when } = inPolicy("repeat", 'repeat only when response.choices[0]["a b"].c');
    expect(when).toMatchObject({
      kind: "fact",
      root: { text: "response" },
      segments: [
        { kind: "field", name: "choices" },
        { kind: "index", index: 0 },
        { kind: "key", name: "a b" },
        { kind: "field", name: "c" },
      ],
    });
  });

  test("a line that begins with a relation's word is a line of its own", () => {
    const { lines } = only("signals", "signals {\n  a when sent\n  contains when sent\n  is when sent\n}\n");
    expect(lines.map((each) => (each.kind === "signals_line" ? each.signal.text : each.kind))).toEqual([
      "a",
      "contains",
      "is",
    ]);
  });
});

describe("what the service itself uses", () => {
  test("is a list of places, which may go on on the next line", () => {
    const { facts, doc } = inPolicy(
      "reads",
      "/// what the bill is checked against\nreads response.usage,\n  response.id",
    );
    expect(facts.map(({ span }) => textOf(span))).toEqual(["response.usage", "response.id"]);
    expect(doc).toBe("what the bill is checked against");
  });

  test("may stand several times, also on one line", () => {
    const { items } = only("policy", "policy p { sends request.tools reads response.id sends request.user }");
    expect(items.map(({ kind }) => kind)).toEqual(["sends", "reads", "sends"]);
  });

  test("may have names that are words of the language", () => {
    const { facts } = inPolicy("sends", "sends request.sends, request.reads, request.stream.on");
    expect(facts.map(({ span }) => textOf(span))).toEqual(["request.sends", "request.reads", "request.stream.on"]);
  });
});

describe("words are names wherever the grammar asks for a name", () => {
  test.each([
    "window",
    "open",
    "contract",
    "model",
    "standard",
    "answer",
    "cost",
    "policy",
    "retry",
    "when",
    "on",
    "any",
  ])("a path named %s", (name) => {
    const { tree, codes } = file(
      `path ${name} {\n  contract ${name}\n}\npolicy ${name} {\n  start ${name}\n  on ${name} {\n    ${name} -> ${name} -> fallback ${name} else fail\n  }\n}\nscenario "x" for ${name} {\n  ${name} times out\n  expect answer from ${name}, reason ${name}\n}\n`,
    );
    expect(codes).toEqual([]);
    expect(tree.items.map(({ kind }) => kind)).toEqual(["path", "policy", "scenario"]);
  });

  test("a path named like a step", () => {
    const names = ["request", "context", "breaker", "slo", "caller", "expect"];
    const { steps } = only(
      "scenario",
      `scenario "x" for p {\n${names.map((name) => `  ${name} times out\n`).join("")}}\n`,
    );
    expect(steps.map((step) => step.kind === "world" && step.path.text)).toEqual(names);
  });

  test("a unit's word begins the next setting, on its own line or not", () => {
    const { settings } = only("budget", "budget b { attempts 3 tokens 24k\n  retries 1\n  tokens 2 }\n");
    expect(settings?.map(({ kind, value }) => [kind, value.value])).toEqual([
      ["attempts", 3],
      ["tokens", 24_000],
      ["retries", 1],
      ["tokens", 2],
    ]);
  });
});

describe("doc comments", () => {
  test("belong to what stands directly below them", () => {
    const { tree, codes } = file(
      '/// one\n/// two\npath a {\n  /// of the model\n  model "x"\n\n  // plain\n  timeout 8s\n}\n// between\n/// of b\npath b {}\n',
    );
    expect(codes).toEqual([]);
    const [a, b] = tree.items;
    expect(a?.doc).toBe("one\ntwo");
    expect(b?.doc).toBe("of b");
    expect(a?.kind === "path" && a.settings.map(({ doc }) => doc)).toEqual(["of the model", null]);
  });

  test("reach rules, checks, lines, alerts, steps", () => {
    const policy = only("policy", "policy p {\n  /// block\n  on a {\n    /// rule\n    x -> y -> fail\n  }\n}\n");
    const on = policy.items[0];
    expect([on?.doc, on?.kind === "on" && on.rules[0]?.doc]).toEqual(["block", "rule"]);
  });

  test("do not belong to what stands on the line of another thing, nor with a line between", () => {
    const { tree, codes } = file("path a {} /// behind\npath b {}\n/// far\n\npath c {}\n");
    expect(codes).toEqual(["FBP9001", "FBP9001"]);
    expect(tree.items.map(({ doc }) => doc)).toEqual([null, null, null]);
  });
});

describe("what could not be read is left out, and all else is there", () => {
  test("one bad rule does not hide the next", () => {
    const { tree } = file("policy p {\n  on a {\n    x -> y -> explode\n    z -> y -> fail\n  }\n  start a\n}\n");
    const policy = tree.items[0];
    if (policy?.kind !== "policy") throw new Error("no policy");
    const [on, start] = policy.items;
    expect(
      on?.kind === "on" && on.rules.map(({ selector }) => selector.kind === "signal" && selector.name.text),
    ).toEqual(["z"]);
    expect(start?.kind).toBe("start");
  });

  test("a missing name is empty, at the place where it is missing", () => {
    const { tree } = file("policy p {\n  start\n}\n");
    const start = tree.items[0]?.kind === "policy" ? tree.items[0].items[0] : undefined;
    expect(start).toMatchObject({ kind: "start", path: { text: "", span: { start: 18, end: 18 } } });
  });

  test("a block that is not closed ends where the next begins", () => {
    const { tree, codes } = file('path a {\n  model "x"\n\npath b {\n  model "y"\n}\n');
    expect(codes).toEqual(["FBP1004"]);
    expect(tree.items.map((item) => item.kind === "path" && [item.name.text, item.settings.length])).toEqual([
      ["a", 1],
      ["b", 1],
    ]);
  });

  test("a misspelled word is read as the one that was meant", () => {
    const { tree, codes } = file("polcy p {\n  strat a\n}\n");
    expect(codes).toEqual(["FBP1002", "FBP1002"]);
    expect(tree.items[0]).toMatchObject({ kind: "policy", items: [{ kind: "start", path: { text: "a" } }] });
  });
});

test("spans are exact", () => {
  const text = "/// doc\npath a {\n  timeout 2s..6s // note\n  price 2.50 USD in, 10 USD out per 1M tokens\n}\n";
  const item = only("path", text);
  expect(textOf(item.span)).toBe(text.slice(8, -1));
  expect(textOf(item.name.span)).toBe("a");
  const [timeout, price] = item.settings;
  expect(timeout && textOf(timeout.span)).toBe("timeout 2s..6s");
  expect(timeout?.kind === "timeout" && timeout.least && textOf(timeout.least.span)).toBe("2s");
  expect(price?.kind === "price" && textOf(price.per.span)).toBe("1M tokens");
});
