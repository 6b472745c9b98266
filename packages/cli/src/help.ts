/** Help that keeps within the terminal also in what commander leaves as it is: examples and remarks. */

/** A command is broken before an option, so that it can still be pasted; a remark at spaces. */
export function fittedHelp(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (line.length <= columns) return [line];
      if (/^ {2}fbp |^ {4}--/.test(line)) return broken(line, / (?=--)/, columns - 2, " \\", "    ");
      return /^\w/.test(line) ? broken(line, / /, columns, "", "") : [line];
    })
    .join("\n");
}

/** @param more stands behind each part but the last one @param indent stands before each part but the first one */
function broken(line: string, at: RegExp, width: number, more: string, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const part of line.split(at)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(part);
    else if (last.length + 1 + part.length <= width) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(indent + part);
  }
  return lines.map((each, index) => (index < lines.length - 1 ? each + more : each));
}
