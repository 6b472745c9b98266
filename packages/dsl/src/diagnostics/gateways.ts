/** Family 3, what `fbp import` finds in the configuration of a gateway (FBP3380 to FBP3389). Codes are stable. */
import { message } from "./define.ts";

const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean ${near}?`);

export const gatewayMessages = {
  FBP3380: message<{ readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Configuration that cannot be read",
    text: ({ file, why }) => `${JSON.stringify(file)} cannot be read: ${why}`,
  }),
  FBP3381: message({
    severity: "error",
    title: "Not a configuration that a policy is made from",
    text: () => "this is neither LiteLLM's config.yaml nor a config of Portkey",
    hint: () => "say which it is with --from litellm or --from portkey",
  }),
  FBP3382: message<{ readonly name: string; readonly near: string | undefined }>({
    severity: "warning",
    title: "Unknown setting of a gateway",
    text: ({ name }) => `\`${name}\` is not known, and is left out`,
    hint: ({ near }) => didYouMean(near) ?? "look up what it does, and whether the policy must do it too",
  }),
  FBP3383: message<{ readonly name: string; readonly why: string }>({
    severity: "note",
    title: "Setting that a policy has no place for",
    text: ({ name, why }) => `\`${name}\` is left out: ${why}`,
  }),
  FBP3384: message<{ readonly name: string }>({
    severity: "warning",
    title: "Secret in a configuration",
    text: ({ name }) => `\`${name}\` holds a secret itself, which is left out`,
    hint: () => "put it into the environment variable that the contract names, and take it out of this file",
  }),
  FBP3385: message<{ readonly name: string }>({
    severity: "warning",
    title: "Fallback that leads nowhere",
    text: ({ name }) => `no model of the list is called ${JSON.stringify(name)}, so this fallback is left out`,
    hint: () => "correct the name, or add the model to `model_list`",
  }),
  FBP3386: message<{ readonly wanted: string }>({
    severity: "error",
    title: "Setting of a gateway in the wrong form",
    text: ({ wanted }) => `this is to be ${wanted}`,
  }),
} as const;
