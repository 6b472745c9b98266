/** What the local provider bills: the usage that it reported, at the prices that the policy's text declares. */
import type { Plan, PolicyModel } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { BillingEntry } from "./cost-review/billing.ts";
import type { Came } from "./local-provider.ts";

/** @param world what was done with each call, by path and number */
export function billOf(
  { paths, contracts }: PolicyModel,
  { answers }: Plan,
  world: (path: number, nth: number) => WorldEvent,
  came: readonly Came[],
): readonly Omit<BillingEntry, "line">[] {
  return came.flatMap(({ path, call }, index) => {
    const count = came.slice(0, index).filter((before) => before.path === path).length;
    const event = world(path, count);
    const usage = nth(answers, path).billed(event);
    if (usage === null) return [];
    const { model, price, contract } = nth(paths, path);
    const { requestIdHeader } = nth(contracts, contract).contract.response;
    const headers = event.kind === "returns" || event.kind === "streams" ? event.headers : undefined;
    const { input, output } = usage;
    return [
      {
        at: performance.timeOrigin + call.atMs,
        withinMs: 1,
        model,
        requestId: headers?.[requestIdHeader?.toLowerCase() ?? ""] ?? null,
        input,
        output,
        costNanos:
          price === null ? null : Math.ceil(input * price.inputNanosPerToken + output * price.outputNanosPerToken),
        costStepNanos: 1,
        currency: price?.currency ?? null,
      },
    ];
  });
}
