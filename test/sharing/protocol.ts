/** What the test and the processes that it starts say to each other. */
import type { PathHealth, RuntimeEvent } from "@fbp/runtime";

export interface Setup {
  /** The compiled module of the policy. */
  readonly module: string;
  readonly provider: string;
  /** The socket of Redis, or of a line to it. */
  readonly redis: string;
}

export type Ask =
  | { readonly kind: "requests"; readonly nth: number; readonly count: number }
  | { readonly kind: "health"; readonly nth: number }
  | { readonly kind: "force"; readonly nth: number; readonly to: "open" | "closed" | null }
  | { readonly kind: "close"; readonly nth: number };

export interface Answers {
  /** Requests that ended with each reason; "answer" for those that were answered. */
  readonly requests: Readonly<Record<string, number>>;
  readonly health: PathHealth | undefined;
  readonly force: null;
  readonly close: null;
}

export type Told =
  | { readonly kind: "up" }
  | { readonly kind: "event"; readonly event: RuntimeEvent }
  | { readonly kind: "done"; readonly nth: number; readonly answer: Answers[keyof Answers] };
