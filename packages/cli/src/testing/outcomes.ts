/** Outcomes as a service records them: requests played through the policy of `fbp init` while a path is out for some time. */
import { Compiler, loadValidators, type Policy } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import { Health, type Outcome } from "@fbp/runtime/core";
import { run } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";

const HEADERS = { "content-type": "application/json" } as const;
const ANSWER = {
  id: "a",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 500, completion_tokens: 100, total_tokens: 600 },
};
const OUT = { from: 30_000, to: 75_000 } as const;

/** @param cwd a project with `chat.fbp` */
export async function recordedOutage(cwd: string): Promise<readonly Outcome[]> {
  await loadValidators();
  const compilation = new Compiler(nodeHost(cwd)).compile("chat.fbp", {
    profile: "development",
    asOf: "2026-11-22",
    prove: false,
  });
  const [policy] = compilation.policies();
  if (policy === undefined) throw new Error("the policy does not compile");
  return played(policy);
}

function played(policy: Policy): readonly Outcome[] {
  const clock = new VirtualClock();
  const health = new Health(policy);
  const outcomes: Outcome[] = [];
  let calls = 0;
  const transport = new ScriptedTransport(clock, ({ path }): WorldEvent => {
    calls++;
    if (path === "primary" && clock.now() >= OUT.from && clock.now() < OUT.to) {
      return { kind: "returns", status: 503, headers: HEADERS, body: { error: { code: "overloaded" } }, afterMs: 80 };
    }
    if (calls % 37 === 0) return { kind: "hangs" };
    return { kind: "returns", status: 200, headers: HEADERS, body: ANSWER, afterMs: 500 + ((calls * 131) % 1500) };
  });
  for (let request = 0; request < 600; request++) {
    clock.advance(200);
    const deps = { clock, transport, random: () => 0.5, ids: () => `r${String(request).padStart(3, "0")}` };
    const traceId = request.toString(16).padStart(32, "0");
    run(deps, policy, health, { messages: [{ role: "user", content: "hello" }] }, { traceId }, (outcome) =>
      outcomes.push(outcome),
    );
  }
  clock.run();
  return outcomes;
}
