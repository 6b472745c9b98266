/**
 * Keys planted in the environment, in what providers say and in every file that a command reads; then everything that
 * it prints and writes is searched for them.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Behaviour, HEALTHY, Provider } from "../../packages/cli/src/provider/index.ts";
import { ENV, everything, inCopy, nameIn, ROWS, wordsOf } from "../../packages/cli/src/testing/commands.ts";
import { fbp } from "../../packages/cli/src/testing/fbp.ts";

/** Looks like none: what keeps it back must know it. */
const OWN = "kanari.of+the/environment.0001";
const OWN_ENV = Object.fromEntries([...Object.keys(ENV), "OPENAI_API_KEY", "COMETAPI_KEY"].map((name) => [name, OWN]));

/** Looks like one: it may stand anywhere. */
const KEY = "sk-kanari-0123456789abcdef";

let provider: Provider;
let project = "";
let answer: Behaviour = HEALTHY;

beforeAll(async () => {
  provider = await Provider.start({ choose: () => answer });
  project = await everything(provider.url);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await provider.close();
});

const LINES = Object.values(ROWS).flatMap(({ lines, noJson }) =>
  lines.map((line) => [line.map(nameIn).slice(0, 2).join(" "), line, noJson === undefined] as const),
);

/** Runs it in each form, in copies that `plant` has changed, and says where a key came out. */
async function leaks(
  words: readonly string[],
  hasJson: boolean,
  plant: (cwd: string) => void = () => {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const more of hasJson ? [[], ["--json"]] : [[]]) {
    await inCopy(project, async (cwd) => {
      plant(cwd);
      const before = stateOf(cwd);
      const { out, err } = await fbp([...words, ...more], { cwd, env: OWN_ENV });
      const said: Record<string, string> = { "standard output": out, "standard error": err };
      for (const [name, state] of Object.entries(stateOf(cwd))) {
        if (before[name] !== state) said[name] = readFileSync(join(cwd, name), "latin1");
      }
      for (const [where, text] of Object.entries(said)) {
        for (const key of [OWN, KEY])
          if (text.includes(key)) found.push(`${key} in ${where} of ${words.join(" ")} ${more}`);
      }
    });
  }
  return found;
}

function stateOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

describe("the environment's keys", () => {
  const body = { error: { message: `wrong key ${OWN}`, code: OWN, type: `Bearer ${OWN}`, param: OWN } };
  const said = { choices: [{ message: { content: OWN }, finish_reason: OWN }] };
  const answers: Readonly<Record<string, Behaviour>> = {
    "an answer": { kind: "whole", body: said, headers: { "x-request-id": OWN } },
    "an error": { kind: "whole", status: 401, body, headers: { "x-request-id": OWN, "retry-after": OWN } },
    "a page": { kind: "whole", status: 502, body: `<title>${OWN}</title>` },
  };

  test.each(LINES)("come out of nothing that fbp %s prints or writes", async (_, line) => {
    answer = HEALTHY;
    expect(await leaks(wordsOf(line), false)).toEqual([]);
  });

  test.each(Object.keys(answers))("are not told where a provider sends them back in %s", async (kind) => {
    answer = answers[kind] ?? HEALTHY;
    const words = ["canary", "chat.fbp", "--path", "backup", "--evidence", "backup.evidence.json"];
    provider.calls.length = 0;
    expect(await leaks(words, true)).toEqual([]);
    expect(await leaks(["canary", "chat.fbp", "--print"], false)).toEqual([]);
    expect(JSON.stringify(provider.calls[0]?.headers)).toContain(OWN);
  });
});

const READING = LINES.flatMap(([name, line, hasJson]) =>
  line.flatMap((word) => (word.startsWith("<") ? [[name, word.slice(1), line, hasJson] as const] : [])),
);

/** What somebody may have put into a file by mistake, by its ending: texts that are broken, and such as say something else. */
function spoilt(file: string): readonly string[] {
  if (file.endsWith(".fbp")) {
    return [
      `path primary {\n  model "${KEY}" ${KEY}\n  contract ${KEY}\n}\npolicy chat { start "${KEY}" }`,
      `contract provider from "./${KEY}.json"\n\npath ${KEY.replaceAll("-", "_")} {\n  timeout "Bearer ${KEY}"\n}`,
    ];
  }
  if (file.endsWith(".yaml")) return [`api_key: ${KEY}\n bad: [${KEY}`, `fbp: 1\n"${KEY}": ${KEY}\nrate: ${KEY}\n`];
  const spread = { api_key: KEY, [KEY]: KEY, fbp: KEY, messages: KEY, auth: { env: KEY, scheme: KEY }, error: KEY };
  return [`{ "api_key": "${KEY}", "x": ,, "${KEY}": ${KEY} }`, JSON.stringify(spread), `${KEY}\n${KEY}`];
}

test.each(READING)(
  "a key in what is no proper input comes out of fbp %s in place of %s nowhere",
  async (_, file, line, hasJson) => {
    answer = HEALTHY;
    for (const [index, text] of spoilt(file).entries()) {
      const plant = (cwd: string): void => writeFileSync(join(cwd, file), text);
      expect(await leaks(wordsOf(line), hasJson && index === 0 && file === "chat.fbp", plant)).toEqual([]);
    }
  },
);

type Contract = Record<"endpoint" | "auth" | "errors" | "limits", Record<string, unknown>>;

const IN_CONTRACT: Readonly<Record<string, (contract: Contract) => void>> = {
  "a header": ({ endpoint }) =>
    Object.assign(endpoint, { headers: { "x-api-key": KEY, authorization: `Bearer ${KEY}` } }),
  "the address": ({ endpoint }) =>
    Object.assign(endpoint, { baseUrl: `https://jo:${KEY}@provider.example/?key=${KEY}` }),
  "the name of the variable": ({ auth }) => Object.assign(auth, { env: KEY }),
  "the scheme": ({ auth }) => Object.assign(auth, { scheme: `Bearer ${KEY}` }),
  "a condition": ({ errors }) => Object.assign(errors, { conditions: [{ signal: KEY, code: KEY }] }),
};

const ABOUT_POLICIES = READING.filter(([, file]) => file === "chat.fbp" || file.startsWith("contracts/"));

function plantIn(where: string): (cwd: string) => void {
  return (cwd) => {
    const file = join(cwd, "contracts/provider.contract.json");
    const contract = JSON.parse(readFileSync(file, "utf8")) as Contract;
    IN_CONTRACT[where]?.(contract);
    writeFileSync(file, JSON.stringify(contract, null, 2));
  };
}

test.each(ABOUT_POLICIES)("a key in a header of a contract comes out of fbp %s nowhere", async (_, __, line) => {
  expect(await leaks(wordsOf(line), false, plantIn("a header"))).toEqual([]);
});

test.each(Object.keys(IN_CONTRACT))("a key in %s of a contract comes out nowhere", async (where) => {
  for (const words of [
    ["check", "chat.fbp"],
    ["canary", "chat.fbp"],
    ["contract", "status", "chat.fbp"],
  ]) {
    expect(await leaks(words, true, plantIn(where))).toEqual([]);
  }
  expect(await leaks(["canary", "chat.fbp", "--print"], false, plantIn(where))).toEqual([]);
});

test.each(["sarif", "github"])("a key in a policy comes out of a check for %s nowhere", async (format) => {
  const plant = (cwd: string): void => writeFileSync(join(cwd, "chat.fbp"), spoilt("chat.fbp")[0] ?? "");
  expect(await leaks(["check", "chat.fbp", "--format", format], false, plant)).toEqual([]);
});

test.each(READING.filter(([, file]) => file === "outcomes.jsonl"))(
  "a key in recorded outcomes comes out of fbp %s nowhere",
  async (_, file, line, hasJson) => {
    expect(await leaks(wordsOf(line), hasJson, (cwd) => plantInOutcomes(join(cwd, file)))).toEqual([]);
  },
);

/** In fields that no outcome has, and in the texts that providers fill. */
function plantInOutcomes(file: string): void {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const changed = lines.map((line) => {
    const outcome = JSON.parse(line) as { attempts: object[]; decisions: object[] };
    const error = { code: KEY, type: `Bearer ${KEY}`, message: KEY, other: KEY };
    const attempts = outcome.attempts.map((one) => ({ ...one, error, providerRequestId: KEY, headers: KEY }));
    return JSON.stringify({
      ...outcome,
      key: KEY,
      attempts,
      decisions: outcome.decisions.map((one) => ({ ...one, key: KEY })),
    });
  });
  writeFileSync(file, `${changed.join("\n")}\n${KEY}\n`);
}

test("a key in the error that is explained comes out nowhere", async () => {
  const error = JSON.stringify({ error: { code: KEY, message: `wrong key ${KEY}`, type: KEY, param: KEY }, key: KEY });
  const request = JSON.stringify({ messages: [{ role: "user", content: KEY }], user: KEY });
  const headers = ["--header", `authorization: Bearer ${KEY}`, "--header", `x-request-id: ${KEY}`];
  const plant = (cwd: string): void => {
    writeFileSync(join(cwd, "error.json"), error);
    writeFileSync(join(cwd, "request.json"), request);
  };
  for (const status of ["401", "500"]) {
    const words = ["explain", "chat.fbp", "--status", status, "--body", "error.json", "--request", "request.json"];
    expect(await leaks([...words, ...headers], true, plant)).toEqual([]);
  }
});

test("a key in captured traffic comes out nowhere", async () => {
  const error = {
    status: 401,
    provider: KEY,
    headers: { "x-key": KEY },
    body: { error: { code: KEY, message: KEY } },
    expect: KEY,
  };
  const capture = [error, { messages: [{ role: KEY, content: KEY }], [KEY]: KEY }, { choices: [{ message: KEY }] }];
  const plant = (cwd: string): void =>
    writeFileSync(join(cwd, "c.jsonl"), capture.map((one) => `${JSON.stringify(one)}\n`).join(""));
  expect(await leaks(["contract", "check", "contracts/provider.contract.json", "c.jsonl"], true, plant)).toEqual([]);
});
