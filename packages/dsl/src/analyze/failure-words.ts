/** A failed attempt in the operator's words. */

import type { Failure } from "@fbp/runtime/core";
import type { ContractModel } from "../check/model.ts";
import { parsePointer } from "../contract/pointer.ts";
import type { Shape } from "./failures.ts";

/** To follow a path's name in a story: `answers 503`, `times out`, `cannot be reached: dns`. */
export function failureInWords(
  shape: Shape["kind"],
  failure: Failure,
  check: string | null,
  model: ContractModel,
): string {
  const fault = failure.transport ?? "";
  switch (shape) {
    case "refused":
    case "error_inside":
      return `answers ${answerText(failure, model)}`;
    case "unreached":
      return `cannot be reached: ${fault}`;
    case "broken":
      return fault === "reset" ? "breaks the connection off" : `does not answer in full: ${fault}`;
    case "timed_out":
      return "times out";
    case "timed_out_unsent":
      return "times out before the request has left";
    case "cut":
      return failure.error === null ? "breaks its stream off" : `breaks its stream off with ${jsonText(failure.error)}`;
    case "cut_late":
      return "times out in the middle of its stream";
    case "answered":
      if (check === null) return "answers with a refusal";
      return check === "json"
        ? "answers with something that is no JSON"
        : `gives an answer that \`${check}\` does not accept`;
    case "unmade":
      return "cannot be sent the request: its adapter fails";
  }
}

/** `429 {"error":{"code":"x"}}`, as a scenario would write the answer; with the headers that matter. */
export function answerText({ status, error, headers }: Failure, { contract }: ContractModel): string {
  const body = error === null || error === undefined ? "" : ` ${jsonText(bodyOf(error, contract.errors.at, status))}`;
  const given = Object.entries(headers).map(
    ([name, value]) => ` with header ${JSON.stringify(name)} ${JSON.stringify(value)}`,
  );
  return `${status}${body}${given.join("")}`;
}

/** Where the runtime would find this error object; under 2xx not in the body as a whole. */
function bodyOf(error: unknown, places: readonly string[], status: number): unknown {
  const isWell = status >= 200 && status <= 299;
  const place = places.find((one) => one !== "" || !isWell) ?? "";
  return (parsePointer(place) ?? []).reduceRight<unknown>((inner, segment) => ({ [segment]: inner }), error);
}

const LONGEST = 200;

function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
