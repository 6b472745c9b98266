/**
 * How a message is declared. A message is one sentence in the operator's words: lower case, no full
 * stop, what is wrong and what was expected; help stands apart in `hint`.
 */
export type Severity = "error" | "warning" | "note";

export interface MessageDefinition<Arguments> {
  readonly severity: Severity;
  /** Heading of the message's page in docs/diagnostics. */
  readonly title: string;
  readonly text: (args: Arguments) => string;
  /** What to do about it, as an instruction; undefined where there is nothing sensible to say. */
  readonly hint?: (args: Arguments) => string | undefined;
}

/** Declares a message with typed arguments: a call that leaves one out does not compile. */
export function message<Arguments = Record<never, never>>(
  definition: MessageDefinition<Arguments>,
): MessageDefinition<Arguments> {
  return definition;
}

/** `"a", "b" or "c"` */
export function listOf(items: readonly string[], joiner: "or" | "and" = "or"): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${joiner} ${items[items.length - 1]}`;
}
