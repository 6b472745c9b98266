/** `policies/failover-bench.fbp` at work, as a service would embed it. */
import { readFileSync } from "node:fs";
import { createFallback, type Policy, StreamError, undiciTransport } from "@fbp/runtime";
import { compilation } from "../support/compile.ts";
import { type Profile, scaledPolicy } from "./profile.ts";
import type { Heard, System } from "./scenario.ts";

const TEXT = readFileSync(new URL("../../policies/failover-bench.fbp", import.meta.url), "utf8");

const compiled = new Map<Profile, Policy>();

/**
 * The policy, compiled once, with the address that its providers have this time.
 *
 * @throws Error where it has errors
 */
export function policyAt(url: string, profile: Profile): Policy {
  const policy = compiled.get(profile) ?? compile(profile);
  compiled.set(profile, policy);
  return { ...policy, contracts: policy.contracts.map((contract) => ({ ...contract, baseUrl: url })) };
}

function compile({ factor }: Profile): Policy {
  const result = compilation(scaledPolicy(TEXT, factor));
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  const [policy] = errors.length > 0 ? [] : result.policies();
  if (policy === undefined) throw new Error(errors.map(({ code, text }) => `${code}: ${text}`).join("\n"));
  return policy;
}

export function withPolicy(url: string, profile: Profile): System {
  const transport = undiciTransport();
  const chat = createFallback(policyAt(url, profile), { transport, env: { FBP_LOCAL_KEY: "bench-key" } });
  return {
    name: "policies/failover-bench.fbp",
    hasFallback: true,
    async ask(signal) {
      let text = "";
      const end = (kind: Heard["kind"], more: Partial<Heard> = {}) => {
        return { kind, text, model: null, usage: false, code: null, ...more };
      };
      const stream = chat.stream({ messages: [{ role: "user", content: "Sixty words, please." }] }, { signal });
      try {
        for await (const chunk of stream) text += wordsOf(chunk);
      } catch (error) {
        if (!(error instanceof StreamError)) return end("crash");
        const { completion } = error;
        if (completion.kind === "aborted") return end("hang");
        return end("error", { code: completion.kind === "failure" ? (completion.error?.code ?? null) : null });
      }
      const completion = await stream.completion;
      if (completion.kind !== "answer") return end("crash");
      const response = completion.response as Whole;
      // What is assembled is held against what was read, so that neither can be cut.
      if (response.choices[0]?.message.content !== text) return end("crash");
      return end("answer", { model: response.model, usage: typeof response.usage?.completion_tokens === "number" });
    },
    async close() {
      await chat.close();
      await transport.close?.();
    },
  };
}

interface Whole {
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string } }[];
  readonly usage?: { readonly completion_tokens?: number };
}

function wordsOf(chunk: unknown): string {
  const { choices } = chunk as { choices: readonly { delta: { content?: string | null } }[] };
  return choices.map(({ delta }) => delta.content ?? "").join("");
}
