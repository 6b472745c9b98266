/** Family 3, the schemas inside of a contract. */
import { message } from "./define.ts";

const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean "${near}"?`);

export const schemaMessages = {
  FBP3040: message<{ ref: string; why: string; near: string | undefined; base: string | undefined }>({
    severity: "error",
    title: "Reference that leads nowhere",
    text: ({ ref, why }) => `the reference ${JSON.stringify(ref)} ${why}`,
    hint: ({ near, base }) =>
      didYouMean(near) ??
      (base === undefined
        ? 'references are counted from the top of this file, as in "#/$defs/message"'
        : `references here are counted from the schema around them that has the \`$id\` ${JSON.stringify(base)}`),
  }),
  FBP3041: message<{ ref: string }>({
    severity: "error",
    title: "Schema that refers to itself",
    text: ({ ref }) =>
      `the reference ${JSON.stringify(ref)} comes back to itself without going into a field or an item`,
    hint: () => "a schema may contain itself only inside of `properties` or `items`",
  }),
  FBP3042: message<{ ref: string }>({
    severity: "error",
    title: "Reference out of this file",
    text: ({ ref }) => `the reference ${JSON.stringify(ref)} leads out of this file`,
    hint: () =>
      "nothing is fetched: put the schema under `$defs`, with its own `$id` if it has one; `fbp contract import` does so",
  }),
  FBP3043: message<{ keyword: string; expected: string; hint?: string }>({
    severity: "error",
    title: "Schema keyword with a wrong value",
    text: ({ keyword, expected }) => `the schema keyword \`${keyword}\` must be ${expected}`,
    hint: ({ hint }) => hint,
  }),
  FBP3044: message<{ keyword: string; near: string }>({
    severity: "warning",
    title: "Schema keyword that is probably misspelt",
    text: ({ keyword }) => `\`${keyword}\` is not a keyword of JSON Schema and says nothing`,
    hint: ({ near }) => `did you mean \`${near}\`?`,
  }),
  FBP3045: message<{ keyword: string; instead: string }>({
    severity: "warning",
    title: "Schema keyword of another dialect",
    text: ({ keyword }) => `\`${keyword}\` says nothing in JSON Schema 2020-12`,
    hint: ({ instead }) => instead,
  }),

  FBP3046: message<{ limit: number }>({
    severity: "error",
    title: "Too many schemas",
    text: ({ limit }) => `the schemas of this contract are more than ${limit}`,
    hint: () => "keep to the parts of the provider's schemas that policies read",
  }),
  FBP3047: message<{ keyword: string; name: string }>({
    severity: "error",
    title: "Name given to two schemas",
    text: ({ keyword, name }) => `the \`${keyword}\` ${JSON.stringify(name)} is given to two schemas`,
    hint: () => "a reference by that name could mean either: rename one of them",
  }),

  FBP3060: message<{ ref: string }>({
    severity: "warning",
    title: "Dynamic reference",
    text: ({ ref }) =>
      `the dynamic reference ${JSON.stringify(ref)} leads to different schemas, depending on where it is come from, and is not followed`,
    hint: () => "any value is let through here: where one schema is meant, refer to it with `$ref`",
  }),
  FBP3061: message<{ limit: number }>({
    severity: "warning",
    title: "Schemas too deep inside each other",
    text: ({ limit }) =>
      `more than ${limit} schemas follow each other from here without a field or an item between them, and the checker knows nothing beyond`,
    hint: () => "leave out references that only lead to other references",
  }),
  FBP3062: message<{ limit: number }>({
    severity: "note",
    title: "Too many alternatives to tell apart",
    text: ({ limit }) =>
      `the alternatives of this schema are more than ${limit} together, and the checker takes objects of all of them for one`,
    hint: () => "fields of one alternative count as optional in all of them; keep to those that the provider sends",
  }),
} as const;
