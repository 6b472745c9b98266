/** Where the fields of a line of CSV stand, for messages; what they hold is read by a library. */

export interface Field {
  /** Offsets into the line, without the quotes. */
  readonly start: number;
  readonly end: number;
}

/** @param line as it stands in the file, with empty lines before it */
export function fieldsOf(line: string, delimiter: string): readonly Field[] {
  const fields: Field[] = [];
  let at = line.length - line.replace(/^[\r\n]+/, "").length;
  for (;;) {
    const isQuoted = line[at] === '"';
    const start = isQuoted ? at + 1 : at;
    let end = start;
    while (
      end < line.length &&
      (isQuoted ? line[end] !== '"' || line[end + 1] === '"' : !isEnd(line[end], delimiter))
    ) {
      end += isQuoted && line[end] === '"' ? 2 : 1;
    }
    fields.push({ start, end });
    const next = isQuoted ? end + 1 : end;
    if (line[next] !== delimiter) return fields;
    at = next + 1;
  }
}

function isEnd(letter: string | undefined, delimiter: string): boolean {
  return letter === delimiter || letter === "\n" || letter === "\r";
}
