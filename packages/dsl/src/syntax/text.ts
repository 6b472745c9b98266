/** What a text in quotes says: JSON's escapes, no others. */

export interface TextReading {
  readonly value: string;
  /** Offset within the image and length of the first escape that JSON does not have. */
  readonly wrong: { readonly at: number; readonly length: number } | null;
}

const SIMPLE: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** `image` has its quotes. A wrong escape is read as the characters that stand there. */
export function readText(image: string): TextReading {
  const body = image.slice(1, -1);
  if (!body.includes("\\")) return { value: body, wrong: null };
  let value = "";
  let wrong: TextReading["wrong"] = null;
  for (let at = 0; at < body.length; at++) {
    const char = body[at] ?? "";
    if (char !== "\\") {
      value += char;
      continue;
    }
    const next = body[at + 1] ?? "";
    const simple = Object.hasOwn(SIMPLE, next) ? SIMPLE[next] : undefined;
    const code = next === "u" ? body.slice(at + 2, at + 6) : "";
    if (simple !== undefined) {
      value += simple;
      at += 1;
    } else if (/^[0-9A-Fa-f]{4}$/.test(code)) {
      value += String.fromCharCode(Number.parseInt(code, 16));
      at += 5;
    } else {
      wrong ??= { at: at + 1, length: 1 + next.length };
      value += char;
    }
  }
  return { value, wrong };
}
