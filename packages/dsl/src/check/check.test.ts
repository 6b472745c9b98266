import { readFileSync } from "node:fs";
import { SIGNAL } from "@fbp/runtime/core";
import { describe, expect, it } from "vitest";
import { memoryHost } from "../host.ts";
import { type Compilation, compile } from "../program.ts";
import { positionOf } from "../source.ts";

const LOCAL = readFileSync(new URL("../../../../policies/contracts/local.contract.json", import.meta.url), "utf8");

const HEAD = `contract local from "./local.json"

path primary {
  contract local
  model    "model-a"
  timeout  2s..8s
}
`;

const ON_PRIMARY = `
  on primary {
    any transient -> failed -> retry else fail
    otherwise     -> failed -> fail
  }
`;

function compileFiles(files: Readonly<Record<string, string>>): Compilation {
  return compile("entry.fbp", memoryHost({ "local.json": LOCAL, ...files }), {
    profile: "development",
    asOf: "2026-11-22",
  });
}

/** Errors and warnings, each with its place. */
function told({ diagnostics }: Compilation): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity !== "note")
    .map(({ code, span }) => {
      const { line, column } = positionOf(span.source, span.start);
      return `${code} ${span.source.name}:${line}:${column}`;
    });
}

function policyOf(text: string) {
  const compilation = compileFiles({ "entry.fbp": text });
  expect(told(compilation)).toEqual([]);
  const [policy] = compilation.program?.policies ?? [];
  if (policy === undefined) throw new Error("no policy");
  return policy;
}

describe("a checked policy", () => {
  it("has its values in base units, and the defaults of what it does not say", () => {
    const policy = policyOf(`${HEAD}
policy chat {
  start primary
  budget {
    deadline 1h30m
    attempts 2
    retries  1
  }
  breaker primary {
    window    60s, at least 20 calls
    opens     at 50% failed or 80% slower than 1.5s
    open      for 30s
    half_open 2 probes
  }
  slo primary { p99.5 below 6s over 5m, at least 50 calls }
  retry_budget 20% of requests, at least 10 per second
  retry_budget primary 50% of requests
  repeat never
${ON_PRIMARY}
}
`);
    expect(policy).toMatchObject({
      name: "chat",
      start: 0,
      budget: { deadlineMs: 5_400_000, attempts: 2, retries: 1, fallbacks: 0, tokens: null, costNanos: null },
      retryBudget: { share: 0.2, perSecond: 10 },
      repeat: { mode: "never" },
      stream: { mode: "held", heldTokens: null, heldMs: null, skipBadChunks: false },
      record: { errorFields: [], errorBytes: 512, keepInvalidOutput: false },
    });
    expect(policy.paths).toHaveLength(1);
    expect(policy.paths[0]).toMatchObject({
      account: "local",
      leastMs: 2000,
      mostMs: 8000,
      breaker: {
        window: { kind: "time", ms: 60_000 },
        minimumCalls: 20,
        failedShare: 0.5,
        slowShare: 0.8,
        slowMs: 1500,
        consecutive: null,
        openMs: 30_000,
        openMostMs: 30_000,
        probes: 2,
        leaseMs: 8000,
      },
      slo: { percentile: 99.5, belowMs: 6000, window: { kind: "time", ms: 300_000 }, minimumCalls: 50 },
      retryBudget: { share: 0.5, perSecond: 0 },
    });
  });

  it("has the reasons of its rules and of the health signals that it leaves to their default", () => {
    const policy = policyOf(`${HEAD}
reason failed "the call failed"

policy chat {
  start primary
  budget {
    deadline 20s
    attempts 2
    retries  1
  }
  breaker primary {
    opens     at 5 in a row
    open      for 30s, doubling to 5m
    half_open 1 probes
  }
  repeat always
${ON_PRIMARY}
}
`);
    expect(policy.reasons.map(({ name, text }) => [name, text])).toEqual([
      ["failed", "the call failed"],
      ["circuit_open", null],
      ["budget_exhausted", null],
    ]);
    expect(policy.paths[0]?.breaker).toMatchObject({ consecutive: 5, failedShare: null, openMostMs: 300_000 });
  });

  it("has the signals of each rule unfolded, and its place in the file", () => {
    const policy = policyOf(`${HEAD}
policy chat {
  start primary
  budget {
    deadline 20s
    attempts 2
    retries  1
  }
  repeat always
  on primary {
    server_error  -> broken -> retry after 250ms..2s else respond "sorry", page "oncall", notify "team"
    any transient -> failed -> retry after 1s else defer to "later"
    otherwise     -> failed -> fail
  }
}
`);
    const [broken, transient, otherwise] = policy.paths[0]?.rules ?? [];
    expect(broken).toMatchObject({
      signals: [SIGNAL.server_error],
      reason: "broken",
      when: null,
      line: 18,
      actions: [
        { kind: "retry", fromMs: 250, toMs: 2000 },
        { kind: "respond", text: "sorry" },
      ],
      hooks: [
        { kind: "page", target: "oncall" },
        { kind: "notify", target: "team" },
      ],
    });
    expect(transient).toMatchObject({
      signals: [SIGNAL.transport_timeout, SIGNAL.route_unavailable],
      actions: [
        { kind: "retry", fromMs: 1000, toMs: 1000 },
        { kind: "defer", to: "later" },
      ],
    });
    expect(otherwise?.signals).not.toContain(SIGNAL.budget_exhausted);
    expect(otherwise?.signals).toContain(SIGNAL.stream_interrupted);
  });

  it("relies on what its calls, its rules and its budget take for granted", () => {
    const policy =
      policyOf(`${HEAD.replace("timeout", "max_output 4k\n  price 1 USD in, 2 USD out per 1M tokens\n  timeout")}
signals for local {
  rate_limited when error.code == "slow_down"
  standard
}

policy chat {
  start primary
  budget {
    deadline 20s
    attempts 2
    retries  1
    cost     1 USD
  }
  repeat only when request.tools is absent
${ON_PRIMARY}
}
`);
    const of = (area: string) => policy.reliance.filter((one) => one.area === area).map(({ what }) => what);
    expect(of("endpoint")).toEqual(["path primary"]);
    expect(of("auth")).toEqual(["path primary"]);
    expect(of("request")).toEqual(["request.tools", "path primary", "max_output", "cost"]);
    expect(of("errors")).toEqual(["error.code"]);
    expect(of("limits")).toEqual(["retry with the server's own wait", "cost"]);
    expect(policy.budget).toMatchObject({ costNanos: 1_000_000_000, currency: "USD" });
    expect(policy.paths[0]?.price).toEqual({ inputNanosPerToken: 1000, outputNanosPerToken: 2000, currency: "USD" });
  });
});

describe("several files", () => {
  const SHARED = `${HEAD}
context {
  tier: "free" | "paid" = "free"
}

budget interactive {
  deadline 20s
  attempts 2
  retries  1
}

breaker careful {
  window    100 calls, at least 20 calls
  opens     at 50% failed
  open      for 30s
  half_open 2 probes, each within 10s
}

path spare {
  contract local
  model    "model-b"
  timeout  8s
}

reason failed "the call failed"
reason other "some other policy records this"
`;

  const POLICY = `use "./shared.fbp"

context {
  tier: "free" | "paid" = "free"
  depth: number = 3
}

policy chat {
  start primary
  budget interactive
  breaker primary careful
  slo primary { p95 below 6s over 200 calls, at least 50 calls }
  repeat only when context.tier == "paid"
${ON_PRIMARY}
}
`;

  it("share declarations, and what another file declares for others is no waste", () => {
    const compilation = compileFiles({ "entry.fbp": POLICY, "shared.fbp": SHARED });
    expect(told(compilation)).toEqual([]);
    const [policy] = compilation.program?.policies ?? [];
    expect(policy?.context).toEqual([
      { name: "tier", doc: null, type: "enum", values: ["free", "paid"], default: "free" },
      { name: "depth", doc: null, type: "number", default: 3 },
    ]);
    expect(policy?.budget.deadlineMs).toBe(20_000);
    expect(policy?.paths.map(({ name, breaker }) => [name, breaker?.leaseMs])).toEqual([["primary", 10_000]]);
    expect(policy?.paths.map(({ slo }) => slo?.window)).toEqual([{ kind: "calls", calls: 200 }]);
    expect(compilation.program?.sources.map(({ name }) => name)).toEqual(["entry.fbp", "shared.fbp", "local.json"]);
  });

  it("are told of where the mistake stands, once for all policies that meet it", () => {
    const second = POLICY.replace("policy chat", "policy search").replace(/use[\s\S]*?\n\n(?=policy)/, "");
    const compilation = compileFiles({
      "entry.fbp": `${POLICY}\n${second}`,
      "shared.fbp": SHARED.replace("deadline 20s", "deadline 1s"),
    });
    expect(told(compilation)).toEqual(["FBP6001 shared.fbp:14:12"]);
    expect(compilation.program).toBeNull();
  });

  it("which only declare are checked by themselves without a word on what is not used", () => {
    expect(told(compileFiles({ "entry.fbp": SHARED }))).toEqual([]);
  });
});

describe("several policies of one file", () => {
  it("have their own reasons, and share those at the top", () => {
    const policy = (name: string, reasons: string, reason: string) => `
policy ${name} {
  start primary
  budget {
    deadline 20s
    attempts 1
  }
${reasons}
  on primary {
    otherwise -> ${reason} -> fail
  }
}
`;
    const declares = '  reason own "declared in this policy"\n';
    const text = `${HEAD}${policy("a", declares, "own")}${policy("b", "", "anything")}${policy("c", declares, "onw")}`;
    expect(told(compileFiles({ "entry.fbp": text }))).toEqual(["FBP2004 entry.fbp:43:18"]);
  });
});

describe("a program with a syntax error", () => {
  it("is still checked where nothing was lost", () => {
    const text = `${HEAD}
policy chat {
  start primary
  budget {
    deadline 1s
    attempts
  }
  repeat always
  on primary {
    any transent -> failed -> fail
    otherwise -> failed -> fail
  }
}
`;
    expect(told(compileFiles({ "entry.fbp": text }))).toEqual([
      "FBP6001 entry.fbp:12:14",
      "FBP1001 entry.fbp:13:13",
      "FBP2003 entry.fbp:17:9",
    ]);
  });
});
