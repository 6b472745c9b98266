/** What a contract's schemas cost: when a policy is checked against them, and when an answer is. */
import { existsSync, readFileSync } from "node:fs";
import { compile, memoryHost } from "@fbp/dsl";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Subject } from "./measure.ts";

const ROOT = new URL("..", import.meta.url);
const DATA = new URL("../shared/data/", ROOT);
const OPENAI = new URL("openai-chat.schema.json", DATA);
const CAPTURE = new URL("captures/responses/openai-text.json", DATA);

/** Facts from outside of the project are measured where they are at hand, and the text says what was. */
const HAS_DATA = existsSync(OPENAI) && existsSync(CAPTURE);
export const SCHEMA_NAME = HAS_DATA ? "OpenAI's whole schema" : "the shipped contract (OpenAI's schema is not at hand)";
export const ANSWER_NAME = HAS_DATA
  ? "a captured answer of OpenAI's"
  : "an answer of our own making (no captured one is at hand)";

const OPTIONS = { profile: "development", asOf: "2026-11-22" } as const;

interface ContractDocument {
  readonly request: { schema: unknown };
  readonly response: { schema: unknown };
  $defs: unknown;
}

export let sink: unknown;

function textOf(name: string): string {
  return readFileSync(new URL(name, ROOT), "utf8");
}

function contract(name: string): ContractDocument {
  return JSON.parse(textOf(`policies/contracts/${name}.contract.json`)) as ContractDocument;
}

/** CometAPI's contract with bodies of which nothing is said, or with OpenAI's schema to the letter. */
function withBodies(bodies: "nothing" | "openai"): ContractDocument {
  const document = contract("cometapi");
  if (bodies === "nothing") {
    document.request.schema = {};
    document.response.schema = {};
  } else {
    document.$defs = { ...(document.$defs as object), ...JSON.parse(readFileSync(OPENAI, "utf8")).$defs };
    document.request.schema = { $ref: "#/$defs/CreateChatCompletionRequest" };
    document.response.schema = { $ref: "#/$defs/CreateChatCompletionResponse" };
  }
  return document;
}

/** The runbook policy from text to diagnostics, over such a contract. */
function checking(document: ContractDocument): (times: number) => void {
  const files = {
    "policies/chat-completions.fbp": textOf("policies/chat-completions.fbp"),
    "policies/evidence/backup.evidence.json": textOf("policies/evidence/backup.evidence.json"),
    "policies/contracts/cometapi.contract.json": JSON.stringify(document),
  };
  const once = (): void => {
    const { program, diagnostics } = compile("policies/chat-completions.fbp", memoryHost(files), OPTIONS);
    if (program === null) throw new Error(diagnostics.map(({ text }) => text).join("\n"));
    sink = program;
  };
  return repeatedly(once);
}

/** What a validator needs before it can look at anything. */
function compiling(document: ContractDocument): (times: number) => void {
  return repeatedly(() => {
    sink = [document.request.schema, document.response.schema].map((schema) => ajvFor(document, schema));
  });
}

function ajvFor({ $defs }: ContractDocument, schema: unknown): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  return ajv.compile({ ...(schema as object), $defs });
}

function repeatedly(once: () => void): (times: number) => void {
  return (times) => {
    for (let at = 0; at < times; at++) once();
  };
}

export function checks(): Subject[] {
  const full = HAS_DATA ? withBodies("openai") : contract("cometapi");
  return [
    { name: `plain ajv: the validators of ${SCHEMA_NAME}`, run: compiling(full) },
    { name: "fbp: the runbook policy, over schemas that say nothing", run: checking(withBodies("nothing")) },
    { name: "fbp: the runbook policy, over the shipped contract", run: checking(contract("cometapi")) },
    ...(HAS_DATA ? [{ name: `fbp: the runbook policy, over ${SCHEMA_NAME}`, run: checking(full) }] : []),
  ];
}

/** One policy over the contract that ships for all providers alike; `accept` is `standard`. */
const POLICY = `contract provider from "./contracts/openai-compatible.contract.json"
path primary {
  contract provider
  model    "model-a"
  timeout  8s
}
policy chat {
  start primary
  budget {
    deadline 8s
    attempts 1
  }
  repeat always
  on primary {
    otherwise -> failed -> fail
  }
}
`;

export async function validations(): Promise<Subject[]> {
  const document = contract("openai-compatible");
  const answer: unknown = JSON.parse(
    readFileSync(HAS_DATA ? CAPTURE : new URL("bench/fixtures/answer.json", ROOT), "utf8"),
  );
  const validate = ajvFor(document, document.response.schema);
  const files = { "bench.fbp": POLICY, "contracts/openai-compatible.contract.json": JSON.stringify(document) };
  const compilation = compile("bench.fbp", memoryHost(files), OPTIONS);
  const accept = compilation.policies()[0]?.contracts[0]?.accept;
  const compiled = await validatorIn((await compilation.artefacts())[0]?.text ?? "");
  if (accept?.(answer, {}) !== -1 || !compiled(answer) || !validate(answer)) throw new Error("the answer does not fit");
  let fits = 0;
  return [
    {
      name: "plain ajv: the response schema",
      run: repeatedly(() => {
        if (validate(answer)) fits++;
      }),
    },
    {
      name: "fbp: the compiled validator",
      run: repeatedly(() => {
        if (compiled(answer)) fits++;
      }),
    },
    {
      name: "fbp: `accept`: the validator, an answer, a finish reason",
      run: repeatedly(() => {
        if (accept(answer, {}) === -1) fits++;
        sink = fits;
      }),
    },
  ];
}

/** The function of the emitted module that asks whether an answer fits the response schema; nothing else calls it by itself. */
async function validatorIn(module: string): Promise<(value: unknown) => boolean> {
  const [, name] = /if \(!(fits\$\d+)\(response\)\)/.exec(module) ?? [];
  const text = `${module}\nexport const validator = ${name};`;
  const made = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    validator: (value: unknown) => boolean;
  };
  return made.validator;
}
