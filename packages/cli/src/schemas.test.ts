/** What `--json` prints is what docs/schemas says, and docs/schemas says nothing that is never printed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyEvidence } from "@fbp/dsl";
import { expect, test } from "vitest";
import { fbp, POLICY, projectWith } from "./testing/fbp.ts";
import { schemaProblems } from "./testing/schemas.ts";

const SCHEMAS = new URL("../../../docs/schemas/", import.meta.url);
const COMMANDS = [
  "check",
  "build",
  "fmt",
  "test",
  "diff",
  "explain",
  "alerts",
  "graph",
  "init",
  "import",
  "simulate",
  "report",
  "contract-status",
  "contract-verify",
  "contract-check",
  "contract-import",
  "evidence-status",
  "evidence-sign",
] as const;

const FAILING = `
scenario "everything happens" for chat {
  breaker primary is half_open
  primary returns 500 { "error": { "code": "internal_error", "message": "try again" } } with header "x-request-id" "r1"
  primary answers with { "choices": [] }
  backup  times out
  expect  answer from backup, reason primary_timeout
  primary times out
}

scenario "it cannot be played" for chat {
  primary breaks after 3 tokens
  expect  failure
}
`;

const REFUSING = `
scenario "the breaker keeps requests away" for chat {
  breaker primary is open
  backup  answers after 1s
  expect  answer from backup
}
`;

const record = (policy: string): string =>
  policy.replace("  on primary {", "  record {\n    error_body allow [code] up to 64 bytes\n  }\n\n  on primary {");

const PROVIDER = "contracts/provider.contract.json";
const SOURCE = ["--title", "Keys", "--address", "https://acme.example/keys", "--file", "chat.fbp"];

const SIGNATURE = ["--by", "jo", "--note", "200 recorded prompts, see QA-17"];

const EVIDENCE = emptyEvidence("backup", "primary").replace('"pending"', '"pending", "notes": "asked the provider"');

const CAPTURES = [
  { messages: [{ role: "wizard" }] },
  {
    status: 429,
    provider: "acme",
    body: { error: { code: "insufficient_quota", type: "billing" } },
    expect: "rate_limited",
  },
]
  .map((value) => JSON.stringify(value))
  .join("\n");

const THROTTLED = JSON.stringify({ error: { code: "rate_limit_exceeded", message: "slow down" } });

const GATEWAY = readFileSync(new URL("actions/fixtures/gateways/portkey.json", import.meta.url), "utf8");

const OPENAPI = readFileSync(new URL("actions/contract/fixtures/orbit-3.1.json", import.meta.url), "utf8");

/** Each flag doubles the kinds of requests: too many to be explored. */
const FLAGS = POLICY.slice(0, POLICY.indexOf("scenario "))
  .replace("path primary", `context {${flags((flag) => `\n  ${flag}: bool = false`)}\n}\n\npath primary`)
  .replace(
    "    any transient",
    `${flags((flag) => `    server_error when context.${flag} -> ${flag} -> fail\n`)}    any transient`,
  );

function flags(line: (flag: string) => string): string {
  return Array.from({ length: 13 }, (_, index) => line(`f${index}`)).join("");
}

/** What is wrong with it has a place of its own and one that it goes back to. */
const TWICE = `${POLICY}\npath primary {\n  contract provider\n  model "model-a"\n  timeout 8s\n}\n`;

/** One that is held for a time, and one that cannot tell what it is there for. */
const ALERTS = `  alerts {
    failing when failure_rate(primary) > 10% for 5m page "oncall"
    slow    when slow_rate(primary, 6.5s) > 5% notify "oncall"
  }`;

/** A fault of one path that comes and goes, over a mix of requests. */
const FAULTS = `fbp: 1
rate: 20
paths:
  primary:
    latency: { p50: 1s, p95: 3s }
    errors: [{ share: 2%, fault: reset }]
    outages: [{ at: 10s, for: 20s, status: 503, after: 10ms }]
  backup:
    latency: { p50: 1s, p95: 3s }
`;

/** The same paths by a gateway's rules. */
const LITELLM = `model_list:
  - { model_name: primary, litellm_params: { model: openai/a } }
  - { model_name: backup, litellm_params: { model: openai/b } }
`;

type Printed = Readonly<Record<string, unknown[]>>;

let once: Promise<Printed> | null = null;

/** Everything that the commands print, from one run of them all. */
function printed(): Promise<Printed> {
  once ??= runAll();
  return once;
}

async function runAll(): Promise<Printed> {
  const values: Printed = Object.fromEntries(COMMANDS.map((command) => [command, []]));
  const good = projectWith(undefined, {
    "captures.jsonl": CAPTURES,
    "openapi.json": OPENAPI,
    "flags.fbp": FLAGS,
    "faults.yaml": FAULTS,
    "wrong.yaml": "fbp: 1",
  });
  const failing = projectWith((policy) => record(policy) + FAILING);
  const wrong = projectWith((policy) => policy.replace("start primary", "start primry"), {
    "syntax.fbp": "policy {",
    "twice.fbp": TWICE,
  });
  const limited = projectWith((policy) =>
    policy
      .replaceAll(/max_output 4k/g, "max_output 4k\n  price 1 USD in, 4 USD out per 1M tokens")
      .replace("deadline  20s", "deadline  20s\n    tokens    24k\n    cost      0.10 USD"),
  );
  const broken = projectWith((policy) =>
    policy.replace("  on primary {", "  assert always outcome.attempts <= 1\n\n  on primary {"),
  );
  const watched = projectWith((policy) => policy.replace("  on primary {", `${ALERTS}\n\n  on primary {`), {
    "faults.yaml": FAULTS,
    "litellm.yaml": LITELLM,
  });
  const signed = projectWith(
    (policy) =>
      policy.replace("path backup {", 'path backup {\n  validated for primary by "./evidence/backup.evidence.json"'),
    { "evidence/backup.evidence.json": EVIDENCE },
  );
  const refusing = projectWith((policy) => policy + REFUSING);
  const refused = projectWith(undefined, { [PROVIDER]: '{ "fbp": 1, "fbp": 1 }' });
  const runs: readonly (readonly [string, readonly string[], string?])[] = [
    [good, ["check", "chat.fbp", "--explain"]],
    [limited, ["check", "chat.fbp", "--explain"]],
    [wrong, ["check", "."]],
    [broken, ["check", "chat.fbp"]],
    [good, ["build", "chat.fbp", "--out-dir", "out"]],
    [wrong, ["build", "chat.fbp", "--out-dir", "out"]],
    [good, ["fmt", "chat.fbp"]],
    [wrong, ["fmt", "syntax.fbp"]],
    [good, ["fmt", "-"], POLICY],
    [good, ["test", "chat.fbp"]],
    [failing, ["test", "chat.fbp"]],
    [wrong, ["test", "."]],
    [failing, ["diff", "chat.fbp", join(good, "chat.fbp")]],
    [good, ["diff", "flags.fbp", "flags.fbp"]],
    [wrong, ["diff", "twice.fbp", "chat.fbp"]],
    [failing, ["explain", "chat.fbp", "--status", "503"]],
    [failing, ["explain", "chat.fbp", "--status", "429", "--body", "-"], THROTTLED],
    [good, ["explain", "chat.fbp", "--status", "500", "--header", "x-request-id: r1", "--path", "backup"]],
    [good, ["explain", "chat.fbp", "--status", "500", "--after", "9"]],
    [failing, ["explain", "chat.fbp", "--outcome", "outcomes.jsonl", "--trace", "scenario"]],
    [wrong, ["explain", "twice.fbp", "--status", "500"]],
    [good, ["import", "-", "--out", "imported.fbp"], GATEWAY],
    [good, ["import", "-"], "{}"],
    [watched, ["alerts", "chat.fbp", "--output", "rules.yml", "--tests", "rules.test.yml"]],
    [watched, ["alerts", "chat.fbp", "--format", "grafana"]],
    [wrong, ["alerts", "twice.fbp"]],
    [good, ["graph", "chat.fbp", "--output", "chat.svg"]],
    [good, ["graph", "chat.fbp", "--format", "mermaid"]],
    [wrong, ["graph", "twice.fbp"]],
    [good, ["init", "begun"]],
    [good, ["simulate", "chat.fbp", "--profile", "faults.yaml", "--for", "1m", "--vary", "budget.attempts=3"]],
    [good, ["simulate", "chat.fbp", "--profile", "wrong.yaml"]],
    [watched, ["simulate", "chat.fbp", "--profile", "faults.yaml", "--for", "1m", "--beside", "litellm.yaml"]],
    [wrong, ["simulate", "twice.fbp", "--profile", "faults.yaml"]],
    [failing, ["simulate", "chat.fbp", "--replay", "outcomes.jsonl"]],
    [failing, ["report", "outcomes.jsonl"]],
    [refusing, ["report", "outcomes.jsonl"]],
    [failing, ["report", "outcomes.jsonl", "--billing", "-", "--prices", "chat.fbp"], "time,cost\n,0.01\n"],
    [failing, ["report", "outcomes.jsonl", "--billing", "-"], "nothing\n"],
    [good, ["contract", "verify", PROVIDER, "auth", "--checker", "jo", "--valid-days", "90", ...SOURCE]],
    [good, ["contract", "verify", PROVIDER, "limits", "--pending", "--notes", "429 came without Retry-After"]],
    [good, ["contract", "status", "chat.fbp"]],
    [wrong, ["contract", "status", "."]],
    [good, ["contract", "check", PROVIDER, "captures.jsonl"]],
    [refused, ["contract", "check", PROVIDER, "captures.jsonl"]],
    [good, ["contract", "import", "openapi.json", "--operation", "createChat", "--out", "made.contract.json"]],
    [good, ["contract", "import", "openapi.json"]],
    [signed, ["evidence", "sign", "chat.fbp", "--path", "backup", "--criterion", "prompt,token_budget", ...SIGNATURE]],
    [signed, ["evidence", "status", "chat.fbp"]],
    [wrong, ["evidence", "status", "."]],
    [wrong, ["evidence", "sign", "twice.fbp", "--path", "backup", "--criterion", "prompt", ...SIGNATURE]],
    [refused, ["contract", "verify", PROVIDER, "auth", "--checker", "jo", "--valid-days", "90"]],
  ];
  await recordScenarios(failing);
  await recordScenarios(refusing);
  for (const [cwd, argv, input] of runs) {
    const { out } = await fbp([...argv, "--json"], { cwd, ...(input === undefined ? {} : { input }) });
    const name = argv[0] === "contract" || argv[0] === "evidence" ? `${argv[0]}-${argv[1]}` : argv[0];
    values[name ?? ""]?.push(JSON.parse(out));
  }
  return values;
}

/** What scenarios come to, in the file that a service would record its requests in. */
async function recordScenarios(cwd: string): Promise<void> {
  const { out } = await fbp(["test", "chat.fbp", "--json"], { cwd });
  const { scenarios } = JSON.parse(out) as { readonly scenarios: readonly { readonly outcome: unknown }[] };
  const outcomes = scenarios.flatMap(({ outcome }) => (outcome === null ? [] : [`${JSON.stringify(outcome)}\n`]));
  writeFileSync(join(cwd, "outcomes.jsonl"), outcomes.join(""));
}

test.each(COMMANDS)("what fbp %s prints is of its schema", async (command) => {
  for (const value of (await printed())[command] ?? []) {
    expect(schemaProblems(command, value)).toEqual([]);
  }
});

test.each(COMMANDS)("every field in the schema of fbp %s is printed somewhere", async (command) => {
  const left = unprinted(`${command}.schema.json`, (await printed())[command] ?? []);
  // Only a check works out what can happen, and so has requests to tell of; a scenario is never sent twice; and what is
  // wrong with a gateway's configuration or with a bill has one place.
  const isOthers = (place: string): boolean =>
    place.endsWith("/outcome/warnings/*") ||
    (command !== "check" && place.endsWith("/diagnostics/*/story")) ||
    ((command === "import" || command === "report") && place.endsWith("/related/*"));
  expect(left.filter((place) => !isOthers(place))).toEqual([]);
});

test("a field that no schema knows would be noticed", async () => {
  const [value] = (await printed()).check ?? [];
  expect(schemaProblems("check", { ...(value as object), more: 1 })).not.toEqual([]);
});

/** The places of a schema that none of the values fills. */
function unprinted(reference: string, values: readonly unknown[], place = ""): string[] {
  const [file = "", pointer = ""] = reference.split("#");
  if (values.length === 0) return [place];
  // What a manifest holds is for its own test to say.
  if (file === "manifest.schema.json") return [];
  const document = JSON.parse(readFileSync(new URL(file, SCHEMAS), "utf8")) as object;
  const schema = pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
  const { $ref, properties, items, anyOf } = schema as {
    readonly $ref?: string;
    readonly properties?: object;
    readonly items?: object;
    readonly anyOf?: readonly object[];
  };
  if ($ref !== undefined) return unprinted($ref.startsWith("#") ? file + $ref : $ref, values, place);
  const inside = (step: string): string => `${file}#${pointer}/${step}`;
  const objects = values.filter((value) => typeof value === "object" && value !== null) as Record<string, unknown>[];
  return [
    ...Object.keys(properties ?? {}).flatMap((name) => {
      const held = objects.map((object) => object[name]).filter((value) => value !== undefined);
      return unprinted(inside(`properties/${name}`), held, `${place}/${name}`);
    }),
    ...(items === undefined ? [] : unprinted(inside("items"), values.flat(), `${place}/*`)),
    ...(anyOf ?? []).flatMap((_, index) => unprinted(inside(`anyOf/${index}`), objects, place)),
  ];
}
