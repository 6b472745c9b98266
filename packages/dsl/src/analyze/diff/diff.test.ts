/** What is told of a change is what it does: to each case of a failure, to the bounds, to what is claimed. */
import { describe, expect, test } from "vitest";
import { fixture, modelOf, runbook } from "../testing/fixtures.ts";
import type { Change } from "./change.ts";
import { diffPolicies, diffPolicy } from "./index.ts";

const TEXT = `contract provider from "./contracts/openai-compatible.contract.json"

context {
  tier: "free" | "paid" = "free"
}

path primary {
  contract provider
  model    "model-a"
  timeout  4s
  price    2 USD in, 8 USD out per 1M tokens
  max_output 1k
}

path backup {
  contract provider
  model    "model-b"
  timeout  2s..4s
  price    1 USD in, 4 USD out per 1M tokens
  max_output 1k
}

signals for provider {
  quota_exhausted when error.code == "insufficient_quota"
  rate_limited    when status == 429
  standard
}

accept for provider {
  standard
  spoken response.choices[0].message.content is not empty
}

policy chat {
  start primary

  budget {
    deadline  20s
    attempts  3
    retries   1
    fallbacks 1
    cost      0.10 USD
  }

  repeat always

  stream visible

  on primary {
    transport_timeout  -> slow    -> retry else fail
    server_error       -> broken  -> retry else fail
    rate_limited       -> limited -> fail
    stream_interrupted before first_token -> cut -> fallback backup else fail
    otherwise          -> failed  -> fail
  }

  on backup {
    otherwise -> failed -> fail
  }

  assert always outcome.attempts <= 3
}
`;

type Told = readonly [Change["kind"], string, string | null, string | null, (string | null)?];

type Replaced = readonly (readonly [string, string])[];

/** The text with these replacements, each of which must be possible. */
function changed(text: string, replaced: Replaced): string {
  return replaced.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replaceAll(from, to);
  }, text);
}

function between(old: string, fresh: string): readonly Told[] {
  return rows(diffPolicy(modelOf(old), modelOf(fresh), { asOf: "2026-11-22" }).changes);
}

function told(...replaced: Replaced): readonly Told[] {
  return between(TEXT, changed(TEXT, replaced));
}

function rows(changes: readonly Change[]): readonly Told[] {
  return changes.map(({ kind, what, before, after, because }) =>
    because === null ? [kind, what, before, after] : [kind, what, before, after, because],
  );
}

const of = (kind: Change["kind"], all: readonly Told[]) => all.filter(([one]) => one === kind);

describe("what changes nothing is not told", () => {
  test.each<[string, Replaced]>([
    ["comments and layout", [["policy chat {", "// as it was\npolicy   chat {"]]],
    [
      "rules in another order that take the same",
      [
        ["    rate_limited       -> limited -> fail\n", ""],
        ["    transport_timeout", "    rate_limited -> limited -> fail\n    transport_timeout"],
      ],
    ],
    ["another name of the contract", [["provider", "vendor"]]],
    ["an `otherwise` written out", [["on backup {\n", "on backup {\n    server_error -> failed -> fail\n"]]],
    [
      "a guard that leads to what follows without it",
      [
        [
          "rate_limited       -> limited",
          'rate_limited when context.tier == "paid" -> limited -> fail\n    rate_limited -> limited',
        ],
      ],
    ],
    [
      "a line of `signals` that reads the same",
      [["rate_limited    when status == 429", "rate_limited    when status in 429..429"]],
    ],
  ])("%s", (_, replaced) => {
    expect(told(...replaced)).toEqual([]);
  });

  test("`repeat` in other words", () => {
    const [a, b] = ["request.tools is absent", 'context.tier == "paid"'];
    const repeatWhen = (condition: string) => changed(TEXT, [["repeat always", `repeat only when ${condition}`]]);
    expect(between(repeatWhen(`${a} or ${b}`), repeatWhen(`${b} or ${a}`))).toEqual([]);
    expect(between(repeatWhen(`${a} or ${b}`), repeatWhen(b)).map(([, what]) => what)).toContain("repeat");
  });
});

describe("decisions", () => {
  test("signals that change alike stand together, and a new worst case says what can follow", () => {
    const plain = changed(TEXT, [
      ["    stream_interrupted before first_token -> cut -> fallback backup else fail\n", ""],
    ]);
    const all = between(plain, plain.replaceAll("-> retry else fail", "-> retry else fallback backup else fail"));
    expect(of("decisions", all)).toEqual([
      [
        "decisions",
        "transport_timeout, server_error on primary",
        "retry else fail",
        "retry else fallback backup else fail",
      ],
    ]);
    expect(of("bounds", all)).toContainEqual([
      "bounds",
      "calls in the worst case",
      "2 calls",
      "3 calls",
      "`fallback backup` can now follow `transport_timeout` on `primary`",
    ]);
  });

  test("only the requests in which something changes are named", () => {
    expect(
      of(
        "decisions",
        told([
          "rate_limited       ->",
          'rate_limited when context.tier == "paid" -> limited -> fallback backup else fail\n    rate_limited ->',
        ]),
      ),
    ).toEqual([
      ["decisions", 'rate_limited on primary where context.tier is "paid"', "fail", "fallback backup else fail"],
    ]);
  });

  test("only the failures in which something changes are named", () => {
    expect(
      of(
        "decisions",
        told(["    server_error ", "    server_error when status == 502 -> broken -> fail\n    server_error "]),
      ),
    ).toEqual([["decisions", "server_error on primary that answers 502", "retry else fail", "fail"]]);
  });

  test("before and after the first token are told apart", () => {
    expect(
      of("decisions", told(["    stream_interrupted before first_token -> cut -> fallback backup else fail\n", ""])),
    ).toEqual([
      [
        "decisions",
        "stream_interrupted on primary before a token is seen",
        "cut -> fallback backup else fail",
        "failed -> fail",
      ],
    ]);
  });

  test("the number of calls that a guard asks after is named", () => {
    expect(
      of(
        "decisions",
        told(["    server_error ", "    server_error when attempts == 2 -> broken -> fail\n    server_error "]),
      ),
    ).toEqual([["decisions", "server_error on primary at call 2", "retry else fail", "fail"]]);
  });

  test("another reason and another hook are changes too", () => {
    expect(
      of("decisions", told(["rate_limited       -> limited -> fail", 'rate_limited -> throttled -> fail, page "ops"'])),
    ).toEqual([["decisions", "rate_limited on primary", "limited -> fail", 'throttled -> fail, page "ops"']]);
  });

  test("a policy that comes or goes", () => {
    const [old, fresh] = [modelOf(TEXT), modelOf(TEXT.replace("policy chat", "policy talk"))];
    const diffs = diffPolicies([old], [fresh], { asOf: "2026-11-22" });
    expect(diffs.map(({ policy, status }) => [policy, status])).toEqual([
      ["talk", "added"],
      ["chat", "removed"],
    ]);
  });
});

describe("how answers are read", () => {
  test("an answer that is another signal now, with what that means", () => {
    const all = told(["rate_limited    when status == 429", "quota_exhausted when status == 429"]);
    expect(of("classification", all)).toEqual([
      ["classification", "answers 429 on primary, backup", "rate_limited", "quota_exhausted"],
    ]);
    expect(of("decisions", all)).toEqual([
      ["decisions", "answers 429 on primary now that it is quota_exhausted", "limited -> fail", "failed -> fail"],
    ]);
  });

  test("an answer in a case that another line took: by an example of each", () => {
    const all = told(['error.code == "insufficient_quota"', 'error.code in {"insufficient_quota", "throttled"}']);
    expect(of("classification", all)).toContainEqual([
      "classification",
      'answers 429 {"error":{"code":"throttled"}} on primary, backup',
      "rate_limited",
      "quota_exhausted",
    ]);
  });

  test("checks of `accept`", () => {
    expect(of("classification", told(["  spoken response.choices[0].message.content is not empty\n", ""]))).toEqual([
      ["classification", "accept spoken of primary, backup", "response.choices[0].message.content is not empty", null],
    ]);
  });
});

describe("settings and bounds", () => {
  test("a limit that binds is the reason of the bound", () => {
    const all = told(["attempts  3", "attempts  1"]);
    expect(of("settings", all)).toEqual([["settings", "attempts", "3", "1"]]);
    expect(of("bounds", all)).toContainEqual([
      "bounds",
      "calls in the worst case",
      "3 calls",
      "1 call",
      "attempts is 1 (was 3)",
    ]);
  });

  test("a timeout moves the time, and says so", () => {
    const plain = changed(TEXT, [["-> retry else fail", "-> fail"]]);
    const all = between(plain, plain.replace("timeout  4s", "timeout  5s"));
    expect(of("settings", all)).toEqual([["settings", "timeout of primary", "4s", "5s"]]);
    expect(of("bounds", all)).toEqual([
      ["bounds", "time in the worst case", "8s", "9s", "timeout of primary is 5s (was 4s)"],
    ]);
  });

  test("a price moves the cost", () => {
    const all = told(["price    2 USD in", "price    3 USD in"], ["cost      0.10 USD", "cost      0.20 USD"]);
    expect(of("settings", all).map(([, what]) => what)).toEqual(["cost", "price of primary"]);
    expect(of("bounds", all).map(([, what]) => what)).toContain("cost in the worst case");
  });

  test("a reason that can be recorded now", () => {
    expect(of("bounds", told(["rate_limited       -> limited", "rate_limited       -> throttled"]))).toEqual([
      ["bounds", "reason throttled", "never recorded", "can be recorded"],
      ["bounds", "reason limited", "can be recorded", "never recorded"],
    ]);
  });
});

describe("guarantees and reliance", () => {
  test("assertions, with whether they hold", () => {
    expect(of("guarantees", told(["outcome.attempts <= 3", "outcome.attempts <= 1"]))).toEqual([
      ["guarantees", "assert always outcome.attempts <= 1", null, "does not hold"],
      ["guarantees", "assert always outcome.attempts <= 3", "holds", null],
    ]);
  });

  test("a target of fallbacks that is none any more", () => {
    const all = told([
      "stream_interrupted before first_token -> cut -> fallback backup else fail",
      "stream_interrupted before first_token -> cut -> fail",
    ]);
    expect(of("reliance", all).filter(([, what]) => what === "backup for primary")).toEqual([
      ["reliance", "backup for primary", "not eligible for production", null],
    ]);
  });
});

test("a policy that is too large to be explored says what could not be compared", () => {
  const { notCompared, status } = diffPolicy(fixture("many-flags"), fixture("many-flags"), { asOf: "2026-11-22" });
  expect({ notCompared, status }).toEqual({
    status: "same",
    notCompared: [
      { kind: "decisions", why: "it tells more than 4096 kinds of requests and contexts apart" },
      {
        kind: "bounds",
        why: "what can happen in the old policy cannot be explored: it tells more than 4096 kinds of requests and contexts apart",
      },
    ],
  });
});

test("contracts that read failures in too many ways are compared by examples, and that is said", () => {
  const over = (contract: string) => {
    const text = `contract provider from "./contracts/${contract}.contract.json"
path only {
  contract provider
  model    "model-a"
  timeout  8s
}
policy plain {
  start only
  budget {
    deadline 8s
    attempts 1
  }
  repeat always
  on only {
    otherwise -> failed -> fail
  }
}`;
    return modelOf(text);
  };
  const { changes, notCompared } = diffPolicy(over("cometapi"), over("openai-compatible"), { asOf: "2026-11-22" });
  expect(notCompared.map(({ kind }) => kind)).toEqual(["classification"]);
  expect(rows(changes)).toContainEqual([
    "classification",
    'answers 400 {"error":{"code":"content_filter"}} on only',
    "client_invalid",
    "content_refused",
  ]);
  expect(rows(changes)).toContainEqual([
    "settings",
    "contract's endpoint.baseUrl of only",
    '"https://api.cometapi.com"',
    '"https://api.openai.com"',
  ]);
});

test("the runbook policy is the same as itself", () => {
  expect(diffPolicy(runbook(), runbook(), { asOf: "2026-11-22" })).toMatchObject({ status: "same", notCompared: [] });
});
