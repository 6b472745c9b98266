/** What a file of captures holds, value by value. */
export const CAPTURE_KINDS = ["request", "response", "chunk", "error"] as const;

export type CaptureKind = (typeof CAPTURE_KINDS)[number];

export interface Place {
  /** As the user named it. */
  readonly file: string;
  /** From 1; where the value begins. */
  readonly line: number;
  /** From 1; of a file that holds a list which of its items, else null. */
  readonly item: number | null;
}

/** `captures/a.jsonl:3`, `captures/a.json, item 2` */
export function placeText({ file, line, item }: Place): string {
  return item === null ? `${file}:${line}` : `${file}, item ${item}`;
}

/** Something that was sent or came back, with what is known of the exchange it was part of. */
export interface Captured {
  readonly place: Place;
  /** Parsed JSON; a text where the body was none. */
  readonly value: unknown;
  /** null where the capture does not say. */
  readonly status: number | null;
  /** Names in lower case; null where the capture does not say. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** The row that it stood in, with what else that says; null for a bare value. */
  readonly row: Readonly<Record<string, unknown>> | null;
  /** Of an event of a stream: the name of the event; null for any other value. */
  readonly event: string | null;
}

/** How kinds are counted: `3 of 24 answers`. */
export const NOUNS: Readonly<Record<CaptureKind, readonly [one: string, many: string]>> = {
  request: ["request", "requests"],
  response: ["answer", "answers"],
  chunk: ["chunk", "chunks"],
  error: ["error", "errors"],
};
