/** One process of a service: a client of the policy that shares what it knows over Redis. Ends by itself once closed. */
import { createFallback, type Policy, undiciTransport } from "@fbp/runtime";
import { redisStore } from "@fbp/runtime/redis";
import { Redis } from "ioredis";
import type { Answers, Ask, Setup, Told } from "./protocol.ts";

const tell = (told: Told): void => {
  process.send?.(told);
};

const setup = JSON.parse(process.argv[2] ?? "") as Setup;
const { default: compiled } = (await import(setup.module)) as { readonly default: Policy };
const policy: Policy = {
  ...compiled,
  contracts: compiled.contracts.map((contract) => ({ ...contract, baseUrl: setup.provider })),
};
const transport = undiciTransport();
const chat = createFallback(policy, {
  transport,
  env: { FBP_LOCAL_KEY: "a-key-for-loopback" },
  // A busy machine is not to be taken for a Redis that has gone.
  store: redisStore(() => new Redis({ path: setup.redis, retryStrategy: () => 100 }), { timeoutMs: 1500 }),
  onEvent: (event) => tell({ kind: "event", event }),
});

async function requests(count: number): Promise<Answers["requests"]> {
  const asked = Array.from({ length: count }, () => chat.complete({ messages: [{ role: "user", content: "hi" }] }));
  const ends: Record<string, number> = {};
  for (const { outcome } of await Promise.all(asked)) {
    const end = outcome.reason ?? outcome.result;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

async function answer(ask: Ask): Promise<Answers[keyof Answers]> {
  switch (ask.kind) {
    case "requests":
      return await requests(ask.count);
    case "health":
      return chat.health()[0];
    case "force":
      chat.force("primary", ask.to);
      return null;
    case "close":
      await chat.close();
      await transport.close?.();
      return null;
  }
}

process.on("message", (ask: Ask) => {
  void answer(ask).then((given) => {
    tell({ kind: "done", nth: ask.nth, answer: given });
    // From now on nothing but what was left running would keep this process alive.
    if (ask.kind === "close") process.disconnect();
  });
});

tell({ kind: "up" });
