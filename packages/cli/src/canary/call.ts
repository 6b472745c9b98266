/** The canary call itself: the runtime's own engine and transport, and what was seen of the answer. */
import { systemClock, type Transport, undiciTransport } from "@fbp/runtime";
import { type AttemptRecord, at, Health, nth, type Pointer, type Policy, type Usage } from "@fbp/runtime/core";
import { type Done, type Prepared, prepare, run } from "@fbp/runtime/engine";
import { hasStreams, requestFor, type Settings, standingAlone, type Target } from "./target.ts";

export interface Seen {
  readonly ok: boolean;
  /** null where no status line came. */
  readonly status: number | null;
  /** What broke below HTTP; null: nothing did. */
  readonly transport: string | null;
  /** null: the answer is usable. */
  readonly signal: string | null;
  /** The check of `accept` that the answer fails. */
  readonly check: string | null;
  /** The provider's error, without keys. */
  readonly error: Readonly<Record<string, string>> | null;
  /** Where the answer stands, as the contract says it; null where nothing was found there. */
  readonly answerAt: string | null;
  readonly finishReason: string | null;
  readonly usage: Usage | null;
  readonly requestId: string | null;
  readonly elapsedMs: number;
  /** Of a stream that came to its first token. */
  readonly firstTokenMs: number | null;
  readonly streamed: boolean;
}

/** A call that only has to be made. */
export interface Ready {
  readonly target: Target;
  readonly settings: Settings;
  readonly policy: Policy;
  readonly prepared: Prepared;
  /** The last answer that came to `accept`. */
  readonly kept: { answer: unknown };
}

/**
 * @param env left out: nothing is asked of the environment, and there is no key
 * @throws UsageError of the runtime where the address or a header cannot be used, or the variable holds no key
 */
export function ready(target: Target, settings: Settings, env?: (name: string) => string | undefined): Ready {
  const kept: Ready["kept"] = { answer: undefined };
  const policy = keeping(standingAlone(target, settings), (answer) => {
    kept.answer = answer;
  });
  return { target, settings, policy, prepared: prepare(policy, env === undefined ? {} : { env }), kept };
}

/**
 * Resolves whatever the provider does; null where it was interrupted.
 *
 * @param clean takes the keys of this run out of what a provider says
 */
export async function call(
  made: Ready,
  interrupted: AbortSignal,
  clean: (text: string) => string,
): Promise<Seen | null> {
  const transport = undiciTransport();
  try {
    return await callOver(transport, made, interrupted, clean);
  } finally {
    await transport.close?.();
  }
}

function callOver(
  transport: Transport,
  { target, settings, policy, prepared, kept }: Ready,
  interrupted: AbortSignal,
  clean: (text: string) => string,
): Promise<Seen | null> {
  const clock = systemClock();
  const { contract } = nth(prepared.routes, 0);
  const streams = settings.streams && hasStreams(target);
  const began = clock.now();
  let firstTokenMs: number | null = null;
  const viewer = {
    show: () => {
      firstTokenMs ??= Math.round(clock.now() - began);
    },
  };
  return new Promise((resolve) => {
    const done: Done = ({ attempts }, ending) => {
      interrupted.removeEventListener("abort", giveUp);
      const [attempt] = attempts;
      if (ending.kind === "aborted" || attempt === undefined) {
        resolve(null);
        return;
      }
      const place = contract.answer.find((pointer) => isSaid(at(kept.answer, pointer)));
      const reason = at(kept.answer, contract.finishReason);
      resolve({
        ...recorded(attempt, clean),
        answerAt: place === undefined ? null : pointerText(place),
        finishReason: typeof reason === "string" ? clean(reason).slice(0, MOST_REASON) : null,
        firstTokenMs: streams ? firstTokenMs : null,
        streamed: streams,
      });
    };
    const deps = { clock, transport, random: Math.random, ids: () => "canary", prepared };
    const options = { signal: interrupted, ...(streams ? { viewer } : {}) };
    const running = run(deps, policy, new Health(policy), requestFor(target, settings), options, done);
    function giveUp(): void {
      running.abort();
    }
    interrupted.addEventListener("abort", giveUp);
  });
}

/** Known ones are of one word. */
const MOST_REASON = 60;

function recorded(attempt: AttemptRecord, clean: (text: string) => string) {
  const { status, transport, signal, check, error, usage, providerRequestId, elapsedMs } = attempt;
  return {
    ok: signal === null,
    status,
    transport,
    signal,
    check,
    error: error && Object.fromEntries(Object.entries(error).map(([name, text]) => [name, clean(text)])),
    usage,
    requestId: providerRequestId === null ? null : clean(providerRequestId),
    elapsedMs: Math.round(elapsedMs),
  };
}

/** The same policy; `tell` is given each answer that comes to `accept`. */
function keeping(policy: Policy, tell: (answer: unknown) => void): Policy {
  return {
    ...policy,
    contracts: policy.contracts.map((contract) => ({
      ...contract,
      accept: (response, request) => {
        tell(response);
        return contract.accept(response, request);
      },
    })),
  };
}

/** As contracts have it: something that is not null and not empty. */
function isSaid(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function pointerText(pointer: Pointer): string {
  return pointer.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
