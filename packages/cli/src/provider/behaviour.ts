/** What the provider does with one call. Plain data, so that it can be sent to a provider in another process. */
export type Behaviour =
  /** The connection is reset before any byte of an answer. */
  | { readonly kind: "reset" }
  /** The request is taken and nothing ever comes back. */
  | { readonly kind: "never" }
  | Whole
  | Streamed
  | InPieces;

/** One body with its length told, whatever was asked for. */
export interface Whole {
  readonly kind: "whole";
  /** Left out: 200. */
  readonly status?: number;
  /** Over `content-type: application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, anything else as JSON. */
  readonly body: unknown;
  readonly afterMs?: number;
  /** Only so many bytes of the body come; then the connection is reset, or nothing more comes. */
  readonly stop?: { readonly afterBytes: number; readonly how: "reset" | "silence" };
}

/**
 * A chat completion: server-sent events where the request asks for a stream, else one body when the
 * stream would have been complete. Left out everywhere: a healthy one, as fast as it goes.
 */
export interface Streamed {
  readonly kind: "streamed";
  /** Until the head comes. */
  readonly afterMs?: number;
  /** From the head to the first token. */
  readonly firstTokenMs?: number;
  /** Between one token and the next. */
  readonly intervalMs?: number;
  /** The pieces of the answer's text, a token each; left out: the healthy sixty words. */
  readonly tokens?: readonly string[];
  /** Where the usage stands: in a chunk of its own without choices, in the chunk of the finish, or nowhere. */
  readonly usage?: "own_chunk" | "with_finish" | "none";
  /** Left out: true. */
  readonly finish?: boolean;
  /** The `[DONE]` at the end. Left out: true. */
  readonly done?: boolean;
  /** Events among the others, or in their place. */
  readonly odd?: readonly OddEvent[];
  /** Comment lines before each event. */
  readonly comments?: number;
  readonly newline?: "\n" | "\r\n" | "\r";
  /** Each event in a write of its own, all of it in one, or each byte in one. Left out: `event`. */
  readonly writes?: "event" | "whole" | "byte";
  readonly stop?: Stop;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body written piece by piece, whatever was asked for. */
export interface InPieces {
  readonly kind: "pieces";
  /** Left out: 200. */
  readonly status?: number;
  /** Over `content-type: text/event-stream`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Until the head comes. */
  readonly afterMs?: number;
  /** `afterMs`: after the piece before, or the head. */
  readonly pieces: readonly { readonly text: string; readonly afterMs?: number }[];
  readonly end: Stop["how"];
}

export interface OddEvent {
  /** Before which event it comes, from 1: the first is the role, the second the first token. */
  readonly at: number;
  readonly data: string;
  readonly name?: string;
  /** The event that stands there is left out. */
  readonly instead?: boolean;
}

/** Where a stream ends early, and how. */
export interface Stop {
  readonly afterTokens?: number;
  readonly afterBytes?: number;
  /**
   * `end`: as a proper end of the body; `close`: the connection is closed without one; `reset`: it is reset;
   * `silence`: nothing more comes, and after `silenceMs` it is closed (left out: never).
   */
  readonly how: "end" | "close" | "reset" | "silence";
  readonly silenceMs?: number;
}

export const HEALTHY: Streamed = { kind: "streamed" };

/** An error in the form that most providers share. */
export function refusal(
  status: number,
  code: string,
  more: { readonly type?: string; readonly headers?: Readonly<Record<string, string>>; readonly afterMs?: number } = {},
): Whole {
  const { type = "invalid_request_error", ...rest } = more;
  return { kind: "whole", status, body: { error: { message: code, type, param: null, code } }, ...rest };
}
