/** `docs/records.md` names every field, metric and option that there is, and nothing else. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createFallback, memorySink } from "@fbp/runtime";
import { prometheusSink } from "@fbp/runtime/prometheus";
import { sqliteSink } from "@fbp/runtime/sqlite";
import { ScriptedTransport, VirtualClock } from "@fbp/runtime/virtual";
import { expect, test } from "vitest";
import { compileText } from "./support/compile.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../docs/records.md"), "utf8");

/** Has the queries of alerts over these metrics. */
const ALERTS = readFileSync(join(import.meta.dirname, "../docs/alerts.md"), "utf8");

const POLICY = compileText(`
contract local from "./contracts/local.contract.json"

path primary {
  contract local
  model    "model-a"
  timeout  6s
}

path backup {
  contract local
  model    "model-b"
  timeout  1s..5s
}

policy chat {
  start primary

  budget {
    deadline  20s
    attempts  2
    fallbacks 1
  }

  repeat always

  breaker primary {
    window    60s, at least 20 calls
    opens     at 50% failed
    open      for 30s
    half_open 2 probes
  }

  on primary {
    auth_or_account -> bad_key -> fail
    any transient   -> failed -> fallback backup else fail, page "oncall"
    otherwise       -> failed -> fail
  }

  on backup {
    otherwise -> failed -> fail
  }
}
`);

/** One request that falls back: every part of a record is there. */
async function played() {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, { primary: [{ kind: "returns", status: 503 }] });
  const sink = memorySink();
  const metrics = prometheusSink(POLICY);
  const chat = createFallback(POLICY, { transport, clock, sink, env: { FBP_LOCAL_KEY: "a-key-for-nobody" } });
  metrics.watch(chat);
  const completing = chat.complete({ messages: [] });
  clock.run();
  const { outcome } = await completing;
  const refused = [{ action: "fallback backup", cause: "needs 8s, 4s left" }];
  metrics.write({ ...outcome, decisions: outcome.decisions.map((decision) => ({ ...decision, refused })) });
  return { outcome, text: metrics.text() };
}

/** The names in the first column of the first table after `heading`. */
function named(heading: string): string[] {
  const after = PAGE.slice(PAGE.indexOf(heading) + heading.length);
  const rows = /\n\|.*?\n\|[-|]+\n((?:\|.*\n)+)/.exec(after)?.[1]?.trimEnd().split("\n") ?? [];
  return rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""));
}

test("every field of a record is explained, and nothing that is none", async () => {
  const { outcome } = await played();
  expect(named("## The outcome").sort()).toEqual(Object.keys(outcome).sort());
  expect(named("Each of `attempts`:").sort()).toEqual(Object.keys(outcome.attempts[0] ?? {}).sort());
  expect(named("Each of `decisions`:").sort()).toEqual(Object.keys(outcome.decisions[0] ?? {}).sort());
});

test("every metric is listed, with its type and labels", async () => {
  const { text } = await played();
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const listed = [...PAGE.matchAll(/^\| `(fbp_\w+)` \| (counter|gauge|histogram)/gm)].map(
    ([, name, type]) => `${name} ${type}`,
  );
  expect(listed.sort()).toEqual(types.sort());
  for (const [, name, labels = ""] of PAGE.matchAll(/^\| `(fbp_\w+)` \| [^|]+\|([^|]*)\|/gm)) {
    const said = [
      ...(labels
        .split(";")[0]
        ?.replace(/\([^)]*\)/g, "")
        .matchAll(/`(\w+)`/g) ?? []),
    ].map(([, label]) => label);
    const series = new RegExp(`^${name}(?:_count)?\\{([^}]*)\\}`, "m").exec(text);
    const there = [...(series?.[1] ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label);
    expect(said, name).toEqual(there.slice(1));
  }
});

test("what alerts ask for in PromQL is there before anything has happened", () => {
  const text = prometheusSink(POLICY).text();
  const selectors = [...ALERTS.matchAll(/(fbp_\w+)\{([^}]*)\}\[/g)];
  expect(selectors.length).toBeGreaterThan(8);
  for (const [selector, name = "", labels = ""] of selectors) {
    const wanted = labels.split(",").filter((label) => !/!=|=~/.test(label));
    const series = text.split("\n").filter((line) => line.startsWith(`${name}{`));
    expect(
      series.some((line) => wanted.every((label) => line.includes(label))),
      selector,
    ).toBe(true);
  }
});

test("what the page asks of an SQLite file gets an answer", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fbp-records-"));
  try {
    const path = join(folder, "outcomes.db");
    const sink = sqliteSink(path);
    const { outcome } = await played();
    sink.write({ ...outcome, startedAt: Date.now(), fallbacks: 1 });
    await sink.close();
    const file = new DatabaseSync(path, { readOnly: true });
    const queries = [...PAGE.matchAll(/```sql\n([\s\S]*?)```/g)].flatMap(([, sql = ""]) =>
      sql.split(";").filter((each) => each.includes("SELECT")),
    );
    expect(queries).toHaveLength(2);
    for (const query of queries) expect(file.prepare(query).all(), query).not.toEqual([]);
    file.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
