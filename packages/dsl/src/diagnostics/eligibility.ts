/** Family 8: may a path stand in for another. Codes are stable: a code once given is never given to another message. */
import { message } from "./define.ts";

export const eligibilityMessages = {
  FBP8001: message<{ readonly path: string; readonly from: string }>({
    severity: "error",
    title: "A fallback path that nothing shows to be fit",
    text: ({ path, from }) =>
      `\`${path}\` is not eligible for production: nothing shows that it may stand in for \`${from}\``,
    hint: ({ path, from }) =>
      `try it out, write down what was tried, and add \`validated for ${from} by "./evidence/${path}.evidence.json"\` to the path`,
  }),
  FBP8002: message<{ readonly path: string; readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Evidence that cannot be read",
    text: ({ path, file, why }) => `\`${path}\` is not eligible for production: the evidence "${file}" ${why}`,
    hint: () => "the path is relative to this policy file",
  }),
  FBP8003: message<{ readonly path: string; readonly from: string; readonly validated: string }>({
    severity: "error",
    title: "Evidence for another path",
    text: ({ path, from, validated }) => `\`${path}\` is validated for \`${validated}\`, but stands in for \`${from}\``,
    hint: ({ from }) => `validate it for \`${from}\` too, or fall back to another path`,
  }),
} as const;
