/**
 * Family 3, contracts that are laid over others (FBP3070 to FBP3079). Codes are stable: a code once given
 * is never given to another message.
 */
import { message } from "./define.ts";

export const overlayMessages = {
  FBP3070: message<{ file: string }>({
    severity: "error",
    title: "No such contract to extend",
    text: ({ file }) => `there is no contract file ${JSON.stringify(file)} to extend`,
    hint: () => "the path is relative to this file",
  }),
  FBP3071: message<{ file: string }>({
    severity: "error",
    title: "Contract to extend outside the project",
    text: ({ file }) => `the contract to extend, ${JSON.stringify(file)}, lies outside the project's root`,
    hint: () => "copy it into the project, with its sources and its notes",
  }),
  FBP3072: message<{ file: string; why: string }>({
    severity: "error",
    title: "Contract to extend that cannot be read",
    text: ({ file, why }) => `the contract to extend, ${JSON.stringify(file)}, cannot be read: ${why}`,
  }),
  FBP3073: message<{ circle: readonly string[] }>({
    severity: "error",
    title: "Contracts that extend each other",
    text: ({ circle }) => `these contracts extend each other in a circle: ${circle.join(" -> ")}`,
    hint: () => "put what they share into a contract that extends neither",
  }),
  FBP3074: message<{ limit: number }>({
    severity: "error",
    title: "Contract extended too often",
    text: ({ limit }) => `this is the contract at the end of ${limit} that extend each other, and extends one more`,
    hint: () => "lay it over the first of them directly",
  }),
  FBP3075: message<{ key: string; near: string | undefined }>({
    severity: "warning",
    title: "Nothing to take away",
    text: ({ key }) => `null takes a key away, and what this contract extends has no ${JSON.stringify(key)} here`,
    hint: ({ near }) =>
      near === undefined
        ? 'leave it out; where null is meant as a value of a schema, write { "enum": [null] }'
        : `did you mean ${JSON.stringify(near)}?`,
  }),
} as const;
