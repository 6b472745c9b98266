/** What is measured: each section with its subjects, the first of which the others are compared with. */
import { ANSWER_NAME, checks, SCHEMA_NAME, validations } from "./contracts.ts";
import { decisions, documentedDecisions } from "./decision.ts";
import { edits } from "./edits.ts";
import { coreOf, engines, repeated } from "./engine.ts";
import { CALLERS, failing, loopback } from "./loopback.ts";
import type { Subject } from "./measure.ts";
import { compatiblePolicy, localPolicy, runbookPolicy } from "./policies.ts";
import { grownProofs, runbookProof } from "./proof.ts";
import { CHUNKS } from "./provider.ts";
import { starts } from "./startup.ts";
import { streams } from "./streams.ts";

export interface Section {
  readonly title: string;
  readonly note: string;
  /** Left out: as many as there are for all. */
  readonly rounds?: number;
  /** These subjects are measured beside the first one alone, each in so many processes; left out: all take turns in one. */
  readonly apart?: { readonly subjects: readonly string[]; readonly processes: number };
  /** Calls go to another process: the CPU time of this one says more than the time that passes. */
  readonly sockets?: true;
  readonly prepare: () => Promise<Prepared>;
}

interface Prepared {
  readonly subjects: readonly Subject[];
  readonly times: number;
  readonly close?: () => Promise<void>;
}

export const SECTIONS: Readonly<Record<string, Section>> = {
  decision: {
    title: "One decision",
    note: "The runbook policy: a failure is classified, its rule and actions are found. Six kinds of failure in turn.",
    prepare: async () => ({ subjects: decisions(runbookPolicy()), times: 2_000_000 }),
  },
  documented: {
    title: "One decision over every documented condition",
    note: "The contract `openai-compatible` and the standard reading: the six failures above, and six whose message has to be read.",
    prepare: async () => ({ subjects: documentedDecisions(compatiblePolicy()), times: 200_000 }),
  },
  core: {
    title: "The engine's core around one successful call",
    note: "What decides: machine, breaker, ledger and outcome; no clock, no bytes, no promise. Retry, breaker and timeout, as other libraries have them. A process has one policy here, as a service does.",
    prepare: async () => ({
      subjects: coreOf("retry+breaker+timeout", localPolicy("plain.fbp", "http://127.0.0.1:1")),
      times: 200_000,
    }),
  },
  runbook: {
    title: "The same around the runbook policy",
    note: "With an SLO, tokens and cost too.",
    prepare: async () => ({ subjects: coreOf("the runbook policy", runbookPolicy()), times: 200_000 }),
  },
  engine: {
    title: "The whole client around one successful call",
    note: "`complete()` adds the clock, the promise, the checks of the answer and its bytes; the transport answers at once, and what the bytes cost alone stands beside it.",
    prepare: async () => ({ subjects: engines(runbookPolicy()), times: 20_000 }),
  },
  repeated: {
    title: "The whole client around a call that fails at first",
    note: "A 503, then an answer, both at once; again with the bytes. cockatiel waits for a timer before it repeats, and opossum does not repeat.",
    prepare: async () => ({ subjects: repeated(localPolicy("failing.fbp", "http://127.0.0.1:1")), times: 10_000 }),
  },
  loopback: {
    title: "A POST over loopback",
    note: "One after the other on a kept connection; the provider is a plain `node:http` server in a process of its own. Each subject is measured beside bare undici alone, in five processes, of which the median is shown: two processes that wake each other make the time of one run uncertain by a twentieth. The CPU time is that of the calling process.",
    sockets: true,
    apart: { subjects: CALLERS, processes: 5 },
    prepare: async () => ({ ...(await loopback((baseUrl) => localPolicy("chat.fbp", baseUrl))), times: 400 }),
  },
  failing: {
    title: "A POST over loopback that fails at first",
    sockets: true,
    note: "A 503, then an answer: two calls each. None of them waits before the second; peers that go through a timer all the same lose a millisecond by it.",
    rounds: 15,
    prepare: async () => ({ ...(await failing((baseUrl) => localPolicy("failing.fbp", baseUrl))), times: 200 }),
  },
  streams: {
    title: "A streamed answer over loopback",
    note: `One stream of ${CHUNKS} chunks, sent at once. The bytes alone are what the socket gives; whoever wants the chunks has to split and to parse them. The policy checks each chunk and assembles the whole answer as well.`,
    rounds: 15,
    prepare: async () => ({ ...(await streams((baseUrl) => localPolicy("failing.fbp", baseUrl))), times: 20 }),
  },
  contracts: {
    title: "Checking a policy against a contract",
    note: `From text to diagnostics: parsed, typed by ${SCHEMA_NAME}, proved. Beside it, what ajv needs to make validators of the same request and response.`,
    prepare: async () => ({ subjects: checks(), times: 3 }),
  },
  answers: {
    title: "Checking one answer",
    note: `By the shipped \`openai-compatible\` contract: ${ANSWER_NAME}. Both are compiled in the same run.`,
    prepare: async () => ({ subjects: await validations(), times: 200_000 }),
  },
  proof: {
    title: "Working out what can happen",
    note: "All that can happen to a request of the runbook policy: worlds, situations, exploration, bounds. Beside it, everything that is checked before.",
    prepare: async () => ({ subjects: runbookProof(), times: 5 }),
  },
  startup: {
    title: "A cold start",
    note: "`fbp` as it ships, each time a process of its own; how long an empty process takes is to be taken off. What V8 has compiled is kept from the runs before, as a user has it from the second day on. As it was checked before: no file has changed since an earlier run. After an edit: the deadline is another each time, and all of it is parsed, checked and proved.",
    rounds: 15,
    prepare: async () => ({ ...starts(), times: 1 }),
  },
  edits: {
    title: "Checking again after an edit",
    note: "As `fbp check --watch` does: the runbook policy with its scenarios many times over, 1,000 lines, is changed in one place, and all of it is parsed and checked; a comment or a scenario changes nothing that can happen to a request, so it is not proved again.",
    rounds: 15,
    prepare: async () => ({ subjects: edits(), times: 3 }),
  },
  growth: {
    title: "How the proof grows",
    note: "Every path retries and falls back to the next one; tokens, breakers and a condition on repeats are in. Three rounds.",
    rounds: 3,
    prepare: async () => ({ subjects: grownProofs(), times: 1 }),
  },
};

/** @throws Error when there is none of this name */
export function sectionOf(name: string): Section {
  const section = SECTIONS[name];
  if (section === undefined) throw new Error(`no such section: one of ${Object.keys(SECTIONS).join(", ")}`);
  return section;
}
