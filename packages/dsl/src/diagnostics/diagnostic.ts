import type { Span } from "../source.ts";
import type { MessageDefinition, Severity } from "./define.ts";
import { type Code, messages } from "./table.ts";

export interface Related {
  readonly span: Span;
  /** Lower case, no full stop: what stands there. */
  readonly text: string;
}

/** A request that shows what a message says. */
export interface Story {
  /** One happening each, lower case, no full stop; to be numbered. */
  readonly steps: readonly string[];
  /** The same as a scenario that can be put into the file; null where no scenario can say it. */
  readonly scenario: string | null;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly span: Span;
  readonly text: string;
  readonly hint: string | undefined;
  readonly related: readonly Related[];
  readonly story?: Story;
  /** Files that a command in the hint names, as the host does; who shows the hint elsewhere names them anew. */
  readonly names?: readonly string[];
}

type ArgumentsOf<C extends Code> = (typeof messages)[C] extends MessageDefinition<infer Arguments> ? Arguments : never;

/** Where a stage puts what it finds. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  /** `severity` overrides the table's: what is an error in production may be a warning in development. */
  add<C extends Code>(
    code: C,
    place: Span,
    args: ArgumentsOf<C>,
    more: {
      readonly related?: readonly Related[];
      readonly severity?: Severity;
      readonly story?: Story;
      readonly names?: readonly string[];
    } = {},
  ): void {
    const definition = messages[code] as MessageDefinition<ArgumentsOf<C>>;
    this.diagnostics.push({
      code,
      severity: more.severity ?? definition.severity,
      span: place,
      text: definition.text(args),
      hint: definition.hint?.(args),
      related: more.related ?? [],
      ...(more.story === undefined ? {} : { story: more.story }),
      ...(more.names === undefined ? {} : { names: more.names }),
    });
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  }
}
