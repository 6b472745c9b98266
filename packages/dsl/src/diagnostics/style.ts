/** Family 9. Codes are stable: a code once given is never given to another message. */
import { message } from "./define.ts";

export const styleMessages = {
  FBP9001: message({
    severity: "warning",
    title: "A doc comment that documents nothing",
    text: () => "this doc comment does not stand directly above anything that it could document",
    hint: () => "move it directly above a declaration, a setting or a rule, or begin it with `//`",
  }),
  FBP9002: message({
    severity: "error",
    title: "The file was not formatted",
    text: () => "formatting would have changed what this file says, so it was left as it is",
    hint: () => "this is a fault of the formatter; report it with the file",
  }),
} as const;
