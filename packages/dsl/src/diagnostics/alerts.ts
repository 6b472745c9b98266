/** Family 2, alerts (from 2151). Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";

export const alertMessages = {
  FBP2151: message<{ name: string; near: string | undefined; known: readonly string[] }>({
    severity: "error",
    title: "Unknown measure",
    text: ({ name }) => `there is no measure \`${name}\``,
    hint: ({ near, known }) =>
      near === undefined ? `the measures are ${listOf(known, "and")}` : `did you mean \`${near}\`?`,
  }),
  FBP2152: message<{ form: string; got: number }>({
    severity: "error",
    title: "Wrong number of arguments",
    text: ({ form, got }) =>
      `\`${form}\` is written with ${got === 0 ? "no arguments" : got === 1 ? "1 argument" : `${got} arguments`} here`,
    hint: ({ form }) => `write \`${form}\``,
  }),
  FBP2153: message<{ what: string; form: string; wants: string }>({
    severity: "error",
    title: "Wrong argument",
    text: ({ what, form, wants }) => `${what} is not ${wants}, which \`${form}\` takes here`,
    hint: ({ form }) => `write \`${form}\``,
  }),
  FBP2154: message<{ what: string }>({
    severity: "error",
    title: "No condition of an alert",
    text: ({ what }) => `${what} is no condition of an alert`,
    hint: () => "compare a measure with a threshold, as in `failure_rate(primary) > 10%`",
  }),
  FBP2155: message<{ what: string; because: string }>({
    severity: "error",
    title: "Threshold out of place",
    text: ({ what, because }) => `${what} is no threshold: ${because}`,
    hint: () => "write a value such as `10%`, `6s` or `5`, or `3x baseline(1d)`",
  }),
  FBP2156: message<{ name: string }>({
    severity: "error",
    title: "No such percentile",
    text: ({ name }) => `there is no percentile \`${name}\``,
    hint: () => "percentiles are `p1` to `p99`",
  }),
  FBP2157: message<{ what: string }>({
    severity: "error",
    title: "Duration that is none",
    text: ({ what }) => `${what} must be a duration above zero`,
    hint: () => "write a duration such as `5m`",
  }),
};
