/** Do the contract's values agree with its schemas? Asked only of a contract that is otherwise well formed. */

import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import { type Lookup, lookupField, lookupIndex } from "../types/access.ts";
import { admits, closedValues, describe } from "../types/relate.ts";
import type { Type } from "../types/type.ts";
import type { LoadedContract } from "./loaded.ts";
import { below, listIndex, parsePointer } from "./pointer.ts";

export function checkPlaces(loaded: LoadedContract, report: Report): void {
  const { request, response, errors } = loaded.contract;
  const asked: [pointer: string, field: string | undefined][] = [
    ["/request/model", request.model],
    ["/request/prompt", request.prompt],
    ["/request/stream", request.stream],
    ...request.outputLimits.map((field, index): [string, string] => [below("/request/outputLimits", index), field]),
  ];
  for (const [pointer, field] of asked) {
    if (field === undefined) continue;
    const slip = slipIn(lookupField(loaded.request, field), field);
    if (slip !== null)
      report.add("FBP3028", loaded.spanOf(pointer), { place: field, schema: "the request's schema", ...slip });
  }
  const places: [pointer: string, place: string][] = [
    ...response.answer.map((place, index): [string, string] => [below("/response/answer", index), place]),
    ["/response/usage/input", response.usage.input],
    ["/response/usage/output", response.usage.output],
  ];
  for (const [pointer, place] of places) typeAt(place, pointer, loaded, report);
  const finish = typeAt(response.finishReason, "/response/finishReason", loaded, report);
  for (const key of ["cutReasons", "refusedReasons"] as const) {
    response[key]?.forEach((reason, index) => {
      if (finish !== null)
        checkValue(finish, reason, "finish reason", below(`/response/${key}`, index), loaded, report);
    });
  }
  errors.conditions.forEach((condition, index) => {
    for (const key of ["code", "type", "param"] as const) {
      const field = lookupField(loaded.error, key);
      if (field.kind !== "found") continue;
      condition[key]?.forEach((value, at) => {
        const pointer = below("/errors/conditions", index, key, at);
        checkValue(field.type, value, `error.${key}`, pointer, loaded, report);
      });
    }
  });
}

function checkValue(
  type: Type,
  value: string | number,
  what: string,
  pointer: string,
  loaded: LoadedContract,
  report: Report,
): void {
  if (admits(type, value)) return;
  const place = loaded.spanOf(pointer);
  // What a contract extends may say more than it lets through: that says nothing here.
  if (place.source !== loaded.source) return;
  const near = nearest(
    String(value),
    (closedValues(type) ?? []).filter((one) => typeof one === "string"),
  );
  report.add("FBP3029", place, { what, value: JSON.stringify(value), is: describe(type), near });
}

/** The type at a place of the response; null where a message was given. */
function typeAt(place: string, pointer: string, loaded: LoadedContract, report: Report): Type | null {
  const segments = parsePointer(place) ?? [];
  let type = loaded.response;
  for (const [at, segment] of segments.entries()) {
    const result = step(type, segment);
    const slip = slipIn(result, segment);
    if (slip !== null || result.kind !== "found") {
      const near =
        slip?.near === undefined
          ? undefined
          : below("", ...segments.slice(0, at), slip.near, ...segments.slice(at + 1));
      report.add("FBP3028", loaded.spanOf(pointer), { place, schema: "the response's schema", near });
      return null;
    }
    type = result.type;
  }
  return type;
}

function step(type: Type, segment: string): Lookup {
  const index = listIndex(segment);
  const item = index === null ? null : lookupIndex(type, index);
  return item === null || item.kind === "wrong_kind" ? lookupField(type, segment) : item;
}

/** Nothing can be there, or it is so like a name that the schema gives that it must be a slip. */
function slipIn(result: Lookup, name: string): { readonly near: string | undefined } | null {
  if (result.kind === "wrong_kind") return { near: undefined };
  const near = nearest(name, result.candidates);
  return result.kind === "missing" || near !== undefined ? { near } : null;
}
