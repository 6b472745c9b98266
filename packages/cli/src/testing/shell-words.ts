/** The command lines in an example, as a shell would read them. */

/** Each command of a text, in words: quotes taken off, lines that go on joined, comments and redirections left out. */
export function commandLines(text: string): readonly (readonly string[])[] {
  const lines = text.replaceAll(/\\\n\s*/g, "").split("\n");
  return lines.flatMap((line) => line.split(" && ").map(wordsIn)).filter((words) => words.length > 0);
}

const WORD = /(?:[^\s"'#>]|"[^"]*"|'[^']*'|(?<=\S)#)+/y;

function wordsIn(line: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length; ) {
    WORD.lastIndex = at;
    const [word] = WORD.exec(line) ?? [];
    if (word !== undefined) words.push(word.replaceAll(/["']/g, ""));
    else if (/[#>]/.test(line[at] ?? "")) break;
    at += word?.length ?? 1;
  }
  return words;
}
