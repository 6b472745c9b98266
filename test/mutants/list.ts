/** The machine, broken on purpose in one place at a time, each with the property that has to notice. */

export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The test that must fail; a part of its name. */
  readonly noticedBy: string;
}

const CORE = "packages/runtime/src/core";
const STREAM = "packages/runtime/src/stream";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "one more of everything than the budget has",
    file: `${CORE}/permitted.ts`,
    find: "count < most",
    replace: "count <= most",
    noticedBy: "attempts, retries and fallbacks stay within the budget",
  },
  {
    name: "a call may start with any time left",
    file: `${CORE}/permitted.ts`,
    find: "if (left - waitMs >= path.leastMs && left > waitMs) return null;",
    replace: "if (left > 0) return null;",
    noticedBy: "nothing starts at or after the deadline",
  },
  {
    name: "the timeout is not cut to the deadline",
    file: `${CORE}/machine.ts`,
    find: "const timeoutMs = cutByDeadline ? left : plan.mostMs;",
    replace: "const timeoutMs = plan.mostMs;",
    noticedBy: "nothing starts at or after the deadline",
  },
  {
    name: "money is never short",
    file: `${CORE}/ledger.ts`,
    find: "if (sum > tokensLeft) return",
    replace: "if (sum < 0) return",
    noticedBy: "tokens and cost, reserved plus spent",
  },
  {
    name: "a failed attempt is free",
    file: `${CORE}/charge.ts`,
    find: "(failure.status < 300 || contract.chargesFailed)",
    replace: "false",
    noticedBy: "an attempt that may have been charged stays charged",
  },
  {
    name: "the first attempt is left out of the outcome",
    file: `${CORE}/record.ts`,
    find: "return listed(policy, past, past.calls, callRecord);",
    replace: "return listed(policy, past, past.calls, callRecord).slice(1);",
    noticedBy: "every request has exactly one outcome",
  },
  {
    name: "the outcome is told twice",
    file: "packages/runtime/src/engine.ts",
    find: "this.#owner.done(command.outcome, command.ending,",
    replace:
      "this.#owner.done(command.outcome, command.ending, null); this.#owner.done(command.outcome, command.ending,",
    noticedBy: "every request has exactly one outcome",
  },
  {
    name: "a request that was sent may be repeated",
    file: `${CORE}/permitted.ts`,
    find: "if (failure.facts.sent && !past.facts.repeatable) {",
    replace: "if (failure.facts.sent && past === null) {",
    noticedBy: "there is no call after a defect of the caller",
  },
  {
    name: "a path that was left may be entered again",
    file: `${CORE}/permitted.ts`,
    find: 'taken(past, "fallback", target) > 0',
    replace: "policy === null",
    noticedBy: "a path that was left is never entered again",
  },
  {
    name: "an open breaker lets calls through",
    file: `${CORE}/breaker.ts`,
    find: 'if (this.state === "open" && then < this.openUntil) return true;',
    replace: "",
    noticedBy: "an open breaker is never called but by its probes",
  },
  {
    name: "probes of before the last opening hold no place",
    file: `${CORE}/breaker.ts`,
    find: "this.window.clear();\n",
    replace: "this.window.clear();\n    this.#leases.clear();\n",
    noticedBy: "an open breaker is never called but by its probes",
  },
  {
    name: "one probe more than half-open allows",
    file: `${CORE}/breaker.ts`,
    find: "return taken >= this.plan.probes;",
    replace: "return taken > this.plan.probes;",
    noticedBy: "an open breaker is never called but by its probes",
  },
  {
    name: "the lease of a probe never ends",
    file: `${CORE}/breaker.ts`,
    find: "now + this.plan.leaseMs",
    replace: "Number.POSITIVE_INFINITY",
    noticedBy: "a lost probe does not block",
  },
  {
    name: "a late success closes the breaker",
    file: `${CORE}/breaker.ts`,
    find: "    this.endLeases(now);\n    if (permit === this.#permit) {",
    replace:
      '    this.endLeases(now);\n    if (permit < this.#permit && verdict === "success") this.enter("closed", "closed", now);\n    if (permit === this.#permit) {',
    noticedBy: "a call that began before its breaker changed state",
  },
  {
    name: "an abort leaves the call running",
    file: "packages/runtime/src/engine.ts",
    find: "    attempt.abandon();\n",
    replace: "",
    noticedBy: "after an abort no attempt starts",
  },
  {
    name: "an abort waits for the back-off",
    file: "packages/runtime/src/engine.ts",
    find: "    this.#resume(this.#abandon(this.#deps.clock.now()));",
    replace: "    if (this.#wait === null) this.#resume(this.#abandon(this.#deps.clock.now()));",
    noticedBy: "after an abort no attempt starts",
  },
  {
    name: "the retry budget never runs dry",
    file: `${CORE}/retry-budget.ts`,
    find: "return this.repeats.counted(now)[0] + 1 <= most + 1e-9;",
    replace: "return most >= 0;",
    noticedBy: "retries of all requests together",
  },
  {
    name: "the back-off throws its own dice",
    file: `${CORE}/backoff.ts`,
    find: "Math.floor(dice *",
    replace: "Math.floor(Math.random() *",
    noticedBy: "the same policy, events and seed",
  },
  {
    name: "the back-off triples",
    file: `${CORE}/backoff.ts`,
    find: "fromMs * 2 **",
    replace: "fromMs * 3 **",
    noticedBy: "machine and reference decide the same",
  },
  {
    name: "the server's wait is ignored",
    file: `${CORE}/permitted.ts`,
    find: "failure.serverWaitMs ??",
    replace: "null as null | number ??",
    noticedBy: "machine and reference decide the same",
  },
  {
    name: "an exhausted quota counts against the path",
    file: `${CORE}/signals.ts`,
    find: 'signalClass === "transient" ||',
    replace: 'signalClass === "quota" || signalClass === "transient" ||',
    noticedBy: "machine and reference decide the same",
  },
  {
    name: "the machine is not told of a token that was seen",
    file: `${STREAM}/gate.ts`,
    find: "    this.#commit();\n",
    replace: "",
    noticedBy: "once the caller was shown a chunk",
  },
  {
    name: "what was held is shown in the end",
    file: "packages/runtime/src/engine.ts",
    find: "if (!isAnswer) gate?.drop();",
    replace: "if (!isAnswer) gate?.release();",
    noticedBy: "a streamed success is the whole answer",
  },
  {
    name: "a stream without its finish is whole",
    file: `${STREAM}/streamed-answer.ts`,
    find: "return this.assembly.finished &&",
    replace: "return this.assembly.hasToken &&",
    noticedBy: "a streamed success is the whole answer",
  },
  {
    name: "a line that is no field is passed over",
    file: `${STREAM}/events.ts`,
    find: "!isBlank(line)) this.#isGarbled = true;",
    replace: "!isBlank(line)) this.#isGarbled ||= false;",
    noticedBy: "our own stream, at every byte",
  },
  {
    name: "letters that are no UTF-8 are replaced",
    file: `${STREAM}/events.ts`,
    find: "      this.#isGarbled = true;\n      return UTF8",
    replace: "      return UTF8",
    noticedBy: "our own stream, at every byte",
  },
];
