import { existsSync } from "node:fs";
import { assetPath, readAsset } from "../assets.ts";
import type { Finding } from "../render/finding.ts";

/** The page of each code that occurs, by code; a code without one is told by its title. */
export function pagesOf(findings: readonly Finding[]): (code: string) => string | null {
  const pages = new Map<string, string>();
  for (const code of new Set(findings.map((finding) => finding.code))) {
    if (existsSync(assetPath("diagnostics", `${code}.md`)))
      pages.set(code, readAsset("diagnostics", `${code}.md`).trim());
  }
  return (code) => pages.get(code) ?? null;
}
