/** The command that settles an area, as a hint names it: to be pasted into a shell. */
export interface ToVerify {
  readonly area: string;
  /** The contract, as the host names it. */
  readonly file: string;
  /** Does the area list what it is to be checked against? Else the operator must say. */
  readonly hasSource: boolean;
}

export function verifyCommand({ area, file, hasSource }: ToVerify): string {
  const source = hasSource ? "" : ' --title "…"';
  return `fbp contract verify ${shellWord(file)} ${area}${source} --checker "$USER" --valid-days 90`;
}

/** A file's name as one word of a shell's command line, and never taken for an option. */
export function shellWord(name: string): string {
  const word = name.startsWith("-") ? `./${name}` : name;
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
