/** What the provider does in these tests: each a behaviour with what its client is to see. */
import { type Behaviour, refusal } from "../../packages/cli/src/provider/index.ts";

export const says = (...tokens: readonly string[]): Behaviour => ({ kind: "streamed", tokens });

export const brokenDown: Behaviour = refusal(500, "boom", { type: "server_error" });

/** Two tokens, then the connection is closed in the middle of the answer. */
export const breaksOff: Behaviour = {
  kind: "streamed",
  tokens: ["half ", "an ", "answer"],
  stop: { afterTokens: 2, how: "close" },
};

/** The head, and nothing after it. */
export const breaksOffAtOnce: Behaviour = { kind: "streamed", stop: { afterTokens: 0, how: "close" } };

/** Two tokens, and then nothing for ever. */
export const fallsSilent: Behaviour = {
  kind: "streamed",
  tokens: ["half ", "an ", "answer"],
  stop: { afterTokens: 2, how: "silence" },
};

/** A whole stream that ends properly and says no. */
export const refusesAtTheEnd: Behaviour = {
  kind: "streamed",
  tokens: ["I "],
  odd: [{ at: 3, data: JSON.stringify({ choices: [{ index: 0, delta: { refusal: "I may not." } }] }) }],
};

export const TOOL = { name: "weather", arguments: '{"city":"Oslo"}' };

const toolDelta = (fields: object): object => ({ tool_calls: [{ index: 0, ...fields }] });

const TOOL_DELTAS: readonly object[] = [
  {
    role: "assistant",
    content: null,
    ...toolDelta({ id: "call_1", type: "function", function: { name: "weather", arguments: "" } }),
  },
  toolDelta({ function: { arguments: '{"city":' } }),
  toolDelta({ function: { arguments: '"Oslo"}' } }),
];

const chunk = (delta: object, finish: string | null): string => {
  const fields = { id: "chatcmpl-9", object: "chat.completion.chunk", created: 1, model: "model-a" };
  return `data: ${JSON.stringify({ ...fields, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
};

/** A streamed tool call, its arguments in fragments; `deltas` of it, or all with their end. */
export const callsTool = (deltas = TOOL_DELTAS.length): Behaviour => ({
  kind: "whole",
  headers: { "content-type": "text/event-stream" },
  body:
    TOOL_DELTAS.slice(0, deltas)
      .map((delta) => chunk(delta, null))
      .join("") + (deltas < TOOL_DELTAS.length ? "" : `${chunk({}, "tool_calls")}data: [DONE]\n\n`),
});
