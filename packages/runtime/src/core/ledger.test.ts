import { describe, expect, test } from "vitest";
import { answer, drive, fault, inOrder, silence, status, told, type World } from "./testing/drive.ts";
import { aContract, aPolicy, fail, fallback, rule, someFacts, twoPaths } from "./testing/policy.ts";

describe("the ledger", () => {
  const price = { inputNanosPerToken: 2500, outputNanosPerToken: 10_000, currency: "USD" };
  const ends = (reply: World["reply"], contract = {}, facts = {}, more: Partial<World> = {}) =>
    drive(
      aPolicy({ paths: [{ name: "primary", price, maxOutput: 500 }], contracts: [aContract(contract)] }),
      { reply, ...more },
      someFacts({ promptTokens: 100, ...facts }),
    ).outcome.attempts[0];
  const reserved = { charge: "reserved", tokens: 600, costNanos: 5_250_000 };
  const nothing = { charge: "none", tokens: 0, costNanos: 0 };
  const reported = { charge: "reported", tokens: 110, costNanos: 350_000 };
  const usage = { input: 100, output: 10 };

  test.each<[string, World["reply"], object, object, object, Partial<World>?]>([
    ["an answer: what was reported", inOrder(answer(0, usage)), {}, {}, reported],
    ["an answer without usage: what was reserved", inOrder(answer()), {}, {}, reserved],
    [
      "the request's own limit, where it is less",
      inOrder(answer()),
      {},
      { outputLimit: 10 },
      { tokens: 110, costNanos: 350_000 },
    ],
    ["the path's limit, where it is less", inOrder(answer()), {}, { outputLimit: 1000 }, reserved],
    ["never sent: nothing", inOrder(fault("connect", false)), {}, {}, nothing],
    ["a time-out: what was reserved", inOrder(silence), {}, {}, reserved],
    ["an error status, charged: what was reserved", inOrder(status(500)), {}, {}, reserved],
    ["an error status, charged, with usage", inOrder(status(500, { usage })), {}, {}, reported],
    ["an error status, not charged", inOrder(status(500, { usage })), { chargesFailed: false }, {}, nothing],
    ["an error under 200 may be charged all the same", inOrder(status(200)), { chargesFailed: false }, {}, reserved],
    ["aborted, charged", inOrder(silence), {}, {}, reserved, { abortAt: 10 }],
    ["aborted, not charged", inOrder(silence), { chargesAborted: false }, {}, nothing, { abortAt: 10 }],
  ])("%s", (_title, reply, contract, facts, charge, more) => {
    expect(ends(reply, contract, facts, more)).toMatchObject(charge);
  });

  test("a first attempt that does not fit is not made", () => {
    const policy = aPolicy({ budget: { tokens: 500 }, paths: [{ name: "primary", maxOutput: 500 }] });
    const { outcome } = drive(policy, { reply: inOrder(answer()) });
    expect([outcome.attempts, told(outcome)]).toEqual([[], ["start: tokens: needs 600, 500 left", "fail"]]);
  });

  test("totals and what was spent beyond the first attempt", () => {
    const policy = twoPaths(
      { server_error: rule("e", fallback("backup"), fail) },
      {},
      { price, maxOutput: 500 },
      { price },
    );
    const { outcome } = drive(policy, { reply: inOrder(status(500, { ms: 100 }), answer(200, usage)) });
    expect(outcome).toMatchObject({ tokens: 710, costNanos: 5_600_000, elapsedMs: 300 });
    expect(outcome.extra).toEqual({ attempts: 1, tokens: 110, costNanos: 350_000, ms: 200 });
  });
});
