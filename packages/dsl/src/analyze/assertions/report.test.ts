import { expect, test } from "vitest";
import type { AssertModel, Claim } from "../../check/model.ts";
import { Report } from "../../diagnostics/index.ts";
import { NOWHERE } from "../../testing/models.ts";
import type { Graph } from "../explore/graph.ts";
import { type Proof, prove } from "../proof.ts";
import { modelOf } from "../testing/fixtures.ts";
import { decide } from "./decide.ts";
import { reportAssertions } from "./report.ts";

const TEXT = `contract local from "./contracts/local.contract.json"
path primary {
  contract local
  model    "model-a"
  timeout  8s
  max_output 1k
}
policy chat {
  start primary
  budget {
    deadline 20s
    attempts 2
    retries  1
    tokens   6k
  }
  repeat always
  on primary {
    any transient -> primary_failed -> retry else fail
    otherwise     -> primary_failed -> fail
  }
}
`;

function proofOf(): Proof {
  const proved = prove(modelOf(TEXT));
  if (proved.kind !== "proved") throw new Error(proved.why);
  return proved.proof;
}

const { graph, model } = proofOf();

function field(name: string, operator: "==" | "<=" | ">" | "<", value: number): Claim {
  const left = {
    kind: "read",
    from: "outcome",
    segments: [name],
    type: { kind: "unknown", why: "made by hand" },
    optional: false,
  } as const;
  return { kind: "compare", operator, left, right: { kind: "value", value } };
}

function verdict(mode: AssertModel["mode"], claim: Claim, when: Claim | null = null, of: Graph = graph): string {
  return decide(of, { mode, claim, when, span: NOWHERE }).kind;
}

test("bounds of the budget hold, and anything tighter is broken", () => {
  expect(verdict("always", field("attempts", "<=", 2))).toBe("holds");
  expect(verdict("always", field("attempts", "<=", 1))).toBe("broken");
  expect(verdict("never", field("attempts", ">", 2))).toBe("holds");
  expect(verdict("always", field("elapsed", "<=", 20_000))).toBe("holds");
  expect(verdict("always", field("elapsed", "<", 20_000))).toBe("broken");
});

test("amounts are asked on either side", () => {
  expect(verdict("always", field("tokens", "<=", 6000))).toBe("holds");
  expect(verdict("always", field("tokens", "<=", 5999))).toBe("broken");
  expect(verdict("possible", field("tokens", "==", 6000))).toBe("holds");
  expect(verdict("possible", field("tokens", ">", 6000))).toBe("never_happens");
});

test("a possibility that is there is shown by a run", () => {
  const found = decide(graph, { mode: "possible", claim: field("retries", "==", 1), when: null, span: NOWHERE });
  expect(found.kind === "holds" && found.shown?.outcome.retries).toBe(1);
  expect(verdict("possible", field("retries", "==", 2))).toBe("never_happens");
});

test("a condition that no request meets makes it vacuous", () => {
  expect(verdict("always", field("attempts", "<=", 1), field("attempts", ">", 2))).toBe("vacuous");
});

test("what cannot be played is left open, and said: FBP7003", () => {
  const unplayable: Graph = { ...graph, ends: graph.ends.map((end) => ({ ...end, edges: [] })) };
  const assertion: AssertModel = { mode: "always", claim: field("attempts", "<=", 1), when: null, span: NOWHERE };
  expect(decide(unplayable, assertion).kind).toBe("open");
  const report = new Report();
  reportAssertions(unplayable, { ...model, asserts: [assertion] }, report);
  expect(report.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["FBP7003", "warning"]]);
});
