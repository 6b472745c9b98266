/** A service with a compiled policy over a loopback provider that does, model by model, what a test says. */
import { readFileSync } from "node:fs";
import {
  createFallback,
  type Fallback,
  type MemorySink,
  memorySink,
  type Policy,
  type Transport,
  undiciTransport,
} from "@fbp/runtime";
import { type Behaviour, Provider } from "../../packages/cli/src/provider/index.ts";
import { compileText } from "../support/compile.ts";

const TEXT = readFileSync(new URL("./chat.fbp", import.meta.url), "utf8");

/** What each model does, call by call; beyond that it hangs. */
export type Script = Readonly<Record<string, readonly Behaviour[]>>;

export interface Service {
  readonly chat: Fallback;
  readonly sink: MemorySink;
  readonly provider: Provider;
  close(): Promise<void>;
}

/** @param stream how answers are shown, as the policy's line says it */
export async function aService(
  script: Script,
  stream: "visible" | "held" = "visible",
  transport = undiciTransport(),
): Promise<Service> {
  const provider = await Provider.start({ choose: ({ model, nth }) => script[model]?.[nth] ?? { kind: "never" } });
  const { chat, sink, close } = aClientOf(provider.url, stream, transport);
  return {
    chat,
    sink,
    provider,
    async close() {
      await close();
      await provider.close();
    },
  };
}

/** The same over a provider at `baseUrl`. */
export function aClientOf(baseUrl: string, stream: "visible" | "held", transport: Transport) {
  const policy = compileText(TEXT.replace("stream visible", `stream ${stream}`));
  const contracts = policy.contracts.map((contract) => ({ ...contract, baseUrl }));
  const here: Policy = { ...policy, contracts };
  const sink = memorySink();
  const chat: Fallback = createFallback(here, { transport, sink, env: { FBP_LOCAL_KEY: "a-key-for-loopback" } });
  return {
    chat,
    sink,
    async close() {
      await chat.close();
      await transport.close?.();
    },
  };
}

/** Lets the loop turn until `holds`: what the other side of a socket has seen comes a little later. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
