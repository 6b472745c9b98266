export interface TextTest {
  readonly kind: "starts_with" | "contains";
  /** In lower case where letter case does not count. */
  readonly text: string;
  readonly ignoreCase: boolean;
  /** The answer that is asked for. */
  readonly held: boolean;
}

/** Does the text give the answer that the test asks for? */
export function passes(value: string, { kind, text, ignoreCase, held }: TextTest): boolean {
  const read = ignoreCase ? value.toLowerCase() : value;
  return (kind === "contains" ? read.includes(text) : read.startsWith(text)) === held;
}
