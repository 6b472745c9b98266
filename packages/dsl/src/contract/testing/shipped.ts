/** What the tests of contracts share: the contracts that ship, and changes to them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Diagnostic, Report } from "../../diagnostics/index.ts";
import { textOf } from "../../source.ts";
import { loadContract } from "../load.ts";
import type { LoadedContract } from "../loaded.ts";

export const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
export const DATA = `${ROOT}../shared/data`;
export const SHIPPED = ["local", "openai-compatible", "cometapi"] as const;

export function textOfShipped(name: (typeof SHIPPED)[number]): string {
  return readFileSync(`${ROOT}policies/contracts/${name}.contract.json`, "utf8");
}

export function load(text: string, name = "test.contract.json") {
  const report = new Report();
  const loaded = loadContract({ name, text }, report);
  return { loaded, diagnostics: report.diagnostics };
}

export function loadShipped(name: (typeof SHIPPED)[number]): LoadedContract {
  const { loaded, diagnostics } = load(textOfShipped(name), `${name}.contract.json`);
  if (loaded === null) throw new Error(diagnostics.map(({ code, text }) => `${code} ${text}`).join("\n"));
  return loaded;
}

/** The `local` contract with a JSON Merge Patch (RFC 7396) put over it: null takes a key away. */
export function localWith(patch: unknown): string {
  return JSON.stringify(merge(JSON.parse(textOfShipped("local")), patch), null, 2);
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `FBP3011 @ "endpoint"` */
export function brief({ code, span }: Diagnostic): string {
  return `${code} @ ${textOf(span)}`;
}
