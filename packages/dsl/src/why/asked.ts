/** The request that an explanation is about, where nobody gives one. */
import { type ContextFieldPlan, nth } from "@fbp/runtime/core";
import type { PolicyModel } from "../check/model.ts";
import { canonicalRequest } from "../scenario/canonical.ts";
import type { Asked } from "./reply.ts";

/** @param given what is left out of it is a small request without tools, and the context's defaults */
export function askedOf(
  model: PolicyModel,
  given: { readonly request?: unknown; readonly context?: Readonly<Record<string, unknown>> },
): Asked {
  const { contract, root } = nth(model.contracts, nth(model.paths, model.start).contract);
  const defaults = model.context.map((field) => [field.name, field.default ?? someValue(field)]);
  return {
    request: given.request === undefined ? canonicalRequest(contract, root) : given.request,
    context: { ...Object.fromEntries(defaults), ...given.context },
  };
}

function someValue({ type, values }: ContextFieldPlan): boolean | number | string {
  if (type === "bool") return false;
  if (type === "number") return 0;
  return values?.[0] ?? "";
}
