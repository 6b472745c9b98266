import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PolicyModel } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { typeOf } from "../types/from-schema.ts";
import { admits } from "../types/relate.ts";
import type { World } from "./situation.ts";
import { fixture, modelOf, runbook } from "./testing/fixtures.ts";
import { worldsOf } from "./worlds.ts";

function found(policy: PolicyModel): readonly World[] {
  const worlds = worldsOf(policy);
  if ("tooMany" in worlds) throw new Error(worlds.tooMany.why);
  return worlds.worlds;
}

function withRules(context: string, rules: string): PolicyModel {
  return modelOf(`contract provider from "./contracts/local.contract.json"
context { ${context} }
path only { contract provider
 model "model-a"
 timeout 8s }
policy of_a_test {
  start only
  budget {
    deadline 20s
    attempts 2
    retries 1
  }
  repeat always
  on only {
    ${rules}
    otherwise -> failed -> fail
  }
}`);
}

const texts = (policy: PolicyModel) => found(policy).map((world) => world.text);

describe("the worlds of a policy", () => {
  it("are one where nothing is asked of requests and contexts", () => {
    const [world, ...others] = found(fixture("plain"));
    expect(others).toEqual([]);
    expect(world).toEqual({
      request: { messages: [{ role: "user", content: "hello" }] },
      context: {},
      repeatable: true,
      text: "",
    });
  });

  it("are two for the runbook policy: what may be repeated, and what may not", () => {
    expect(found(runbook())).toEqual([
      {
        request: { messages: [{ role: "user", content: "hello" }] },
        context: { tools_idempotent: false, tier: "free" },
        repeatable: true,
        text: "request.tools is absent, context.tools_idempotent is false",
      },
      {
        request: { messages: [{ role: "user", content: "hello" }], tools: [] },
        context: { tools_idempotent: false, tier: "free" },
        repeatable: false,
        text: "request.tools is present, context.tools_idempotent is false",
      },
    ]);
  });

  it("leave out what cannot be at once", () => {
    const policy = withRules(
      'tier: "free" | "paid" | "trial" = "trial"',
      'server_error when context.tier == "free" -> failed -> fail\nserver_error when context.tier == "paid" -> failed -> fail',
    );
    expect(texts(policy)).toEqual(['context.tier is "trial"', 'context.tier is "paid"', 'context.tier is "free"']);
  });

  it("count parts that are only asked together as one", () => {
    const policy = withRules(
      "a: bool = false\nb: bool = false",
      "server_error when (context.a or context.b) and status == 500 -> failed -> fail",
    );
    expect(texts(policy)).toEqual(["context.a is false, context.b is false", "context.a is true, context.b is false"]);
  });

  it("tell bounds apart by numbers on either side", () => {
    const policy = withRules("depth: number = 0", "server_error when context.depth in 2..4 -> failed -> fail");
    expect(found(policy).map((world) => world.context)).toEqual([{ depth: 0 }, { depth: 2 }]);
  });

  it("hold what a comparison with the attempts so far can turn on", () => {
    const policy = withRules(
      "most: number = 1",
      "server_error when attempts < context.most -> failed -> retry else fail",
    );
    const most = found(policy).map((world) => world.context.most);
    for (const attempts of [1, 2]) {
      expect(new Set(most.map((value) => attempts < Number(value)))).toEqual(new Set([true, false]));
    }
  });

  it("are too many to be told apart when each of thirteen flags is asked by itself", () => {
    const worlds = worldsOf(fixture("many-flags"));
    expect("tooMany" in worlds && worlds.tooMany.why).toBe(
      "it tells more than 4096 kinds of requests and contexts apart",
    );
    expect("tooMany" in worlds && worlds.tooMany.tests).toContain("context.f12 is true");
  });

  it("are the same each time, and the plainest comes first", () => {
    const worlds = found(fixture("guards"));
    expect(found(fixture("guards"))).toEqual(worlds);
    expect(worlds[0]?.context).toEqual({ tier: "free", patience: 2, region: "eu" });
    expect(worlds[0]?.text).toBe(
      'request.tools is absent, context.tier is "free", context.region starts with "eu", context.patience is 2, request.model is absent',
    );
    // Flags of their own: region, is there a model; tools and tier in three ways; patience beside 0 to 3 attempts in five.
    expect(worlds).toHaveLength(2 * 2 * 3 * 5);
  });
});

// ---------------------------------------------------------------- any request is in one of them

const request = fc.record(
  {
    messages: fc.constant([{ role: "user", content: "hello" }]),
    model: fc.constantFrom("model-a", "invalid_request_error", "x"),
    tools: fc.constantFrom<unknown>(null, [], [{ type: "function", function: { name: "look" } }]),
  },
  { requiredKeys: ["messages"] },
);

describe("any request and context", () => {
  const policy = fixture("guards");
  const worlds = found(policy);
  const { repeat, paths, asserts } = policy;
  const world = new Set(["request", "context"]);
  const alone = [
    ...(repeat.mode === "when" ? [repeat.when] : []),
    ...asserts.flatMap(({ when }) => when ?? []),
    ...paths.flatMap((path) => path.rules.flatMap((rule) => rule.when ?? [])),
  ].filter((test) =>
    [
      ...JSON.stringify(test, (name, value: unknown) => (name === "type" ? undefined : value)).matchAll(
        /"from":"(\w+)"/g,
      ),
    ].every(([, root]) => world.has(root ?? "")),
  );

  it("is answered like one of the worlds", () => {
    expect(alone.length).toBeGreaterThan(2);
    const type = typeOf(policy.contracts[0]?.root, "/request/schema");
    fc.assert(
      fc.property(
        request,
        fc.record({
          tier: fc.constantFrom("free", "paid"),
          patience: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
          region: fc.oneof(fc.string(), fc.constantFrom("eu", "eu-west", "us")),
        }),
        (asked, context) => {
          fc.pre(admits(type, { model: "x", ...asked }));
          const answers = (facts: Facts) => alone.map((test) => evaluate(test, facts)).join();
          expect(worlds.map(answers)).toContain(answers({ request: asked, context }));
        },
      ),
    );
  });
});
