/** What the tests of contracts share: the contracts that ship, and changes to them. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Diagnostic, Report } from "../../diagnostics/index.ts";
import { resolveName } from "../../host.ts";
import { textOf } from "../../source.ts";
import { loadContract } from "../load.ts";
import type { LoadedContract } from "../loaded.ts";

export const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
export const DATA = `${ROOT}../shared/data`;
/** What ships laid over `openai-compatible`. */
export const OVERLAYS = ["openai", "openrouter", "groq", "azure-openai", "mistral", "deepseek"] as const;
export const SHIPPED = ["local", "openai-compatible", "cometapi", ...OVERLAYS] as const;

export function textOfShipped(name: (typeof SHIPPED)[number]): string {
  return readFileSync(`${ROOT}policies/contracts/${name}.contract.json`, "utf8");
}

/** Reads a contract that stands among the shipped ones, or instead of one. `others` are files beside it. */
export function load(text: string, name = "test.contract.json", others: Readonly<Record<string, string>> = {}) {
  const report = new Report();
  const files = new Map(
    Object.entries({ ...others, [name]: text }).map(([file, held]) => [file, { name: file, text: held }]),
  );
  const loaded = loadContract(files.get(name) ?? { name, text }, report, (path, from) => {
    const found = resolveName(`${FOLDER}${from.name}`, path);
    if (found === null) return { kind: "outside" };
    const file = found.slice(FOLDER.length);
    if (!files.has(file) && existsSync(`${ROOT}${found}`)) {
      files.set(file, { name: file, text: readFileSync(`${ROOT}${found}`, "utf8") });
    }
    const source = files.get(file);
    return source === undefined ? { kind: "missing" } : { kind: "source", source };
  });
  return { loaded, diagnostics: report.diagnostics };
}

const FOLDER = "policies/contracts/";

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
