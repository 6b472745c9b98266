/** One stream with one fault at one place, through the whole engine on a virtual clock. */
import type { Policy } from "@fbp/runtime";
import { Health, type Outcome } from "@fbp/runtime/core";
import { run } from "@fbp/runtime/engine";
import { ScriptedTransport, seededRandom, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { bytesOf, HEALTHY } from "../../packages/cli/src/provider/index.ts";

/** What happens to a stream at a place in its bytes. */
export type Fault =
  /** Nothing comes after it: the body ends properly, the connection is reset, or it stays open in silence. */
  | "end"
  | "reset"
  | "silence"
  /** The byte there has become one that no JSON and no text can hold, or the end of a line. */
  | "zero"
  | "no_utf8"
  | "newline";

export const FAULTS: readonly Fault[] = ["end", "reset", "silence", "zero", "no_utf8", "newline"];

const STANDS_IN: Readonly<Partial<Record<Fault, number>>> = { zero: 0x00, no_utf8: 0xff, newline: 0x0a };

/** Does nothing come after it? */
export const isCut = (fault: Fault): boolean => STANDS_IN[fault] === undefined;

/** What the other path answers, byte for byte. */
export const BACKUP = bytesOf({ ...HEALTHY, tokens: ["the ", "other ", "answer"] });

export function faulty(bytes: Uint8Array, at: number, fault: Fault): WorldEvent {
  const instead = STANDS_IN[fault];
  if (instead === undefined) {
    const pieces = at === 0 ? [] : [{ data: bytes.subarray(0, at), afterMs: 1 }];
    return fault === "end"
      ? { kind: "streams", pieces }
      : { kind: "streams", pieces, ends: fault as "reset" | "silence" };
  }
  const changed = Uint8Array.from(bytes);
  changed[at] = instead;
  return { kind: "streams", pieces: [{ data: changed, afterMs: 1 }] };
}

export interface Seen {
  readonly outcomes: readonly Outcome[];
  readonly response: unknown;
  /** The chunks that the caller saw, in order. */
  readonly shown: readonly unknown[];
  readonly calls: number;
  /** How many calls had been made when the first chunk was shown; 0: none was. */
  readonly callsAtFirst: number;
  readonly left: number;
}

export function play(policy: Policy, first: WorldEvent): Seen {
  const clock = new VirtualClock();
  const backup: WorldEvent = { kind: "streams", pieces: [{ data: BACKUP, afterMs: 1 }] };
  const transport = new ScriptedTransport(clock, { primary: [first], backup: [backup] });
  const outcomes: Outcome[] = [];
  const shown: unknown[] = [];
  let response: unknown = null;
  let callsAtFirst = 0;
  const viewer = {
    show(chunk: unknown) {
      if (shown.length === 0) callsAtFirst = transport.calls.length;
      shown.push(chunk);
    },
  };
  const deps = { clock, transport, random: seededRandom(1), ids: () => "request-1" };
  const request = { messages: [{ role: "user", content: "hello" }] };
  run(deps, policy, new Health(policy), request, { viewer }, (outcome, _ending, answer) => {
    outcomes.push(outcome);
    response = answer;
  });
  clock.run();
  return {
    outcomes,
    response,
    shown,
    calls: transport.calls.length,
    callsAtFirst,
    left: transport.active + clock.scheduled,
  };
}
