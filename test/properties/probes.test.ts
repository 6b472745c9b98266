/** What must hold of a breaker whose probes are lost: their callers died, or nobody ever settled them. */
import { Health } from "@fbp/runtime/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aPolicy, type DrawnPolicy } from "../generators/policy.ts";
import { compileText } from "../support/compile.ts";
import { PARAMETERS, TIMEOUT_MS } from "./property.ts";

interface Step {
  readonly gapMs: number;
  readonly end: "success" | "failure" | "neutral" | "lost";
}

const someSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ gapMs: fc.nat(2000), end: fc.constantFrom("success", "failure", "failure", "neutral", "lost") }),
  { maxLength: 40, size: "max" },
);

test("a lost probe does not block", { timeout: TIMEOUT_MS }, () => {
  let lost = 0;
  fc.assert(
    fc.property(aPolicy, someSteps, (drawn, steps) => {
      const policy = compileText(drawn.text);
      policy.paths.forEach(({ breaker }, path) => {
        if (breaker === null) return;
        const health = new Health(policy);
        const ask = { kind: "admit", path, purpose: "start", inMs: 0, askSlo: false, askRetryBudget: false } as const;
        let now = 0;
        for (const { gapMs, end } of steps) {
          now += gapMs;
          const answer = health.answer(ask, now);
          if (answer.kind !== "admitted") continue;
          if (end !== "lost") health.settle(path, answer.permit, end, 1, now);
          else if (answer.probe) lost += 1;
        }
        // The last lease ends, that counts as a failure, and the longest open time passes.
        health.answer(ask, now + breaker.leaseMs);
        const late = now + 2 * breaker.leaseMs + breaker.openMostMs;
        expect(health.answer(ask, late).kind).toBe("admitted");
      });
    }),
    PARAMETERS as fc.Parameters<[DrawnPolicy, Step[]]>,
  );
  expect(lost).toBeGreaterThan(100);
});
