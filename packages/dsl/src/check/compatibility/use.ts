import type { Span } from "../../source.ts";
import type { Read } from "../model.ts";

/** A place in the requests that the service sends, or in the answers that it reads. */
export interface Use {
  readonly segments: Read["segments"];
  /** `response.usage.total_tokens` */
  readonly text: string;
  /** Where the policy says so; null where nothing but the contract does. */
  readonly span: Span | null;
}

/** What a contract has to offer so that it can take another one's place. */
export interface Need {
  /** Of several, one is enough; those that are there must fit. */
  readonly oneOf: readonly Use[];
  /**
   * Does somebody count on it: that it is there, and that listed values are all that there are? Not on what
   * only the contract names: that an answer is there at all is what `standard` looks after.
   */
  readonly counted: boolean;
}

export function need(use: Use): Need {
  return { oneOf: [use], counted: true };
}

export function useOf(root: "request" | "response", segments: Read["segments"], span: Span | null): Use {
  return { segments, text: segments.reduce<string>(withSegment, root), span };
}

function withSegment(text: string, segment: string | number): string {
  if (typeof segment === "number") return `${text}[${segment}]`;
  return /^[A-Za-z_]\w*$/u.test(segment) ? `${text}.${segment}` : `${text}[${JSON.stringify(segment)}]`;
}

/** Each place once; where the policy names it, there. */
export function each(needs: readonly Need[]): readonly Need[] {
  const found = new Map<string, Need>();
  for (const one of needs) {
    const key = one.oneOf.map(({ text }) => text).join(", ");
    const before = found.get(key);
    const isBetter = before !== undefined && before.oneOf[0]?.span === null && one.oneOf[0]?.span !== null;
    if (before === undefined || isBetter) found.set(key, one);
  }
  return [...found.values()];
}
