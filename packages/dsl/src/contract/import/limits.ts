/** Headers of responses that a document describes. */
import { HEADER_NAME } from "@fbp/runtime/core";
import type { DocumentedHeader } from "../document.ts";
import { redacted } from "../secrets.ts";
import type { References } from "./references.ts";
import { field, fieldsOf, isRecord, type Place, textField, within } from "./source.ts";

/** How the headers that ask for a wait are written wherever they are sent. */
const RETRY_HINTS: ReadonlyMap<string, NonNullable<DocumentedHeader["retryHint"]>> = new Map([
  ["retry-after", "seconds_or_date"],
  ["retry-after-ms", "milliseconds"],
]);

const REQUEST_ID = /(?:^|-)(?:request|trace|correlation)-?id$/u;

export interface Headers {
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, DocumentedHeader>>;
  readonly requestId: string | null;
}

/** @param responses the good ones first */
export function headersOf(responses: readonly Place[], references: References, descriptions: boolean): Headers {
  const headers: Record<string, DocumentedHeader> = {};
  for (const response of responses) {
    const described = within(response, "headers");
    for (const { name, ...place } of described === null ? [] : fieldsOf(described)) {
      const lower = name.toLowerCase();
      // Its type is known, and each body has one.
      if (!HEADER_NAME.test(lower) || lower === "content-type" || Object.hasOwn(headers, lower)) continue;
      const header = references.followed(place);
      if (header !== null) headers[lower] = documented(lower, header, descriptions);
    }
  }
  return { headers, requestId: Object.keys(headers).find((name) => REQUEST_ID.test(name)) ?? null };
}

function documented(name: string, { value }: Place, descriptions: boolean): DocumentedHeader {
  const description = descriptions ? textField(value, "description") : null;
  const retryHint = RETRY_HINTS.get(name);
  const schema = field(value, "schema");
  const listed = isRecord(schema) && Array.isArray(schema.enum) ? schema.enum : [];
  const words = listed.filter((one) => typeof one === "string");
  return {
    ...(description === null ? {} : { description: redacted(description) }),
    ...(retryHint === undefined ? {} : { retryHint }),
    ...(words.length > 0 && words.length === listed.length ? { enum: words } : {}),
  };
}
