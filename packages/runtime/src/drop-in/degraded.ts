/** `respond "…"`: the operator's own text, in the form of an answer. */
import type { Outcome } from "../core/outcome.ts";

export function degradedAnswer(text: string, model: string, outcome: Outcome): unknown {
  const message = { role: "assistant", content: text, refusal: null };
  return {
    ...top("chat.completion", model, outcome),
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
  };
}

/** The same as a stream. */
export function degradedChunks(text: string, model: string, outcome: Outcome): readonly unknown[] {
  const common = top("chat.completion.chunk", model, outcome);
  const chunk = (delta: object, finish: string | null): unknown => {
    return { ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] };
  };
  return [chunk({ role: "assistant", content: text }, null), chunk({}, "stop")];
}

function top(object: string, model: string, outcome: Outcome): object {
  return { id: outcome.id, object, created: Math.floor((outcome.startedAt + outcome.elapsedMs) / 1000), model };
}
