/** Contracts area by area: what is verified, by whom and until when, and what relies on it. */
import { type AreaState, type AreaStatus, verifyCommand } from "@fbp/dsl";
import type { Io } from "../io.ts";
import { areaTable, lastDayOf } from "./area-table.ts";
import { plural } from "./finding.ts";
import { paletteFor } from "./palette.ts";
import { printable } from "./width.ts";

export interface ContractAreas {
  /** As policies name it; the contract's own name where none does. */
  readonly names: readonly string[];
  /** As the user would name it from the working folder. */
  readonly file: string;
  readonly areas: readonly Area[];
  /** Was a policy read that names it? Else nobody can say what relies on it. */
  readonly isNamed: boolean;
}

export interface Area extends AreaStatus {
  /** Each construct once, by file and line. */
  readonly reliedOnBy: readonly Construct[];
}

export interface Construct {
  readonly what: string;
  /** As the user would name it from the working folder. */
  readonly file: string;
  readonly line: number;
}

/** Is it relied on, and not verified? */
export function isOpen({ state, reliedOnBy }: Area): boolean {
  return state.kind !== "verified" && reliedOnBy.length > 0;
}

/** A table for each contract, and at the end what to do next. Fits a terminal's width; in a pipe nothing is cut. */
export function areasAsText(io: Io, contracts: readonly ContractAreas[]): string {
  const palette = paletteFor(io.stdout, io.env);
  const width = io.stdout.isTerminal ? Math.max(MIN_WIDTH, io.stdout.columns) : Number.POSITIVE_INFINITY;
  const tables = contracts.map((contract) => areaTable(contract, palette, width));
  return contracts.length === 0 ? "" : `${tables.join("\n")}\n${closing(contracts)}`;
}

/** Below this a table cannot be read anyway. */
const MIN_WIDTH = 60;

/** The worst first: what is known to be wrong, what was once right, what nobody has looked at. */
const URGENCY: readonly AreaState["kind"][] = ["contradicted", "expired", "pending"];

function closing(contracts: readonly ContractAreas[]): string {
  const all = contracts.flatMap((contract) => contract.areas.map((area) => ({ ...area, file: contract.file })));
  const relied = all.filter(({ reliedOnBy }) => reliedOnBy.length > 0);
  if (relied.length === 0) {
    const verified = all.filter(({ state }) => state.kind === "verified").length;
    return `${verified} of ${plural(all.length, "area")} verified\n`;
  }
  const open = URGENCY.flatMap((kind) => relied.filter(({ state }) => state.kind === kind));
  const [next] = open;
  if (next === undefined) {
    const first = relied.map(({ state }) => lastDayOf(state)).sort()[0] ?? "";
    return `all ${plural(relied.length, "area")} that are relied on are verified; the first check runs out after ${first}\n`;
  }
  const counts = URGENCY.map((kind) => [open.filter(({ state }) => state.kind === kind).length, kind] as const);
  const kinds = counts.filter(([count]) => count > 0).map(([count, kind]) => `${count} ${kind}`);
  const command = verifyCommand({
    area: next.area,
    file: next.file,
    hasSource: next.verification.source.length > 0 && !isUnread(next.state),
  });
  return (
    `${open.length} of ${plural(relied.length, "area")} that are relied on are not verified: ${kinds.join(", ")}\n` +
    `to settle one, check it against its source, then record that:\n  ${printable(command)}\n`
  );
}

/** A copy that is gone is no source to check against again. */
function isUnread(state: AreaState): boolean {
  return state.kind === "contradicted" && state.by.copy.kind === "unread";
}

/** Flat, each area with its contract. */
export function areasAsJson(contracts: readonly ContractAreas[]): readonly object[] {
  return contracts.flatMap(({ names, file, areas }) =>
    areas.map(({ reliedOnBy, ...status }) => ({ ...areaAsJson(file, status), names, reliedOnBy })),
  );
}

export function areaAsJson(contract: string, { area, state, verification, copies }: AreaStatus): object {
  return {
    contract,
    area,
    state: state.kind,
    until: lastDayOf(state) || null,
    checker: verification.checker ?? null,
    day: verification.day ?? null,
    validDays: verification.validDays ?? null,
    notes: verification.notes ?? null,
    sources: verification.source.map(({ title, address, file, digest }, index) => ({
      title,
      address: address ?? null,
      file: file ?? null,
      digest: digest ?? null,
      copy: copies[index]?.kind ?? "none",
    })),
  };
}
