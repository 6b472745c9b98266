/** Family 3, what is wrong with a fault profile (FBP3390 to FBP3399). Codes are stable. */
import { listOf, message } from "./define.ts";

const inside = (where: string) => (where === "" ? "" : ` in \`${where}\``);
const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean ${near}?`);
const named = (names: readonly string[]) =>
  listOf(
    names.map((name) => `\`${name}\``),
    "and",
  );

export const profileMessages = {
  FBP3390: message<{ readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Fault profile that cannot be read",
    text: ({ file, why }) => `${JSON.stringify(file)} cannot be read: ${why}`,
  }),
  FBP3391: message<{
    readonly key: string;
    readonly where: string;
    readonly near: string | undefined;
    readonly keys: readonly string[];
  }>({
    severity: "error",
    title: "Unknown key in a fault profile",
    text: ({ key, where }) => `there is no key ${JSON.stringify(key)}${inside(where)}`,
    hint: ({ near, keys }) => didYouMean(near) ?? `the keys here are ${named(keys)}`,
  }),
  FBP3392: message<{ readonly key: string; readonly where: string }>({
    severity: "error",
    title: "Missing key in a fault profile",
    text: ({ key, where }) => `the key ${JSON.stringify(key)} is missing${inside(where)}`,
    hint: () => "docs/simulate.md shows a whole profile",
  }),
  FBP3393: message<{ readonly what: string; readonly expected: string; readonly near: string | undefined }>({
    severity: "error",
    title: "Value of the wrong kind in a fault profile",
    text: ({ what, expected }) => `${what} must be ${expected}`,
    hint: ({ near }) => didYouMean(near),
  }),
  FBP3394: message<{ readonly name: string; readonly near: string | undefined; readonly names: readonly string[] }>({
    severity: "error",
    title: "Fault profile of a path that the policy does not have",
    text: ({ name }) => `the policy has no path \`${name}\``,
    hint: ({ near, names }) => didYouMean(near) ?? `its paths are ${named(names)}`,
  }),
  FBP3395: message<{ readonly names: readonly string[] }>({
    severity: "error",
    title: "Path without a fault profile",
    text: ({ names }) => `nothing is said of ${named(names)}, which the policy can call`,
    hint: () => "give at least its latency",
  }),
  FBP3396: message<{ readonly why: string }>({
    severity: "error",
    title: "Values of a fault profile that do not go together",
    text: ({ why }) => why,
  }),
} as const;
