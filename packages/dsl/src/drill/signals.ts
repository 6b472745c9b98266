/** A failure that shows a signal of a path, for those signals that no other drill of it shows. */
import { nth } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { Situation } from "../analyze/situation.ts";
import type { PolicyModel } from "../check/model.ts";
import type { Answers } from "./answers.ts";
import type { StepName } from "./steps.ts";
import type { Trouble } from "./troubles.ts";

/** null: it cannot be brought about over a socket of this machine. */
export function signalTrouble(model: PolicyModel, answers: Answers, situation: Situation): Trouble | null {
  const { facts, check, afterToken, text, signal } = situation;
  if (check !== null || afterToken) return null;
  const event = eventOf(answers, facts);
  return event === null ? null : { step: stepOf(model, signal, facts.transport !== null), what: text, events: [event] };
}

function eventOf(answers: Answers, { transport, status, headers, error }: Situation["facts"]): WorldEvent | null {
  if (transport === null) return status === 0 ? null : answers.failing(status, error, headers);
  if (status !== 0) return null;
  if (transport === "attempt_timeout") return { kind: "hangs" };
  return transport === "reset" ? { kind: "fails", fault: "reset" } : null;
}

/** Where an operator would look for it. */
function stepOf({ signals }: PolicyModel, signal: number, isTransport: boolean): StepName {
  switch (nth(signals, signal).class) {
    case "capacity":
    case "quota":
      return "rate-limit";
    case "client_defect":
    case "route_limit":
      return "malformed";
    case "auth_defect":
      return "auth";
    default:
      return isTransport ? "timeout" : "server-error";
  }
}
