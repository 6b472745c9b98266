/** What a cost review says of calls, with a bill and without one. */
import { Report } from "@fbp/dsl";
import { describe, expect, it } from "vitest";
import { renderCostReview } from "../../render/cost-review.ts";
import { paletteFor } from "../../render/palette.ts";
import { memoryIo } from "../../testing/memory-io.ts";
import type { Billing } from "./billing.ts";
import { readBilling } from "./read-billing.ts";
import { reviewCosts } from "./review.ts";
import { type GivenCall, outcome, POLICIES } from "./testing.ts";

const TIMED_OUT: GivenCall = {
  path: "primary",
  status: null,
  transport: "attempt_timeout",
  signal: "transport_timeout",
  class: "transient",
  charge: "reserved",
};

async function bill(...lines: readonly string[]): Promise<Billing> {
  const report = new Report();
  const text = ["time,model,request id,input tokens,output tokens,cost,currency", ...lines].join("\n");
  const billing = await readBilling({ name: "bill.csv", text }, report);
  if (billing === null) throw new Error(JSON.stringify(report.diagnostics));
  return billing;
}

type Told = readonly (readonly [string, string])[];

function told(review: ReturnType<typeof reviewCosts>): Told {
  return review.findings.map(({ kind, text }) => [kind, text]);
}

describe("without a bill", () => {
  it("has nothing to say of calls that reported what they used", () => {
    expect(reviewCosts([outcome("r1", [{ path: "primary" }])], undefined, POLICIES).findings).toEqual([]);
  });

  it("tells what stays reserved, and what repeats took", () => {
    const review = reviewCosts(
      [
        outcome("r1", [TIMED_OUT, TIMED_OUT, { path: "backup" }]),
        outcome("r2", [{ path: "primary", usage: null, charge: "reserved" }]),
      ],
      undefined,
      POLICIES,
    );
    expect(told(review)).toEqual([
      [
        "may_be_charged",
        "2 calls over `primary` failed and may have been charged: 1,000 tokens, 0.004 USD in all stay reserved",
      ],
      [
        "no_usage",
        "call 1 of request r2 over `primary` answered without saying what was used: 500 tokens, 0.002 USD stay reserved",
      ],
      ["repeats_charged", "1 retry over `primary` took 500 tokens, 0.002 USD beyond first calls"],
      ["repeats_charged", "1 fallback over `backup` took 110 tokens, 0.00035 USD beyond first calls"],
    ]);
    expect(review.totals).toMatchObject({
      requests: 2,
      all: { calls: 4, tokens: 1610 },
      charges: { reported: { calls: 1, tokens: 110 }, reserved: { calls: 3, tokens: 1500 }, none: { calls: 0 } },
      repeats: { calls: 2, tokens: 610, costNanos: 2_350_000 },
      usage: { input: 100, output: 10 },
      currency: "USD",
      billed: null,
    });
  });

  it("tells of a record that does not add up", () => {
    const review = reviewCosts([outcome("r1", [{ path: "primary" }], { tokens: 1 })], undefined, POLICIES);
    expect(told(review)).toEqual([
      ["record_does_not_add_up", "the totals of request r1 are not the sums of its calls"],
    ]);
  });
});

const AT = "2026-11-22T10:00:00Z";
const ANSWERED: GivenCall = { path: "primary", providerRequestId: "req_1" };

describe("with a bill", () => {
  it.each<readonly [string, readonly GivenCall[], readonly string[], Told]>([
    ["that agrees", [ANSWERED], [`${AT},model-a,req_1,100,10,0.00035,USD`], []],
    ["that is rounded", [ANSWERED], [`${AT},model-a,req_1,100,10,0.0004,USD`], []],
    ["without ids", [ANSWERED], [`${AT},model-a-2026-08-01,,100,10,0.00035,USD`], []],
    ["without times", [ANSWERED], [",model-a,,100,10,0.00035,USD"], []],
    ["of days", [ANSWERED], ["2026-11-22,model-a,,100,10,0.00035,USD"], []],
    [
      "with a call of somebody else",
      [ANSWERED],
      [`${AT},model-a,req_1,100,10,0.00035,USD`, `${AT},model-a,req_2,100,10,0.00035,USD`],
      [["billed_not_on_record", "line 3 of bill.csv is a call that nobody has on record: 0.00035 USD"]],
    ],
    [
      "with a call twice",
      [ANSWERED],
      [`${AT},model-a,req_1,100,10,0.00035,USD`, `${AT},model-a,req_1,100,10,0.00035,USD`],
      [["billed_twice", "line 3 of bill.csv charges again what is charged already: 0.00035 USD for request id req_1"]],
    ],
    [
      "of another day",
      [ANSWERED],
      ["2026-11-25T10:00:00Z,model-a,,100,10,0.00035,USD"],
      [
        ["billed_not_on_record", "line 2 of bill.csv is a call that nobody has on record: 0.00035 USD"],
        [
          "not_billed",
          "call 1 of request r1 over `primary` reported usage and is not on the bill: 110 tokens, 0.00035 USD",
        ],
      ],
    ],
    [
      "that counts other tokens",
      [ANSWERED],
      [`${AT},model-a,req_1,180,10,0.00055,USD`],
      [
        [
          "usage_differs",
          "call 1 of request r1 over `primary` reported 100 tokens in and 10 out, and the bill has 180 tokens in and 10 out",
        ],
      ],
    ],
    [
      "with another price",
      [ANSWERED],
      [`${AT},model-a,req_1,100,10,0.00070,USD`],
      [
        [
          "cost_differs",
          "call 1 of request r1 over `primary` is on the bill with 0.0007 USD, and by the path's price it is 100 × 2.5 + 10 × 10 USD per 1M tokens = 0.00035 USD",
        ],
      ],
    ],
    [
      "in another currency",
      [ANSWERED],
      [`${AT},model-a,req_1,100,10,0.0003,EUR`],
      [["currency_differs", "the bill of `primary` is in EUR, and its price in USD"]],
    ],
    [
      "of a path without a price",
      [{ path: "local", providerRequestId: "req_1" }],
      [`${AT},model-c,req_1,100,10,0.0003,USD`],
      [["no_price", "no price of `local` is known to hold 0.0003 USD of the bill against"]],
    ],
    [
      "that charges for what was taken to be free",
      [{ path: "primary", status: 500, signal: "server_error", charge: "none", providerRequestId: "req_1" }],
      [`${AT},model-a,req_1,100,0,0.00025,USD`],
      [
        [
          "charged_after_all",
          "call 1 of request r1 over `primary` is on record as not charged, and on the bill with 0.00025 USD",
        ],
      ],
    ],
    [
      "that charges a call which was cut off",
      [TIMED_OUT],
      [`${AT},model-a,req_9,100,0,0.00025,USD`],
      [
        [
          "reserved_charged",
          "call 1 of request r1 over `primary` reported no usage and is on the bill with 0.00025 USD, where 500 tokens, 0.002 USD stay reserved",
        ],
      ],
    ],
    [
      "without a call which was cut off",
      [TIMED_OUT],
      [],
      [
        [
          "reserved_not_charged",
          "call 1 of request r1 over `primary` may have been charged, and is not on the bill: 500 tokens, 0.002 USD stay reserved",
        ],
      ],
    ],
    [
      "that has other ids",
      [ANSWERED],
      [`${AT},model-a,gen-7,100,10,0.00035,USD`],
      [["ids_differ", "no request id of the bill is on record, so that calls were told by model, tokens and time"]],
    ],
    ["without a call that never left", [{ ...TIMED_OUT, transport: "connect", sent: false, charge: "none" }], [], []],
  ])("%s", async (_, calls, lines, expected) => {
    const review = reviewCosts([outcome("r1", calls)], await bill(...lines), POLICIES);
    expect(told(review)).toEqual(expected);
    for (const { text, hint } of review.findings) {
      expect(text).toMatch(/^[^A-Z].*[^.]$/u);
      expect(hint).toMatch(/^[^A-Z].*[^.]$/u);
    }
  });

  it("is held against calls whose policy is not at hand, by tokens and time", async () => {
    const review = reviewCosts([outcome("r1", [{ path: "primary" }])], await bill(`${AT},model-z,,100,10,0.00035,USD`));
    expect(told(review)).toEqual([
      ["no_price", "no price of `primary` is known to hold 0.00035 USD of the bill against"],
    ]);
    expect(review.rows).toMatchObject([{ billed: { by: "model, tokens and time" } }]);
  });

  it("is held against the prices of another version, which is told", async () => {
    const review = reviewCosts(
      [outcome("r1", [ANSWERED], { digest: "sha256-before" })],
      await bill(`${AT},model-a,req_1,100,10,0.0007,USD`),
      POLICIES,
    );
    expect(told(review).map(([kind]) => kind)).toEqual(["cost_differs", "other_version"]);
    expect(review.findings[1]?.text).toBe(
      "another version of the policy decided call 1 of request r1 over `primary`: its price is taken from the one that was given",
    );
  });

  it("is shown beside the calls", async () => {
    const review = reviewCosts(
      [outcome("r1", [{ ...TIMED_OUT }, { path: "backup", providerRequestId: "req_2" }])],
      await bill(
        `${AT},model-b,req_2,100,10,0.00070,USD`,
        `${AT},model-b,req_2,100,10,0.00070,USD`,
        `${AT},model-a,req_7,50,1,0.000135,USD`,
      ),
      POLICIES,
    );
    const io = memoryIo();
    await expect(renderCostReview(review, paletteFor(io.stdout, io.env))).toMatchFileSnapshot("fixtures/review.txt");
  });
});
