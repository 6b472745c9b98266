/** Family 3: contracts and verification. Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";
import { schemaMessages } from "./schemas.ts";
import { type ToVerify, verifyCommand } from "./verify-command.ts";

const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean "${near}"?`);
const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name));

/** `in \`response\`` or nothing for the top of the document. */
const inside = (where: string) => (where === "" ? "" : ` in \`${where}\``);

export const contractMessages = {
  // ------------------------------------------------------------ reading
  FBP3001: message<{ limit: string }>({
    severity: "error",
    title: "Document too large",
    text: ({ limit }) => `this document is larger than ${limit}`,
    hint: () => "keep to the parts of the provider's schemas that policies read",
  }),
  FBP3002: message<{ limit: number }>({
    severity: "error",
    title: "Document nested too deeply",
    text: ({ limit }) => `this document is nested deeper than ${limit} levels`,
    hint: () => "put the inner schemas under `$defs` and refer to them",
  }),
  FBP3003: message<{ problem: string; hint: string | undefined }>({
    severity: "error",
    title: "Not JSON",
    text: ({ problem }) => `this is not JSON: ${problem}`,
    hint: ({ hint }) => hint,
  }),
  FBP3004: message<{ key: string }>({
    severity: "error",
    title: "Key given twice",
    text: ({ key }) => `the key ${JSON.stringify(key)} is given twice in one object`,
    hint: () => "keep the one that is meant",
  }),
  FBP3005: message<{ file: string }>({
    severity: "error",
    title: "No such contract file",
    text: ({ file }) => `there is no contract file ${JSON.stringify(file)}`,
    hint: () => "the path is relative to this policy file",
  }),
  FBP3006: message<{ file: string; why: string }>({
    severity: "error",
    title: "Contract that cannot be read",
    text: ({ file, why }) => `the contract ${JSON.stringify(file)} cannot be read: ${why}`,
  }),

  // ------------------------------------------------------------ shape
  FBP3010: message<{ key: string; where: string; near: string | undefined; keys: readonly string[] }>({
    severity: "error",
    title: "Unknown key",
    text: ({ key, where }) => `there is no key ${JSON.stringify(key)}${inside(where)}`,
    hint: ({ near, keys }) => didYouMean(near) ?? `the keys here are ${listOf(quoted(keys), "and")}`,
  }),
  FBP3011: message<{ key: string; where: string }>({
    severity: "error",
    title: "Missing key",
    text: ({ key, where }) => `the key ${JSON.stringify(key)} is missing${inside(where)}`,
    hint: ({ key, where }) => `add "${key}"${where === "" ? " at the top of the contract" : inside(where)}`,
  }),
  FBP3012: message<{ what: string; expected: string; got: string }>({
    severity: "error",
    title: "Wrong kind of value",
    text: ({ what, expected, got }) => `${what} must be ${expected}, not ${got}`,
  }),
  FBP3013: message<{ what: string; allowed: readonly string[]; near: string | undefined }>({
    severity: "error",
    title: "Value that is not allowed",
    text: ({ what, allowed }) => `${what} must be ${listOf(allowed)}`,
    hint: ({ near }) => didYouMean(near),
  }),
  FBP3014: message<{ got: string }>({
    severity: "error",
    title: "Unknown version of the contract's form",
    text: ({ got }) => `this contract is written in form ${got}, and this compiler reads form 1`,
    hint: () => 'write "fbp": 1, or use a compiler that reads this form',
  }),

  // ------------------------------------------------------------ values
  FBP3020: message<{ why: string }>({
    severity: "error",
    title: "Base address that cannot be used",
    text: ({ why }) => `the base address ${why}`,
    hint: () => "write it as https://HOST or https://HOST/PREFIX; plain http is for this machine only",
  }),
  FBP3021: message<{ why: string }>({
    severity: "error",
    title: "Endpoint path that cannot be used",
    text: ({ why }) => `the endpoint path ${why}`,
    hint: () => "write it as /v1/chat/completions; it is put behind the base address",
  }),
  FBP3022: message({
    severity: "error",
    title: "Not the name of an environment variable",
    text: () => "`auth.env` must be the name of an environment variable, never a key itself",
    hint: () => "use capital letters, digits and underscores, as in OPENAI_API_KEY",
  }),
  FBP3023: message<{ name: string }>({
    severity: "error",
    title: "Not a header name",
    text: ({ name }) => `${JSON.stringify(name)} is not a header name`,
    hint: () => "use letters, digits and hyphens, as in x-request-id",
  }),
  FBP3024: message<{ what: string }>({
    severity: "error",
    title: "Text that cannot stand in a header",
    text: ({ what }) => `\`${what}\` holds a character that cannot stand in a header`,
    hint: () => "use printable ASCII characters on one line",
  }),
  FBP3025: message<{ what: string }>({
    severity: "error",
    title: "Secret in a contract",
    text: ({ what }) => `this looks like ${what}, and a contract never holds a secret`,
    hint: () => "revoke it if it is real, and name the environment variable that holds it in `auth.env`",
  }),
  FBP3026: message<{ name: string; why: string }>({
    severity: "error",
    title: "Header that a contract may not set",
    text: ({ name, why }) => `the header ${JSON.stringify(name)} may not be set here: ${why}`,
    hint: () => "leave it out",
  }),
  FBP3027: message<{ pointer: string }>({
    severity: "error",
    title: "Not a JSON Pointer",
    text: ({ pointer }) => `${JSON.stringify(pointer)} is not a JSON Pointer`,
    hint: () => 'begin each step with a slash, as in /choices/0/message/content; "" is the whole body',
  }),
  FBP3028: message<{ place: string; schema: string; near: string | undefined }>({
    severity: "error",
    title: "Place that the schema does not have",
    text: ({ place, schema }) => `${schema} has no place ${JSON.stringify(place)}`,
    hint: ({ near }) => didYouMean(near) ?? "add it to the schema, or correct the place",
  }),
  FBP3029: message<{ what: string; value: string; is: string; near: string | undefined }>({
    severity: "error",
    title: "Value that the schema never lets through",
    text: ({ what, value, is }) => `\`${what}\` is never ${value}: by its schema it is ${is}`,
    hint: ({ near }) => didYouMean(near) ?? "add the value to the schema, or leave it out here",
  }),
  FBP3030: message({
    severity: "error",
    title: "Error condition that asks nothing",
    text: () => "this condition tests nothing and would take every failure",
    hint: () => "say what such a failure looks like; what no condition takes gets the plain reading of HTTP",
  }),
  FBP3031: message<{ value: string }>({
    severity: "error",
    title: "Not a status",
    text: ({ value }) => `${value} is not a status of HTTP`,
    hint: () => 'write a number from 100 to 599, or a hundred of them as "5xx"',
  }),
  FBP3032: message<{ signal: string }>({
    severity: "error",
    title: "Signal that only the runtime raises",
    text: ({ signal }) => `\`${signal}\` is raised by the runtime alone and never read from an answer`,
    hint: () => "name the signal that describes what the provider answered",
  }),
  FBP3033: message<{ name: string }>({
    severity: "error",
    title: "Documented header not in lower case",
    text: ({ name }) => `the documented header ${JSON.stringify(name)} must be written in lower case`,
    hint: ({ name }) => `write ${JSON.stringify(name.toLowerCase())}`,
  }),

  ...schemaMessages,

  // ------------------------------------------------------------ verification
  FBP3050: message<{ area: string; missing: readonly string[] }>({
    severity: "error",
    title: "Verification that is not complete",
    text: ({ area, missing }) => `\`${area}\` is called verified, but its verification lacks ${listOf(missing, "and")}`,
    hint: () => "say what it was checked against, by whom, on which day and for how many days; or write pending_review",
  }),
  FBP3051: message<{ day: string }>({
    severity: "error",
    title: "Not a day",
    text: ({ day }) => `${JSON.stringify(day)} is not a day of the calendar`,
    hint: () => "write it as YEAR-MONTH-DAY, as in 2026-11-22",
  }),
  FBP3052: message({
    severity: "error",
    title: "Not a digest",
    text: () => "a digest is written as sha256- and 64 hexadecimal digits",
  }),
  FBP3101: message<{ what: string; contract: string } & ToVerify>({
    severity: "error",
    title: "Reliance on an area that nobody verified",
    text: ({ what, contract, area }) =>
      `${what} relies on \`${area}\` of the contract \`${contract}\`, which is pending review`,
    hint: (open) => `check it against its source, then record that: ${verifyCommand(open)}`,
  }),
  FBP3102: message<{ what: string; contract: string; since: string } & ToVerify>({
    severity: "error",
    title: "Reliance on an area whose check has expired",
    text: ({ what, contract, area, since }) =>
      `${what} relies on \`${area}\` of the contract \`${contract}\`, whose check stood until ${since}`,
    hint: (open) => `check it against its source again, then record that: ${verifyCommand(open)}`,
  }),
  FBP3105: message<{ copy: string } & ToVerify>({
    severity: "error",
    title: "Copy of a source without its digest",
    text: ({ area, copy }) =>
      `\`${area}\` is called verified against ${JSON.stringify(copy)}, but no digest says what that file held`,
    hint: (open) => `read the file, then record that: ${verifyCommand(open)}`,
  }),
} as const;
