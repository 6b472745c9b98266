/** Family 9. Codes are stable: a code once given is never given to another message. */
import { message } from "./define.ts";

export const styleMessages = {
  FBP9001: message({
    severity: "warning",
    title: "a doc comment that documents nothing",
    text: () => "this doc comment does not stand directly above anything that it could document",
    hint: () => "move it directly above a declaration, a setting or a rule, or begin it with `//`",
  }),
} as const;
