/** What is measured: each section with its subjects, the first of which the others are compared with. */
import { decisions } from "./decision.ts";
import { engines } from "./engine.ts";
import { loopback } from "./loopback.ts";
import type { Subject } from "./measure.ts";
import { localPolicy, runbookPolicy } from "./policies.ts";

export interface Section {
  readonly title: string;
  readonly note: string;
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
  engine: {
    title: "The engine around one successful call",
    note: "The core is what decides: machine, breaker, SLO, retry budget, ledger and outcome. `complete()` adds the clock, the promise, the checks of the answer and its bytes; the transport answers at once, and what the bytes cost alone stands beside it.",
    prepare: async () => ({ subjects: engines(runbookPolicy()), times: 20_000 }),
  },
  loopback: {
    title: "A POST over loopback",
    note: "One after the other on a kept connection, a plain `node:http` server in the same process.",
    prepare: async () => ({ ...(await loopback(localPolicy)), times: 400 }),
  },
};
