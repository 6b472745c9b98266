import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import type { Load } from "../loading.ts";
import { textOf } from "../source.ts";
import { AREA_NAMES } from "./document.ts";
import { loadContract } from "./load.ts";
import { idleRemovals, mergePatch } from "./merge.ts";
import { brief, load, loadShipped, localWith } from "./testing/shipped.ts";

const BASE = "local.contract.json";

function overlay(patch: object): string {
  return JSON.stringify({ fbp: 1, name: "mine", extends: `./${BASE}`, ...patch }, null, 2);
}

/** As `over`, which must be without an error. */
function laid(patch: object) {
  const { loaded, diagnostics } = load(overlay(patch));
  if (loaded === null) throw new Error(diagnostics.map(({ text }) => text).join("\n"));
  return loaded;
}

describe("what an overlay says", () => {
  const local = loadShipped("local");

  test("goes over what it extends, field by field, and null takes away", () => {
    const { contract } = laid({
      response: { cutReasons: ["length", "stop"], requestIdHeader: null, usage: { input: "/usage/total_tokens" } },
      limits: { headers: { "x-request-id": null, "retry-after": { retryHint: "milliseconds" } } },
    });
    expect(contract.response.cutReasons).toEqual(["length", "stop"]);
    expect(contract.response.requestIdHeader).toBeUndefined();
    expect(contract.response.usage).toEqual({ ...local.contract.response.usage, input: "/usage/total_tokens" });
    expect(Object.keys(contract.limits.headers)).toEqual(["retry-after"]);
    expect(contract.limits.headers["retry-after"]?.description).toBe("Seconds until a call may succeed again");
    expect(contract.request.schema).toEqual(local.contract.request.schema);
  });

  test("of conditions stands before those that it extends", () => {
    const own = { signal: "rate_limited", status: [418] };
    expect(laid({ errors: { conditions: [own] } }).contract.errors.conditions).toEqual([
      own,
      ...local.contract.errors.conditions,
    ]);
    expect(laid({ errors: { at: ["/error"] } }).contract.errors.conditions).toEqual(local.contract.errors.conditions);
  });

  test("of a verification is all that counts: none is taken over", () => {
    const verification = { status: "pending_review", source: [{ title: "mine" }] };
    const { contract } = laid({ auth: { verification } });
    expect(contract.auth.verification).toEqual(verification);
    for (const area of AREA_NAMES) {
      expect(contract[area].verification.status).toBe("pending_review");
      if (area !== "auth") expect(contract[area].verification.source).toEqual([]);
    }
  });

  test("where null is a value of the form, it stays one", () => {
    const { contract } = laid({ auth: { env: null }, response: { stream: { end: null } } });
    expect([contract.auth.env, contract.response.stream?.end]).toEqual([null, null]);
  });

  test("at the top is its own: a name is not taken over, nor a title", () => {
    expect(laid({}).contract.title).toBeUndefined();
    expect(load(`{ "fbp": 1, "extends": "./${BASE}" }`).diagnostics.map(brief)).toEqual(["FBP3011 @ {"]);
  });

  test("may be laid over another overlay", () => {
    const middle = overlay({
      auth: { env: "MIDDLE_KEY" },
      errors: { conditions: [{ signal: "rate_limited", status: [418] }] },
    });
    const top = JSON.stringify({
      fbp: 1,
      name: "top",
      extends: "./middle.contract.json",
      errors: { conditions: [{ signal: "client_invalid", status: [419] }] },
    });
    const { loaded } = load(top, "top.contract.json", { "middle.contract.json": middle });
    expect(loaded?.contract.auth.env).toBe("MIDDLE_KEY");
    expect(loaded?.contract.errors.conditions.slice(0, 2).map(({ status }) => status)).toEqual([[419], [418]]);
    expect(loaded?.sources.map(({ name }) => name)).toEqual(["top.contract.json", "middle.contract.json", BASE]);
  });
});

describe("every place is found in the file that it stands in", () => {
  const loaded = laid({
    response: { finishReason: "/choices/0/finish_reason" },
    errors: {
      conditions: [
        { signal: "rate_limited", status: [418] },
        { signal: "server_error", status: [419] },
      ],
    },
  });

  test.each([
    ["/name", "test.contract.json", '"mine"'],
    ["/response/finishReason", "test.contract.json", '"/choices/0/finish_reason"'],
    ["/response/usage/input", BASE, '"/usage/prompt_tokens"'],
    ["/errors/conditions/1/signal", "test.contract.json", '"server_error"'],
    ["/errors/conditions/2/signal", BASE, '"quota_exhausted"'],
    ["/auth/verification/status", "test.contract.json", "{"],
  ])("%s", (pointer, file, text) => {
    const found = loaded.spanOf(pointer);
    expect([found.source.name, textOf(found)]).toEqual([file, text]);
  });

  test("and what is wrong is told there, with why that file was read", () => {
    const broken = localWith({ endpoint: { path: "no-slash" }, auth: { scheme: 7 } });
    const own = overlay({ extends: "./base.contract.json", auth: { env: "lower case" } });
    const { diagnostics } = load(own, "own.contract.json", { "base.contract.json": broken });
    const told = diagnostics.map((one) => [
      one.span.source.name,
      brief(one),
      one.related.map(({ span }) => textOf(span)),
    ]);
    expect(told).toEqual([
      ["base.contract.json", "FBP3012 @ 7", ['"./base.contract.json"']],
      ["base.contract.json", 'FBP3021 @ "no-slash"', ['"./base.contract.json"']],
      ["own.contract.json", 'FBP3022 @ "lower case"', []],
    ]);
  });

  test("a key that both lack is missing where one of them comes nearest", () => {
    const base = localWith({ response: { usage: { input: null } } });
    const { diagnostics } = load(overlay({ extends: "./base.contract.json" }), "own.contract.json", {
      "base.contract.json": base,
    });
    expect(diagnostics.map((one) => [one.span.source.name, brief(one)])).toEqual([
      ["base.contract.json", 'FBP3011 @ "usage"'],
    ]);
  });

  test("a secret is found in whichever of them, also where it is covered", () => {
    const base = localWith({ title: ["sk", "A1b2C3d4E5f6G7h8I9j0"].join("-") });
    const { diagnostics } = load(overlay({ extends: "./base.contract.json" }), "own.contract.json", {
      "base.contract.json": base,
    });
    expect(diagnostics.map(({ code, span }) => [code, span.source.name])).toEqual([["FBP3025", "base.contract.json"]]);
  });
});

describe("what cannot be extended", () => {
  const told = (text: string, others: Readonly<Record<string, string>> = {}) =>
    load(text, "own.contract.json", others).diagnostics.map((one) => `${one.span.source.name}: ${brief(one)}`);

  test.each([
    ["./nowhere.json", 'own.contract.json: FBP3070 @ "./nowhere.json"'],
    ["../../../etc/passwd", 'own.contract.json: FBP3071 @ "../../../etc/passwd"'],
    ["/etc/passwd", 'own.contract.json: FBP3071 @ "/etc/passwd"'],
    ["", 'own.contract.json: FBP3012 @ ""'],
    [7, "own.contract.json: FBP3012 @ 7"],
  ])("%j", (file, message) => {
    expect(told(overlay({ extends: file }))).toContain(message);
  });

  test("a circle, told where it closes", () => {
    const a = overlay({ extends: "./b.json" });
    const b = overlay({ extends: "./own.contract.json" });
    const { diagnostics } = load(a, "own.contract.json", { "b.json": b });
    expect(diagnostics.map(({ code, span, text }) => [code, span.source.name, text])).toEqual([
      [
        "FBP3073",
        "b.json",
        "these contracts extend each other in a circle: own.contract.json -> b.json -> own.contract.json",
      ],
    ]);
  });

  test("more than four deep", () => {
    const file = (at: number) => overlay({ extends: `./f${at + 1}.json` });
    const chain = (length: number) => Object.fromEntries(Array.from({ length }, (_, at) => [`f${at}.json`, file(at)]));
    const last = (at: number) => ({ [`f${at}.json`]: overlay({}) });
    expect(told(overlay({ extends: "./f0.json" }), { ...chain(2), ...last(2) })).toEqual([]);
    expect(told(overlay({ extends: "./f0.json" }), { ...chain(3), ...last(3) })).toEqual([
      `f3.json: FBP3074 @ "./${BASE}"`,
    ]);
  });

  test("where no other file can be had, or this one cannot be read", () => {
    const source = { name: "own.contract.json", text: overlay({}) };
    const toldBy = (give?: Load) => {
      const report = new Report();
      expect(loadContract(source, report, give)).toBeNull();
      return report.diagnostics.map(({ code, text }) => `${code} ${text}`);
    };
    const told = (why: string) => [`FBP3072 the contract to extend, "./local.contract.json", cannot be read: ${why}`];
    expect(toldBy()).toEqual(told("no other file can be had here"));
    expect(toldBy(() => ({ kind: "unreadable", why: "it is too large" }))).toEqual(told("it is too large"));
  });

  test("one that is no contract", () => {
    expect(told(overlay({ extends: "./b.json" }), { "b.json": "{" })[0]).toMatch(/^b\.json: FBP3003/u);
    expect(told(overlay({ extends: "./b.json" }), { "b.json": "[]" })).toEqual(["b.json: FBP3012 @ ["]);
    expect(told(overlay({ extends: "./b.json" }), { "b.json": '{ "fbp": 2 }' })).toEqual(["b.json: FBP3014 @ 2"]);
  });

  test("nothing to take away, with what was perhaps meant", () => {
    const { diagnostics } = load(overlay({ limits: { headers: { "x-requestid": null } } }));
    expect(diagnostics.map((one) => [brief(one), one.hint])).toEqual([
      ['FBP3075 @ "x-requestid"', 'did you mean "x-request-id"?'],
    ]);
  });
});

describe("merging", () => {
  test.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j and %j give %j (RFC 7396, appendix A)", (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged);
  });

  test("a key such as `__proto__` is a plain key", () => {
    const merged = mergePatch(JSON.parse('{ "__proto__": { "a": 1 } }'), JSON.parse('{ "__proto__": { "b": 2 } }'));
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1,"b":2}}');
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test("a removal is idle when there is nothing, and only then", () => {
    const value = fc.object({ maxDepth: 2, maxKeys: 3, key: fc.constantFrom("a", "b", "c"), values: [fc.integer()] });
    fc.assert(
      fc.property(value, value, fc.constantFrom("a", "b", "c"), (target, patch, key) => {
        const removing = { ...patch, [key]: null };
        const idle = idleRemovals(target, removing).map(({ path }) => path.join("/"));
        expect(idle.includes(key)).toBe(!Object.hasOwn(target, key));
      }),
    );
  });
});
