/** When a path may stand in for another one: what its evidence must show, and what makes it stale. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COMPLETE, patched } from "../evidence/testing/complete.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";
import type { FallbackModel } from "./model.ts";

const LOCAL = JSON.parse(
  readFileSync(new URL("../../../../policies/contracts/local.contract.json", import.meta.url), "utf8"),
) as object;

const POLICY = `contract local from "./local.json"

path primary {
  contract   local
  model      "model-a"
  timeout    8s
  max_output 1k
}

path backup {
  contract   local
  model      "model-b"
  timeout    2s..6s
  max_output 1k
  validated for primary by "./evidence/backup.evidence.json"
}

accept for local {
  standard
  not_refused response.choices[0].message.refusal is absent
}

policy chat {
  start primary
  budget {
    deadline  20s
    attempts  2
    fallbacks 1
  }
  repeat always
  on primary {
    any transient -> failed -> fallback backup else fail
    any health    -> failed -> fail
    otherwise     -> failed -> fail
  }
  on backup {
    any health -> failed -> fail
    otherwise  -> failed -> fail
  }
}
`;

interface Situation {
  readonly policy?: string;
  readonly contract?: unknown;
  /** A merge patch over evidence that is complete for the policy as it stands above. */
  readonly evidence?: unknown;
  readonly asOf?: string;
  readonly profile?: "development" | "production";
}

function compileWith({ policy = POLICY, contract = LOCAL, evidence = {}, asOf, profile }: Situation) {
  const text = JSON.stringify(patched(patched(COMPLETE, againstToday()), evidence), null, 2);
  const files = { "chat.fbp": policy, "local.json": JSON.stringify(contract), "evidence/backup.evidence.json": text };
  return compile("chat.fbp", memoryHost(files), { profile: profile ?? "development", asOf: asOf ?? "2026-02-25" });
}

function againstToday() {
  const files = { "chat.fbp": POLICY, "local.json": JSON.stringify(LOCAL) };
  const { standing } = compile("chat.fbp", memoryHost(files), { profile: "development", asOf: "2026-02-25" });
  const against = standing.fallbacks[0]?.targets[0]?.subject;
  return { criteria: Object.fromEntries(Object.keys(COMPLETE.criteria).map((name) => [name, { against }])) };
}

function targetOf(situation: Situation): FallbackModel {
  const target = compileWith(situation).standing.fallbacks[0]?.targets[0];
  if (target === undefined) throw new Error("no fallback");
  return target;
}

/** The messages about the contract are for other tests: it was verified later. */
const told = (situation: Situation) =>
  compileWith(situation).diagnostics.filter(({ code }) => code.startsWith("FBP80"));

describe("evidence that shows all six criteria makes the path eligible", () => {
  test("in both profiles, from the day of the trial to the last on which it stands", () => {
    for (const profile of ["development", "production"] as const) {
      for (const asOf of ["2026-02-20", "2026-03-02"]) {
        expect(told({ profile, asOf })).toEqual([]);
        expect(targetOf({ profile, asOf })).toMatchObject({ path: "backup", for: "primary", eligible: true });
      }
    }
    expect(targetOf({}).evidence?.file).toBe("evidence/backup.evidence.json");
  });

  test.each(["2026-02-19", "2026-03-03"])("not before it, and not after: %s", (asOf) => {
    expect(targetOf({ asOf }).eligible).toBe(false);
    expect(told({ asOf }).map(({ code }) => code)).toEqual(["FBP8005"]);
  });
});

describe("one message for each path, an error in production and a warning in development", () => {
  test.each<[what: string, evidence: unknown, text: string]>([
    ["failed", { criteria: { prompt: { status: "failed" } } }, "`prompt` failed"],
    [
      "not spoken of",
      { criteria: { prompt: null, output_parser: null } },
      "nothing is said of `prompt` and `output_parser`",
    ],
    ["pending", { criteria: { token_budget: { status: "pending" } } }, "`token_budget` is pending"],
    ["expired", { criteria: { token_budget: { validDays: 1 } } }, "`token_budget` was tried too long ago"],
    ["dated ahead", { criteria: { token_budget: { day: "2026-02-26" } } }, "`token_budget` is dated ahead"],
    [
      "made for something else",
      { criteria: { prompt: { against: { policy: `sha256-${"0".repeat(64)}` } } } },
      "`prompt` was tried on what has changed since",
    ],
    [
      "several at once",
      {
        criteria: {
          prompt: { status: "failed" },
          token_budget: { status: "pending" },
          output_parser: { status: "pending" },
        },
      },
      "`prompt` failed; `token_budget` and `output_parser` are pending",
    ],
  ])("a criterion that is %s", (_, evidence, text) => {
    for (const profile of ["development", "production"] as const) {
      const [first, ...more] = told({ evidence, profile });
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        code: "FBP8005",
        severity: profile === "production" ? "error" : "warning",
        text: `\`backup\` is not eligible for production: ${text}`,
      });
    }
    expect(targetOf({ evidence }).eligible).toBe(false);
  });

  test("evidence about other paths", () => {
    for (const evidence of [{ path: "spare" }, { for: "backup" }]) {
      expect(told({ evidence }).map(({ code }) => code)).toEqual(["FBP8004"]);
      expect(targetOf({ evidence }).eligible).toBe(false);
    }
  });

  test("evidence that is wrong is an error in both", () => {
    const [wrong] = told({ evidence: { criteria: { prompt: { status: "fine" } } } });
    expect(wrong).toMatchObject({ code: "FBP8013", severity: "error" });
  });

  test("a path that no fallback names needs none", () => {
    const policy = POLICY.replace("fallback backup else fail", "fail").replace(/ {2}on backup \{[^}]*\}\n/, "");
    expect(told({ policy, evidence: { criteria: { prompt: { status: "failed" } } } })).toEqual([]);
  });
});

describe("what was tried stays what it was", () => {
  const kept: readonly (readonly [string, Situation])[] = [
    ["a comment", { policy: `// a comment\n${POLICY.replace("2s..6s", "2s..6s  // tune")}` }],
    ["a doc comment", { policy: POLICY.replace("path backup", "/// the second one\npath backup") }],
    ["the layout", { policy: POLICY.replaceAll("  ", " ") }],
    ["a rule", { policy: POLICY.replace("any transient -> failed", "any transient -> gone") }],
    ["the budget", { policy: POLICY.replace("attempts  2", "attempts  3") }],
    [
      "a price",
      { policy: POLICY.replaceAll("max_output 1k", "max_output 1k\n  price 1 USD in, 2 USD out per 1M tokens") },
    ],
    ["an account", { policy: POLICY.replace("timeout    2s..6s", 'timeout    2s..6s\n  account "second"') }],
    ["the first path's time-out", { policy: POLICY.replace("timeout    8s", "timeout    9s") }],
    ["the name of a check", { policy: POLICY.replace("not_refused", "no_refusal") }],
    [
      "the contract's name in the policy",
      {
        policy: POLICY.replace("contract local", "contract ours")
          .replaceAll("  local\n", "  ours\n")
          .replace("for local", "for ours"),
      },
    ],
    ["a verification", { contract: patched(LOCAL, { limits: { verification: { checker: "somebody else" } } }) }],
    [
      "titles and notes",
      { contract: patched(LOCAL, { title: "another", response: { verification: { notes: "x" } } }) },
    ],
    [
      "a description deep in a schema",
      {
        contract: patched(LOCAL, { $defs: { usage: { properties: { prompt_tokens: { description: "tokens in" } } } } }),
      },
    ],
    ["a description in a schema", { contract: patched(LOCAL, { $defs: { usage: { description: "tokens" } } }) }],
    [
      "prices in the contract",
      { contract: patched(LOCAL, { limits: { prices: { m: { currency: "USD", input: 1, output: 2 } } } }) },
    ],
  ];
  test.each(kept)("after a change of %s", (_, situation) => {
    expect(compileWith(situation).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(targetOf(situation).eligible).toBe(true);
  });

  const changed: readonly (readonly [string, "policy" | "contracts" | "both", Situation])[] = [
    ["the model", "policy", { policy: POLICY.replace("model-b", "model-c") }],
    ["the other path's model", "policy", { policy: POLICY.replace("model-a", "model-c") }],
    ["the time-out", "policy", { policy: POLICY.replace("2s..6s", "2s..5s") }],
    ["the adapter", "policy", { policy: POLICY.replace("2s..6s", '2s..6s\n  adapter "toBackup"') }],
    [
      "the output limit",
      "policy",
      {
        policy: POLICY.replace(
          'model-b"\n  timeout    2s..6s\n  max_output 1k',
          'model-b"\n  timeout    2s..6s\n  max_output 2k',
        ),
      },
    ],
    ["a check of the answers", "policy", { policy: POLICY.replace("refusal is absent", "refusal is empty") }],
    [
      "one check more",
      "policy",
      { policy: POLICY.replace("  standard\n", "  standard\n  has_choices response.choices is not empty\n") },
    ],
    ["the address", "contracts", { contract: patched(LOCAL, { endpoint: { path: "/v2/chat" } }) }],
    [
      "a schema",
      "contracts",
      { contract: patched(LOCAL, { $defs: { usage: { properties: { more: { type: "integer" } } } } }) },
    ],
    [
      "a field that is called description",
      "contracts",
      { contract: patched(LOCAL, { request: { schema: { properties: { description: { type: "string" } } } } }) },
    ],
    ["a documented header", "contracts", { contract: patched(LOCAL, { limits: { headers: { "x-new": {} } } }) }],
    [
      "the contract's address and the model",
      "both",
      { policy: POLICY.replace("model-b", "model-c"), contract: patched(LOCAL, { endpoint: { path: "/v2/chat" } }) },
    ],
  ];
  test.each(changed)("but not after one of %s", (_, of, situation) => {
    const { eligible, criteria } = targetOf(situation);
    expect(eligible).toBe(false);
    expect(criteria.map(({ state }) => state)).toEqual(criteria.map(() => ({ kind: "stale", of })));
  });
});

test("the digests are the same on every machine and in every version of this form", () => {
  const { subject } = targetOf({ contract: { ...(LOCAL as Record<string, unknown>), ...FIXED } });
  expect(subject).toMatchInlineSnapshot(`
    {
      "contracts": "sha256-c19fe4fa931052255d066615180bedcea08693885026d26bfa36c0a1825fba6d",
      "policy": "sha256-2862799d3056571342b8f1fbce008b008dec8a857b60d93b77fe826b3e73b72e",
    }
  `);
});

const NOBODY = { status: "pending_review", source: [] };
/** A contract that nobody edits. */
const FIXED = {
  endpoint: { verification: NOBODY, baseUrl: "http://127.0.0.1:4010", path: "/v1/chat/completions" },
  auth: { verification: NOBODY, header: "authorization", scheme: "Bearer", env: "LOCAL_KEY" },
  request: {
    verification: NOBODY,
    schema: { type: "object", properties: { model: {}, messages: { type: "array" } } },
    model: "model",
    prompt: "messages",
    outputLimits: [],
  },
  response: {
    verification: NOBODY,
    schema: {
      type: "object",
      properties: {
        choices: {
          type: "array",
          items: { type: "object", properties: { message: { type: "object" }, finish_reason: {} } },
        },
        usage: { type: "object" },
      },
    },
    answer: ["/choices/0/message/content"],
    finishReason: "/choices/0/finish_reason",
    cutReasons: ["length"],
    usage: { input: "/usage/input", output: "/usage/output" },
  },
  errors: { verification: NOBODY, at: ["/error"], schema: { type: "object" }, conditions: [] },
  limits: { verification: NOBODY, headers: {}, charges: { failed: "no", aborted: "unknown" } },
  $defs: {},
};
