/** What canary calls have shown, for people and as data. */
import { type AreaName, duration } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { lookAt } from "../canary/advice.ts";
import type { Seen } from "../canary/call.ts";
import type { Shown } from "../canary/evidence.ts";
import type { PathToCall } from "../canary/paths.ts";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

export interface Called {
  readonly path: PathToCall;
  readonly seen: Seen;
  /** Areas that a call relies on and that nobody has verified, or not lately. */
  readonly open: readonly AreaName[];
}

export interface Written {
  /** As the user named it. */
  readonly file: string;
  readonly path: string;
  readonly for: string;
  readonly shown: Shown;
}

/** @param width columns of the terminal; infinite where there is none */
export function canaryAsText(
  called: readonly Called[],
  written: Written | null,
  palette: Palette,
  width: number,
): string {
  const paths = called.map((each) => pathAsText(each, palette, width)).join("\n");
  const answered = called.filter(({ seen }) => seen.ok).length;
  const closing = [
    `${answered} of ${plural(called.length, "path")} answered as the policy accepts it\n`,
    ...(written === null ? [] : [evidenceAsText(written)]),
    ...(called.some(({ open }) => open.length > 0) ? paragraph(UNVERIFIED, width).map((line) => `${line}\n`) : []),
  ];
  return `${paths}\n${closing.join("")}`;
}

const UNVERIFIED = "what nobody has verified was called all the same: fbp contract verify records a check";

function pathAsText({ path, seen, open }: Called, palette: Palette, width: number): string {
  const { model } = nth(path.target.model.paths, path.target.path);
  const mark = seen.ok ? palette.good("ok    ") : palette.bad("failed");
  const time = seen.firstTokenMs === null ? "" : `, first token after ${duration(seen.firstTokenMs)}`;
  const head = `${mark}  ${palette.strong(printable(path.title))}  ${printable(model)}, ${duration(seen.elapsedMs)}${time}\n`;
  const rows = rowsOf(path, seen, open).map(([name, value]) => [palette.dim(name), printable(value)]);
  return head + renderTable(null, rows, "        ", width);
}

type Row = readonly [name: string, value: string];

function rowsOf(path: PathToCall, seen: Seen, open: readonly AreaName[]): readonly Row[] {
  const { contract } = path.contract;
  const { header, scheme } = contract.auth;
  const key = keyVariable(path);
  const sent: readonly Row[] = [
    ["address", `POST ${addressOf(path)}`],
    [
      "key",
      key === null ? "none: the contract says that none is taken" : `$${key} in ${header}${scheme && `: ${scheme}`}`,
    ],
    [
      "status",
      seen.status === null ? `none, ${seen.transport ?? "nothing came"}` : withFault(seen.status, seen.transport),
    ],
  ];
  const unverified: readonly Row[] = open.length === 0 ? [] : [["unverified", `${open.join(", ")} of ${path.file}`]];
  return [...sent, ...(seen.ok ? answerRows(path, seen) : failureRows(path, seen)), ...unverified];
}

function withFault(status: number, transport: string | null): string {
  return transport === null ? String(status) : `${status}, then ${transport}`;
}

function answerRows(path: PathToCall, seen: Seen): readonly Row[] {
  const { contract, accept } = path.contract;
  const { response } = contract;
  const { answerAt, finishReason, usage } = seen;
  const told =
    usage === null ? `none at ${response.usage.input}: calls are billed by their reservation` : usageText(usage);
  return [
    ["accept", `passed: ${accept.map(({ name }) => name).join(", ")}${seen.streamed ? ", of the whole stream" : ""}`],
    answerRow(answerAt),
    [
      "finish",
      finishReason === null ? `none at ${response.finishReason}` : `${finishReason} at ${response.finishReason}`,
    ],
    ["usage", told],
    requestIdRow(path, seen),
  ];
}

function failureRows(path: PathToCall, seen: Seen): readonly Row[] {
  const { signal, check, error, usage, answerAt, finishReason } = seen;
  const look = lookAt(seen, path.contract, path.file);
  return [
    ["signal", check === null ? (signal ?? "") : `${signal ?? ""}, check ${check}`],
    ...(error === null ? [] : [["error", errorText(error)] as const]),
    // Only an answer that is JSON comes to the checks.
    ...(check === null || check === "json" ? [] : [answerRow(answerAt)]),
    ...(finishReason === null ? [] : [["finish", finishReason] as const]),
    ...(usage === null ? [] : [["usage", usageText(usage)] as const]),
    requestIdRow(path, seen),
    ...(look === null ? [] : [["look at", look] as const]),
  ];
}

function answerRow(answerAt: string | null): Row {
  return ["answer", answerAt === null ? "at none of the places of response.answer" : `at ${answerAt}`];
}

function requestIdRow({ contract }: PathToCall, { requestId }: Seen): Row {
  const { requestIdHeader } = contract.contract.response;
  if (requestIdHeader === undefined) return ["request id", "the contract names no header for it"];
  return ["request id", requestId === null ? `none in ${requestIdHeader}` : `${requestId} in ${requestIdHeader}`];
}

function usageText({ input, output }: NonNullable<Seen["usage"]>): string {
  return `${input} tokens in, ${output} out`;
}

function errorText(error: Readonly<Record<string, string>>): string {
  return Object.entries(error)
    .map(([name, text]) => `${name} ${text}`)
    .join(", ");
}

function evidenceAsText({ file, path, for: original, shown }: Written): string {
  return shownAsText(file, `${path} in place of ${original}`, shown);
}

/** What was put into an evidence file of one criterion, or why nothing was. @param about `backup in place of primary` */
export function shownAsText(file: string, about: string, { criterion, record, why }: Shown): string {
  if (record === null) return `nothing was put into ${printable(file)}: ${why ?? ""}\n`;
  const { status, day, validDays } = record;
  const stands = status === "passed" ? ` on ${day} for ${validDays} days` : ` on ${day}`;
  return `put into ${printable(file)}: ${about}, ${criterion} ${status}${stands}\n`;
}

export function canaryAsJson(called: readonly Called[], written: Written | null): object {
  return {
    paths: called.map(({ path, seen, open }) => ({
      file: path.policyFile,
      policy: path.target.model.name,
      path: path.name,
      model: nth(path.target.model.paths, path.target.path).model,
      contract: path.file,
      unverified: open,
      address: addressOf(path),
      keyVariable: keyVariable(path),
      ...seen,
      lookAt: lookAt(seen, path.contract, path.file),
    })),
    evidence:
      written === null
        ? null
        : {
            file: written.file,
            path: written.path,
            for: written.for,
            criterion: written.shown.criterion,
            status: written.shown.record?.status ?? null,
            why: written.shown.why,
          },
  };
}

function addressOf({ contract }: PathToCall): string {
  const { baseUrl, path } = contract.contract.endpoint;
  return baseUrl.replace(/\/$/, "") + path;
}

function keyVariable({ contract }: PathToCall): string | null {
  return contract.contract.auth.env;
}
