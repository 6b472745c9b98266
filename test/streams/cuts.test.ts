/**
 * A provider that cuts, stalls or corrupts after each byte of a stream: never a success that is not the whole answer, and
 * what the caller saw is a prefix of one attempt's answer. `FBP_FULL=1` takes every place of every capture, for
 * about twenty minutes.
 */
import type { Policy } from "@fbp/runtime";
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.ts";
import { FAULTS, faulty, isCut, play, type Seen } from "./fault.ts";
import { captures, chunksIn, excerpts, HAS_CAPTURES, OWN, type Source } from "./sources.ts";

const IS_FULL = process.env.FBP_FULL === "1";

function policyOf(stream: string): Policy {
  return compileText(`contract any from "./contracts/openai-compatible.contract.json"

path primary {
  contract    any
  model       "model-a"
  timeout     8s
  first_token 3s
  stall       2s
}

path backup {
  contract any
  model    "model-b"
  timeout  1s..4s
}

policy cuts {
  start primary

  budget {
    deadline  20s
    attempts  2
    fallbacks 1
  }

  repeat always

  stream ${stream}

  on primary {
    stream_interrupted before first_token -> cut -> fallback backup else fail
    stream_interrupted -> cut_late -> fail with partial
    any transient -> silent -> fallback backup else fail
    unusable_output before first_token -> unusable -> fallback backup else fail
    otherwise -> failed -> fail
  }

  on backup {
    otherwise -> failed_twice -> fail
  }
}
`);
}

const POLICIES = {
  visible: policyOf("visible"),
  held: policyOf("held"),
  "held for 5 tokens": policyOf("held for 5 tokens"),
};

type Mode = keyof typeof POLICIES;

interface Message {
  readonly message: unknown;
  readonly finish_reason: unknown;
}

/** What is told in an answer: usage and the like may be lost with its end, and are no part of it. */
function told(response: unknown): string {
  const { choices } = response as { choices: readonly Message[] };
  return JSON.stringify(choices.map(({ message, finish_reason }) => [message, finish_reason]));
}

interface Known {
  /** null: not even undisturbed is it a usable answer. */
  readonly whole: string | null;
  readonly chunks: readonly string[];
  readonly backup: readonly string[];
}

function know(source: Source): Known {
  const chunks = chunksIn(source);
  const undisturbed = play(POLICIES.visible, { kind: "streams", pieces: [{ data: source.bytes, afterMs: 1 }] });
  expect(undisturbed.shown.map((chunk) => JSON.stringify(chunk))).toEqual(chunks);
  const [outcome] = undisturbed.outcomes;
  if (outcome?.result !== "answer") expect(outcome?.signals).toEqual(["unusable_output"]);
  const whole = outcome?.result === "answer" ? told(undisturbed.response) : null;
  const { shown } = play(POLICIES.held, { kind: "fails", fault: "reset" });
  return { whole, chunks, backup: shown.map((chunk) => JSON.stringify(chunk)) };
}

/** Why what was seen must not be; null: nothing is wrong. */
function wrong(seen: Seen, mode: Mode, { whole, chunks, backup }: Known): string | null {
  const [outcome, ...others] = seen.outcomes;
  if (outcome === undefined || others.length > 0) return `${seen.outcomes.length} outcomes`;
  if (seen.left > 0) return "something is left running";
  const ofBackup = seen.callsAtFirst === 2;
  const expected = ofBackup ? backup : chunks;
  const shown = seen.shown.map((chunk) => JSON.stringify(chunk));
  if (shown.some((chunk, at) => chunk !== expected[at])) return "what was shown is no prefix of one attempt's answer";
  if (seen.callsAtFirst === 1 && seen.calls > 1) return "a second call after the commit point";
  if (outcome.result !== "answer") {
    if (mode === "held" && shown.length > 0) return "a held stream showed an abandoned attempt";
    return null;
  }
  if (outcome.source === "backup")
    return shown.length === backup.length ? null : "the backup's answer was not shown whole";
  return told(seen.response) === whole ? null : `a success that is not the whole answer: ${told(seen.response)}`;
}

/** Every `stride`-th place, and a few at both ends. */
function places(length: number, stride: number): readonly number[] {
  return Array.from({ length: length + 1 }, (_, at) => at).filter(
    (at) => at % stride === 0 || at < 32 || length - at < 32,
  );
}

/**
 * @param modes which ones to take for a case, by its number: neighbours are neighbours in place, and in the list of faults
 * @returns who answered in the end, each way that was met
 */
function cutAt(source: Source, at: readonly number[], modes: (nth: number) => readonly Mode[]): ReadonlySet<string> {
  const known = know(source);
  const answered = new Set<string>();
  at.forEach((at, place) => {
    FAULTS.forEach((fault, nth) => {
      if (at === source.bytes.length && !isCut(fault)) return;
      for (const mode of modes(place + nth)) {
        const seen = play(POLICIES[mode], faulty(source.bytes, at, fault));
        const why = wrong(seen, mode, known);
        if (why !== null) {
          const around = Buffer.from(source.bytes.subarray(Math.max(0, at - 40), at + 10)).toString();
          throw new Error(`${source.name}, ${fault} at ${at}, ${mode}: ${why}\n…${around}…`);
        }
        answered.add(seen.outcomes[0]?.source ?? "nobody");
      }
    });
  });
  return answered;
}

function sweep(source: Source, stride: number, modes: (nth: number) => readonly Mode[]): void {
  const answered = cutAt(source, places(source.bytes.length, stride), modes);
  // Each way to end was met, or little was shown by it.
  const ends = know(source).whole === null ? ["backup", "nobody"] : ["backup", "nobody", "primary"];
  expect([...answered].sort()).toEqual(ends);
}

const MODES = Object.keys(POLICIES) as Mode[];

test("our own stream, at every byte, with every fault", { timeout: 60_000 }, () => {
  sweep(OWN, 1, (nth) => (IS_FULL ? MODES : MODES.slice(nth % 3, (nth % 3) + 1)));
});

if (!HAS_CAPTURES) console.warn("skipped: ../shared/data is absent, so no captured stream is cut");

// What comes of a cut hangs on the event that it falls in and on whether the answer has begun and ended: of a long stream
// the first events, the last ones and those around the cut say as much as all of them, which would take days.
for (const source of IS_FULL ? captures() : []) {
  test(`${source.name}, every byte of every event`, { timeout: 3_600_000 }, () => {
    for (const { excerpt, from, to } of excerpts(source)) {
      const everywhere = Array.from({ length: to - from }, (_, at) => from + at);
      cutAt(excerpt, everywhere, (nth) => MODES.slice(nth % 3, (nth % 3) + 1));
    }
  });
}

describe.skipIf(!HAS_CAPTURES)("captured streams (../shared/data/captures/streams)", () => {
  test.each(captures().map((source) => [source.name, source] as const))("%s", { timeout: 36_000_000 }, (_, source) => {
    // The cost grows with the square of the length: of long streams the gate takes a sample. A fault meets one mode here
    // and another at the next place; at every place of a short stream it can meet all.
    const { length } = source.bytes;
    const stride = length < (IS_FULL ? 6000 : 1500) ? 1 : Math.ceil((length / 500) ** 2);
    sweep(source, stride, (nth) => (IS_FULL ? MODES : nth % 2 === 0 ? ["visible"] : ["held"]));
  });
});
