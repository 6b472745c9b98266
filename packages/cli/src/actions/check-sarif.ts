import type { Finding } from "../render/finding.ts";
import { renderSarif } from "../render/sarif.ts";
import { VERSION } from "../version.ts";
import { pagesOf } from "./pages.ts";

export function sarifOf(findings: readonly Finding[]): string {
  return renderSarif(findings, { version: VERSION, pageOf: pagesOf(findings) });
}
