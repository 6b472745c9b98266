/**
 * What a service has without a policy: one call by `fetch`, with a limit for silence. Two of them: one that
 * knows an answer's end by its finish reason, and one that takes any end for the end.
 */
import type { Profile } from "./profile.ts";
import { type Heard, PRIMARY, type System } from "./scenario.ts";

const IDLE_MS = 30_000;

export interface DirectOptions {
  readonly url: string;
  readonly profile: Profile;
  /** A stream without a finish reason is an error. */
  readonly knowsTheEnd: boolean;
}

type Answer = Omit<Heard, "startMs" | "elapsedMs">;

export function direct(options: DirectOptions): System {
  return {
    name: options.knowsTheEnd ? "direct" : "naive",
    hasFallback: false,
    ask: (signal) => ask(options, signal),
    close: async () => {},
  };
}

interface Chunk {
  readonly model?: string;
  readonly usage?: object | null;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string };
    readonly finish_reason?: string | null;
  }[];
}

async function ask({ url, profile, knowsTheEnd }: DirectOptions, given: AbortSignal): Promise<Answer> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), IDLE_MS * profile.factor);
  let text = "";
  let model: string | null = null;
  let usage = false;
  let finished = false;
  let code: string | null = null;
  const end = (kind: Heard["kind"]): Answer => ({ kind, text, model, usage, code });
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: PRIMARY, stream: true, messages: [{ role: "user", content: "hello" }] }),
      signal: AbortSignal.any([silence.signal, given]),
    });
    timer.refresh();
    if (!response.ok || response.body === null) {
      code = ((await response.json()) as { error: { code: string } }).error.code;
      return end("error");
    }
    let rest = "";
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      rest += piece;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const chunk = chunkOf(line);
        if (chunk === null) continue;
        text += chunk.choices?.[0]?.delta?.content ?? "";
        model = chunk.model ?? model;
        usage ||= typeof chunk.usage === "object" && chunk.usage !== null;
        finished ||= typeof chunk.choices?.[0]?.finish_reason === "string";
      }
    }
    return end(finished || !knowsTheEnd ? "answer" : "error");
  } catch {
    if (given.aborted) return end("hang");
    return end(knowsTheEnd || text === "" ? "error" : "answer");
  } finally {
    clearTimeout(timer);
  }
}

/** null: not a chunk. */
function chunkOf(line: string): Chunk | null {
  try {
    return line.startsWith("data: {") ? (JSON.parse(line.slice(6)) as Chunk) : null;
  } catch {
    return null;
  }
}
