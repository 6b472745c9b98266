/** One drilled request through all of the runtime: client, engine, transport, sink and handlers. */
import { type DrillCase, HALF, type Policy, type Seen, ShownText } from "@fbp/dsl";
import { type Adapter, type Completion, createFallback, memorySink, type Outcome, undiciTransport } from "@fbp/runtime";
import { type Ending, nth } from "@fbp/runtime/core";

export interface Happened extends Seen {
  /** As the caller gets it; null where it is no answer. */
  readonly response: unknown;
  /** What came to the sink. */
  readonly recorded: readonly Outcome[];
  /** The handlers that were called. */
  readonly told: readonly { readonly kind: "page" | "notify"; readonly target: string }[];
}

/** An instance of its own: no breaker, window or budget knows of other drills. */
export async function request(
  policy: Policy,
  { asked, streamed, held }: Pick<DrillCase, "asked" | "streamed" | "held">,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Happened> {
  const transport = undiciTransport();
  const sink = memorySink();
  const told: { kind: "page" | "notify"; target: string }[] = [];
  const client = createFallback(policy, {
    transport,
    sink,
    env,
    random: () => HALF,
    adapters: Object.fromEntries(
      policy.paths.flatMap(({ adapter }) => (adapter === null ? [] : [[adapter, AS_IT_IS]])),
    ),
    hooks: {
      page: (target) => void told.push({ kind: "page", target }),
      notify: (target) => void told.push({ kind: "notify", target }),
    },
  });
  for (const path of held) client.force(nth(policy.paths, path).name, "open");
  const text = new ShownText();
  try {
    const options = { context: asked.context, signal };
    let completion: Completion;
    if (streamed) {
      const stream = client.stream(Object(asked.request), options);
      const read = readAll(stream, text);
      completion = await stream.completion;
      await read;
    } else completion = await client.complete(Object(asked.request), options);
    return {
      outcome: completion.outcome,
      ending: endingOf(completion),
      shown: text.text,
      response: completion.response,
      recorded: sink.outcomes,
      told,
    };
  } finally {
    await client.close();
    await transport.close?.();
  }
}

/** The service's own code is not here. */
const AS_IT_IS: Adapter = { request: (made) => made };

async function readAll(stream: AsyncIterable<unknown>, text: ShownText): Promise<void> {
  try {
    for await (const chunk of stream) text.add(chunk);
  } catch {
    // What it came to is told by its completion.
  }
}

function endingOf(completion: Completion): Ending {
  switch (completion.kind) {
    case "degraded":
      return { kind: "degraded", text: completion.text };
    case "deferred":
      return { kind: "deferred", to: completion.to };
    case "failure":
      return { kind: "failure", partial: completion.partial };
    default:
      return { kind: completion.kind };
  }
}
