/** Family 3, what is wrong with a billing export (FBP3330 to FBP3339). Codes are stable. */
import { listOf, message } from "./define.ts";

export const billingMessages = {
  FBP3330: message<{ readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Billing export that cannot be read",
    text: ({ file, why }) => `${JSON.stringify(file)} cannot be read: ${why}`,
  }),
  FBP3331: message<{ readonly why: string }>({
    severity: "error",
    title: "Billing export that is no CSV, or too large",
    text: ({ why }) => `the billing export cannot be read from here on: ${why}`,
    hint: () => "export the days of the calls alone, as CSV with a line of headers",
  }),
  FBP3332: message<{ readonly what: readonly string[]; readonly names: readonly (readonly string[])[] }>({
    severity: "error",
    title: "Column that a billing export needs",
    text: ({ what }) => `no column holds ${listOf(what)}`,
    hint: ({ names }) =>
      `give one of the columns a name that is known: ${names.map((each) => listOf(each.map((name) => `\`${name}\``))).join("; ")}`,
  }),
  FBP3333: message<{ readonly what: string }>({
    severity: "error",
    title: "Two columns of a billing export for one thing",
    text: ({ what }) => `another column holds ${what} already`,
    hint: () => "leave one of them out of the export",
  }),
  FBP3334: message<{ readonly header: string; readonly near: string | undefined }>({
    severity: "note",
    title: "Column of a billing export that is not read",
    text: ({ header }) => `the column ${JSON.stringify(header)} is not read`,
    hint: ({ near }) => (near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`),
  }),
  FBP3335: message<{ readonly value: string; readonly what: string; readonly expected: string }>({
    severity: "error",
    title: "Value of a billing export that cannot be read",
    text: ({ value, what, expected }) => `${JSON.stringify(value)} stands for ${what}, and is not ${expected}`,
    hint: () => "correct the export, or leave out lines that are no calls, such as credits and sums",
  }),
  FBP3336: message<{ readonly requests: number }>({
    severity: "error",
    title: "Billing export that adds requests up",
    text: ({ requests }) => `this line stands for ${requests} requests`,
    hint: () => "export each request in a line of its own: sums cannot be held against single calls",
  }),
} as const;
