import { readAsset } from "../assets.ts";
import type { Finding } from "../render/finding.ts";

/** The page of each code that occurs, by code. */
export async function pagesOf(findings: readonly Finding[]): Promise<(code: string) => string | null> {
  const pages = new Map<string, string>();
  for (const code of new Set(findings.map((finding) => finding.code))) {
    // A code without a page is told by its title.
    const page = await readAsset("diagnostics", `${code}.md`).catch(() => null);
    if (page !== null) pages.set(code, page.trim());
  }
  return (code) => pages.get(code) ?? null;
}
