/** The result of a check as messages: at the place of the contract that is concerned, or at the file's beginning. */

import type { MisfitArguments } from "../../diagnostics/captures.ts";
import type { Report } from "../../diagnostics/index.ts";
import { type Span, span } from "../../source.ts";
import { DEEPEST_DOCUMENT } from "../json.ts";
import type { LoadedContract } from "../loaded.ts";
import { type CaptureKind, NOUNS, type Place, placeText } from "./capture.ts";
import { type Misfit, MOST_GROUPS } from "./groups.ts";
import { type CaptureResult, isMet, type Remark, type SignalRow } from "./result.ts";

export function reportCaptures(result: CaptureResult, loaded: LoadedContract, report: Report): void {
  for (const misfit of result.misfits) reportMisfit(misfit, result.totals, loaded, report);
  if (result.misfitsLeft > 0) {
    const share = counted(result.misfitsLeft, ["capture", "captures"]);
    report.add("FBP3326", loaded.spanOf(""), { limit: MOST_GROUPS, share });
  }
  for (const remark of result.remarks) reportRemark(remark, loaded, report);
  reportWords(result.remarks, report);
  reportSignals(result.signals, loaded, report);
}

/** The code of each kind of misfit. */
export const MISFIT_CODES = {
  kind: "FBP3301",
  value: "FBP3302",
  missing: "FBP3303",
  extra: "FBP3304",
  bounds: "FBP3305",
  forms: "FBP3306",
} as const satisfies Record<Misfit["kind"], string>;

function reportMisfit(misfit: Misfit, totals: CaptureResult["totals"], loaded: LoadedContract, report: Report): void {
  const { capture, at, found, wants, count, first } = misfit;
  const args: MisfitArguments = {
    where: at === "" ? `the whole ${NOUNS[capture][0]}` : `\`${at}\``,
    found: found.map(({ what }) => what),
    wants,
    share: share(count, totals[capture], NOUNS[capture]),
    first: placeText(first),
    isSent: capture === "request",
  };
  report.add(MISFIT_CODES[misfit.kind], loaded.spanOf(misfit.schema), args);
}

function reportRemark(remark: Remark, loaded: LoadedContract, report: Report): void {
  const { kind, count, of, detail } = remark;
  const first = placeText(remark.first);
  const at = (pointer: string) => loaded.spanOf(pointer);
  const inFile = beginningOf(remark.first);
  const ofKind = (capture: CaptureKind) => ({ first, share: share(count, of, NOUNS[capture]) });
  const streams = { first, share: share(count, of, ["stream", "streams"]) };
  const values = { first, share: counted(count, ["value", "values"]) };
  const { response } = loaded.contract;
  switch (kind) {
    case "no_answer":
      report.add("FBP3307", at("/response/answer"), ofKind("response"));
      break;
    case "no_finish_reason":
      report.add("FBP3308", at("/response/finishReason"), ofKind("response"));
      break;
    case "no_stream_finish_reason":
      report.add("FBP3308", at("/response/finishReason"), streams);
      break;
    case "no_usage":
      report.add("FBP3309", at("/response/usage"), { ...ofKind("response"), isStream: false });
      break;
    case "no_stream_usage":
      report.add("FBP3309", at("/response/usage"), { ...streams, isStream: true });
      break;
    case "no_error_object":
      report.add("FBP3310", at("/errors/at"), ofKind("error"));
      break;
    case "no_end_marker":
      report.add("FBP3311", at("/response/stream/end"), {
        ...streams,
        marker: JSON.stringify(response.stream?.end ?? ""),
      });
      break;
    case "no_request_id":
      report.add("FBP3312", at("/response/requestIdHeader"), {
        first,
        share: share(count, of, ["answer with headers", "answers with headers"]),
        header: response.requestIdHeader ?? "",
      });
      break;
    case "unmapped_word":
      break;
    case "no_status":
      report.add("FBP3315", inFile, { first, share: counted(count, ["error body", "error bodies"]) });
      break;
    case "not_json":
      report.add("FBP3321", inFile, { ...values, what: detail });
      break;
    case "too_deep":
      report.add("FBP3322", inFile, { ...values, limit: DEEPEST_DOCUMENT });
      break;
    case "unknown_shape":
      report.add("FBP3323", inFile, values);
      break;
    case "empty_file":
      report.add("FBP3324", inFile, { file: remark.first.file });
      break;
    case "no_stream_in_contract":
      report.add("FBP3325", at("/response"), { first, share: counted(count, NOUNS.chunk) });
      break;
  }
}

/** One message for all words that stand for no signal. */
function reportWords(remarks: readonly Remark[], report: Report): void {
  const [first, ...more] = remarks.filter(({ kind }) => kind === "unmapped_word");
  if (first === undefined) return;
  const words = [first, ...more].map(({ detail }) => detail ?? "");
  report.add("FBP3314", beginningOf(first.first), { words, first: placeText(first.first) });
}

/** One message for all errors that got one signal where another was expected. */
function reportSignals(rows: readonly SignalRow[], loaded: LoadedContract, report: Report): void {
  const wrong = new Map<string, SignalRow[]>();
  for (const row of rows) {
    if (isMet(row) !== false || row.signal === null) continue;
    const key = JSON.stringify([row.signal, row.expected, row.condition]);
    wrong.set(key, [...(wrong.get(key) ?? []), row]);
  }
  for (const [first, ...more] of wrong.values()) {
    if (first === undefined) continue;
    report.add("FBP3313", loaded.spanOf(first.condition ?? "/errors/conditions"), {
      share: counted(1 + more.length, NOUNS.error),
      first: placeText(first.place),
      signal: first.signal ?? "",
      expected: first.expected ?? [],
    });
  }
}

/** Captures are no text to be shown: the file alone is named. */
function beginningOf({ file }: Place): Span {
  return span({ name: file, text: "" }, 0, 0);
}

/** `3 of 24 answers`, `all 24 answers`, `the one answer` */
function share(count: number, of: number, [one, many]: readonly [string, string]): string {
  if (of === 1) return `the one ${one}`;
  return count === of ? `all ${of} ${many}` : `${count} of ${of} ${many}`;
}

function counted(count: number, [one, many]: readonly [string, string]): string {
  return `${count} ${count === 1 ? one : many}`;
}
