/** What it costs to work out what can happen to a request: the runbook policy, and policies that grow in one way each. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Compilation, compile, memoryHost, type PolicyModel } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import { prove } from "@fbp/dsl/proof";
import type { Subject } from "./measure.ts";

interface Shape {
  readonly paths: number;
  /** Declared ones, beside the built-in signals. */
  readonly signals: number;
  readonly attempts: number;
}

const BASE: Shape = { paths: 3, signals: 5, attempts: 3 };

const SHAPES: readonly Shape[] = [
  ...[1, 2, 5, 10, 25, 50, 100].map((paths) => ({ ...BASE, paths })),
  ...[10, 20, 40].map((signals) => ({ ...BASE, signals })),
  ...[2, 4, 6, 8].map((attempts) => ({ ...BASE, attempts })),
  { paths: 50, signals: 20, attempts: 3 },
];

/** The runbook policy's, beside its check without a proof; nothing of either is kept from one time to the next. */
export function runbookProof(): Subject[] {
  const host = nodeHost(fileURLToPath(new URL("..", import.meta.url)));
  const options = { profile: "development", asOf: "2026-11-22", prove: false } as const;
  const check = (): Compilation => compile("policies/chat-completions.fbp", host, options);
  const [model] = check().program?.policies ?? [];
  if (model === undefined) throw new Error("the runbook policy does not compile");
  return [
    {
      name: "everything before the proof",
      run: (times) => {
        for (let at = 0; at < times; at++) check();
      },
    },
    subject("the proof of the runbook policy", model),
  ];
}

export function grownProofs(): Subject[] {
  return SHAPES.map((shape) => {
    const { paths, signals, attempts } = shape;
    return subject(`${paths} paths, ${signals} signals more, ${attempts} attempts`, modelOf(textOf(shape)));
  });
}

function subject(name: string, model: PolicyModel): Subject {
  return {
    name,
    run: (times) => {
      for (let at = 0; at < times; at++) {
        // What was worked out of a model is kept with it.
        const proved = prove({ ...model });
        if (proved.kind !== "proved") throw new Error(`${name}: ${proved.why}`);
      }
    },
  };
}

function modelOf(text: string): PolicyModel {
  const contract = new URL("../policies/contracts/local.contract.json", import.meta.url);
  const host = memoryHost({ "bench.fbp": text, "contracts/local.contract.json": readFileSync(contract, "utf8") });
  const found: Compilation = compile("bench.fbp", host, { profile: "development", asOf: "2026-11-22", prove: false });
  const [model] = found.program?.policies ?? [];
  if (model === undefined)
    throw new Error(found.diagnostics.map(({ code, text: what }) => `${code} ${what}`).join("; "));
  return model;
}

/** Each path retries, then falls back to the next one. */
function textOf({ paths, signals, attempts }: Shape): string {
  const fallbacks = Math.min(paths - 1, Math.max(1, Math.floor(attempts / 2)));
  const retries = Math.max(1, attempts - 1 - fallbacks);
  const names = Array.from({ length: paths }, (_, at) => `p${at}`);
  const declared = Array.from({ length: signals }, (_, at) => `odd_${at}`);
  return [
    'contract local from "./contracts/local.contract.json"',
    ...declared.map((name) => `signal ${name} is transient`),
    "signals for local {",
    ...declared.map((name) => `  ${name} when error.code == "${name}"`),
    "  documented",
    "  standard",
    "}",
    ...names.map((name) => `path ${name} {\n  contract local\n  model "${name}"\n  timeout 1s..8s\n  max_output 1k\n}`),
    "policy grown {",
    "  start p0",
    `  budget {\n    deadline 60s\n    attempts ${attempts}\n    retries ${retries}\n${fallbacks > 0 ? `    fallbacks ${fallbacks}\n` : ""}    tokens 20k\n  }`,
    ...names.map(
      (name) =>
        `  breaker ${name} {\n    window 60s, at least 20 calls\n    opens at 50% failed\n    open for 30s\n    half_open 2 probes\n  }`,
    ),
    "  repeat only when request.tools is absent",
    ...names.map((name, at) => {
      const next = names[at + 1];
      const on = next === undefined ? "" : ` else fallback ${next}`;
      return [
        `  on ${name} {`,
        ...declared.map((signal) => `    ${signal} -> ${signal}_on_${name} -> retry after 250ms..2s${on} else fail`),
        `    any transient -> failed_on_${name} -> retry after 250ms..2s${on} else fail`,
        ...(next === undefined ? [] : [`    circuit_open -> open_on_${name} -> fallback ${next} else fail`]),
        `    otherwise -> refused_on_${name} -> fail`,
        "  }",
      ].join("\n");
    }),
    "}",
    "",
  ].join("\n");
}
