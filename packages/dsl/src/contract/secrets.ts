/** A contract names the variable that holds the key; the key itself must never get into a repository. */
import type { Report } from "../diagnostics/index.ts";
import type { JsonDocument } from "./json.ts";
import { below } from "./pointer.ts";

/** Each costs linear time. The message says what kind it is and never shows it. */
const SECRETS: readonly (readonly [shape: RegExp, what: string])[] = [
  [/(?<![A-Za-z0-9])(?:sk|rk|pk)[-_][A-Za-z0-9_-]{16,}/u, "an API key"],
  [/(?<![A-Za-z0-9])(?:gsk_|xai-|pplx-|r8_|hf_|nvapi-|fw_|csk-)[A-Za-z0-9_-]{16,}/u, "an API key"],
  [/(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}/u, "a Google API key"],
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/u, "an AWS access key"],
  [/(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-)[A-Za-z0-9_-]{16,}/u, "an access token"],
  [/(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./u, "a signed token"],
  [/(?<![A-Za-z0-9])(?:bearer|basic)\s{1,4}[A-Za-z0-9._~+/=-]{16,}/iu, "an authorization header with its key"],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/u, "a private key"],
];

/** No secret above is shorter. */
const SHORTEST = 16;

/** What every secret above begins with. A text without any of it, and without escapes that could hide it, has none. */
const SUSPECT =
  /[srp]k[-_]|gsk_|xai-|pplx-|r8_|hf_|nvapi-|fw_|AIza|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|eyJ|bearer|basic|BEGIN|\\u/iu;

export function checkSecrets(document: JsonDocument, report: Report): void {
  if (!SUSPECT.test(document.source.text)) return;
  const path: string[] = [];
  visit(document.value);

  function visit(value: unknown): void {
    if (typeof value === "string") {
      const what = secretIn(value);
      if (what !== null) report.add("FBP3025", document.spanOf(below("", ...path)), { what });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, held] of Object.entries(value)) {
        path.push(key);
        const what = secretIn(key);
        if (what !== null) report.add("FBP3025", document.keySpanOf(below("", ...path)), { what });
        visit(held);
        path.pop();
      }
    }
  }
}

/** What kind of secret stands in the text; null for none. */
export function secretIn(text: string): string | null {
  if (text.length < SHORTEST || !SUSPECT.test(text)) return null;
  return SECRETS.find(([shape]) => shape.test(text))?.[1] ?? null;
}

/** The text with every secret taken out. */
export function redacted(text: string): string {
  if (text.length < SHORTEST) return text;
  return SECRETS.reduce((made, [shape]) => made.replace(new RegExp(shape, `${shape.flags}g`), "[redacted]"), text);
}
