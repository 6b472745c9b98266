/**
 * The compiled policy, run by the machine and the engine, against the naive reference that reads the
 * tree: the same random policies, the same failures, the same decisions.
 */
import { readFileSync } from "node:fs";
import { parse, Report } from "@fbp/dsl";
import { Health, type Outcome } from "@fbp/runtime/core";
import { run } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Contract } from "../../packages/dsl/src/contract/document.ts";
import { aPolicy, type DrawnPolicy } from "../generators/policy.ts";
import { PARAMETERS, TIMEOUT_MS } from "../properties/property.ts";
import { ReferencePolicy } from "../reference/policy.ts";
import { type Meeting, refer, type Told } from "../reference/run.ts";
import { compileText } from "../support/compile.ts";

const contract = JSON.parse(
  readFileSync(new URL("../../policies/contracts/local.contract.json", import.meta.url), "utf8"),
) as Contract;

interface Case {
  readonly gapMs: number;
  readonly tools: boolean;
  readonly tier: string;
  readonly promptTokens: number;
  readonly maxTokens: number | null;
  readonly meetings: readonly Meeting[];
  readonly dice: readonly number[];
}

// Never a multiple of anything that a policy says, so that nothing falls on the same instant.
const aDelay = fc.integer({ min: 0, max: 450 }).map((tens) => tens * 10 + 7);

const aMessage = (refusal: string | null) => ({ role: "assistant", content: "yes", refusal });
const aChoice = (finish: string, refusal: string | null = null) => ({
  index: 0,
  message: aMessage(refusal),
  finish_reason: finish,
});

const aMeeting: fc.Arbitrary<Meeting> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      afterMs: aDelay,
      body: fc.constantFrom<unknown>(
        { choices: [aChoice("stop")] },
        { choices: [aChoice("stop")] },
        { choices: [aChoice("length")] },
        { choices: [aChoice("content_filter")] },
        { choices: [aChoice("stop", "no")] },
        { choices: [] },
        {},
      ),
      usage: fc.option(fc.record({ input: fc.nat(500), output: fc.nat(900) })),
    }),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({
        kind: fc.constant("status" as const),
        afterMs: aDelay,
        status: fc.constantFrom(
          200,
          301,
          400,
          401,
          402,
          403,
          404,
          408,
          413,
          418,
          422,
          429,
          500,
          501,
          502,
          503,
          504,
          520,
          524,
          529,
        ),
        headers: fc.oneof(
          fc.constant({}),
          fc.nat(9).map((seconds) => ({ "retry-after": String(seconds) })),
        ),
        error: fc.oneof(
          fc.constant(null),
          fc.record({
            message: fc.constantFrom(
              "x",
              "The model is overloaded",
              "content policy",
              "maximum context length is 8192 tokens",
              "Incorrect API key provided",
              "Insufficient Balance",
              "Request too large for this model",
              "The server had an error while processing your request",
            ),
            code: fc.constantFrom(
              "overloaded",
              "insufficient_quota",
              "context_length_exceeded",
              "content_filter",
              "invalid_api_key",
              "rate_limit_exceeded",
              "other",
              401,
              404,
              500,
              null,
            ),
            type: fc.constantFrom(
              "server_error",
              "insufficient_quota",
              "invalid_request_error",
              "overloaded_error",
              "requests",
              null,
            ),
          }),
        ),
        // An answer without an error under 200 is another kind of meeting.
      })
      .map((meeting) => (meeting.error === null && meeting.status === 200 ? { ...meeting, status: 400 } : meeting)),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        fault: fc.constantFrom("connect", "dns", "tls", "reset", "headers_timeout", "body_timeout"),
        afterMs: aDelay,
      })
      .map(({ fault, afterMs }) => ({
        kind: "fault" as const,
        fault,
        afterMs,
        sent: !["connect", "dns", "tls"].includes(fault),
      })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "hang" as const }) },
);

const aCase: fc.Arbitrary<Case> = fc.record({
  gapMs: fc.nat(3000),
  tools: fc.boolean(),
  tier: fc.constantFrom("free", "paid"),
  promptTokens: fc.nat(600),
  maxTokens: fc.option(fc.integer({ min: 1, max: 2000 })),
  meetings: fc.array(aMeeting, { minLength: 6, maxLength: 6 }),
  dice: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 8, maxLength: 8 }),
});

function eventOf(meeting: Meeting | undefined): WorldEvent {
  if (meeting === undefined || meeting.kind === "hang") return { kind: "hangs" };
  if (meeting.kind === "fault") {
    return { kind: "fails", fault: meeting.fault as "connect", sent: meeting.sent, afterMs: meeting.afterMs };
  }
  if (meeting.kind === "status") {
    const { status, headers, afterMs, error } = meeting;
    return { kind: "returns", status, headers, afterMs, ...(error === null ? {} : { body: { error } }) };
  }
  const usage =
    meeting.usage === null
      ? {}
      : { usage: { prompt_tokens: meeting.usage.input, completion_tokens: meeting.usage.output } };
  return {
    kind: "returns",
    status: 200,
    body: Object.assign(structuredClone(meeting.body) as object, usage),
    afterMs: meeting.afterMs,
  };
}

function requestOf(one: Case): Record<string, unknown> {
  return {
    messages: [{ role: "user", content: "hello" }],
    ...(one.tools ? { tools: [{ type: "function", function: { name: "act" } }] } : {}),
    ...(one.maxTokens === null ? {} : { max_tokens: one.maxTokens }),
  };
}

/** What the machine did, in the reference's words. */
function toldBy(outcome: Outcome): Told {
  return {
    result: outcome.result,
    source: outcome.source,
    reason: outcome.reason,
    elapsedMs: outcome.elapsedMs,
    attempts: outcome.attempts.map(({ path, startMs, elapsedMs, signal }) => ({ path, startMs, elapsedMs, signal })),
    decisions: outcome.decisions
      .filter((decision) => decision.reason !== null)
      .map(({ path, signal, reason, action, waitMs }) => ({ path, signal, reason: reason ?? "", action, waitMs })),
    retries: outcome.retries,
    fallbacks: outcome.fallbacks,
    tokens: outcome.tokens,
    hooks: outcome.hooks.map((hook) => `${hook.kind} ${hook.target}`),
  };
}

function runAll(drawn: DrawnPolicy, cases: readonly Case[]): Told[] {
  const policy = compileText(drawn.text);
  const clock = new VirtualClock();
  const health = new Health(policy);
  const told: Told[] = [];
  for (const one of cases) {
    clock.advance(one.gapMs);
    let rolled = 0;
    const transport: ScriptedTransport = new ScriptedTransport(clock, () =>
      eventOf(one.meetings[transport.calls.length - 1]),
    );
    const deps = { clock, transport, random: () => one.dice[rolled++] ?? 0, ids: () => "request" };
    const options = { context: { tier: one.tier }, promptTokens: one.promptTokens };
    run(deps, policy, health, requestOf(one), options, (outcome) => told.push(toldBy(outcome)));
    clock.run();
  }
  return told;
}

function referAll(drawn: DrawnPolicy, cases: readonly Case[], fits: (body: unknown) => boolean): Told[] {
  const file = parse({ name: "policy.fbp", text: drawn.text }, new Report());
  const reference = new ReferencePolicy(file, contract);
  let now = 0;
  return cases.map((one) => {
    now += one.gapMs;
    const told = refer(reference, {
      at: now,
      request: requestOf(one),
      context: { tier: one.tier },
      promptTokens: one.promptTokens,
      outputLimit: one.maxTokens,
      meetings: one.meetings,
      dice: one.dice,
      fits,
    });
    now += told.elapsedMs;
    return told;
  });
}

const validate = new Ajv2020({ strict: false, logger: false }).compile({
  ...(contract.response.schema as object),
  $defs: contract.$defs ?? {},
});

/** `standard`: the body fits the schema, an answer is there, the finish reason is not a cut one. */
function fits(body: unknown): boolean {
  if (!validate(body)) return false;
  const [choice] = (body as { choices: { finish_reason?: string; message?: { content?: unknown } }[] }).choices;
  if (choice === undefined) return false;
  return Boolean(choice.message?.content) && !contract.response.cutReasons.includes(choice.finish_reason ?? "");
}

const rounded = (told: readonly Told[]) =>
  JSON.parse(JSON.stringify(told, (_, value) => (typeof value === "number" ? Math.round(value * 1e3) / 1e3 : value)));

test("machine and reference decide the same", { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(aPolicy, fc.array(aCase, { minLength: 1, maxLength: 12, size: "max" }), (drawn, cases) => {
      expect(rounded(runAll(drawn, cases))).toEqual(rounded(referAll(drawn, cases, fits)));
    }),
    PARAMETERS as fc.Parameters<[DrawnPolicy, Case[]]>,
  );
});
