/** What a billing export may look like, and what is said of one that cannot be used. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Report, textOf } from "@fbp/dsl";
import { describe, expect, it, test } from "vitest";
import { memoryIo } from "../../testing/memory-io.ts";
import { openBilling } from "./open-billing.ts";
import { readBilling } from "./read-billing.ts";

async function read(text: string) {
  const report = new Report();
  const billing = await readBilling({ name: "bill.csv", text }, report);
  return { entries: billing?.entries, found: report.diagnostics };
}

describe("an export", () => {
  it("is read by the names of its columns", async () => {
    const { entries, found } = await read(
      [
        "\ufeffcreated_at,Model,Request ID,promptTokens,completion_tokens,Cost (USD)",
        '2026-11-22T10:31:05.250Z,model-a,req_1,"1,200",300,0.0060',
        "",
        "2026-11-22 10:31:06,model-a,,,,$0.5",
      ].join("\r\n"),
    );
    expect(found).toEqual([]);
    expect(entries).toEqual([
      {
        line: 2,
        at: Date.parse("2026-11-22T10:31:05.250Z"),
        withinMs: 1,
        model: "model-a",
        requestId: "req_1",
        input: 1200,
        output: 300,
        costNanos: 6_000_000,
        costStepNanos: 100_000,
        currency: "USD",
      },
      {
        line: 4,
        at: Date.parse("2026-11-22T10:31:06Z"),
        withinMs: 1000,
        model: "model-a",
        requestId: null,
        input: null,
        output: null,
        costNanos: 500_000_000,
        costStepNanos: 100_000_000,
        currency: "USD",
      },
    ]);
  });

  it("may be parted by semicolons, with decimal commas", async () => {
    const { entries } = await read("date;model;cost;currency\n2026-11-22;model-a;0,0045;eur\n");
    expect(entries).toMatchObject([{ withinMs: 86_400_000, costNanos: 4_500_000, currency: "EUR" }]);
  });

  it.each([
    ["1763806265", "2025-11-22T10:11:05.000Z", 1000],
    ["1763806265250", "2025-11-22T10:11:05.250Z", 1],
    ["2026-11-22T10:31+01:00", "2026-11-22T09:31:00.000Z", 60_000],
    ["2026-11-22 10:31:05 UTC", "2026-11-22T10:31:05.000Z", 1000],
  ])("takes the time %s", async (text, iso, withinMs) => {
    const { entries } = await read(`time,cost\n${text},1\n`);
    expect(entries).toMatchObject([{ at: Date.parse(iso), withinMs }]);
  });

  it.each([
    ["4.5e-3", 4_500_000, 100_000],
    ["0.0000001234", 123, 1],
    ["0.0045 EUR", 4_500_000, 100_000],
    ['"1,234.5"', 1_234_500_000_000, 100_000_000],
  ])("takes the amount %s", async (text, nanos, step) => {
    const { entries } = await read(`request_id,cost\nr,${text}\n`);
    expect(entries).toMatchObject([{ costNanos: nanos, costStepNanos: step }]);
  });
});

describe("what is wrong", () => {
  it("is marked where it stands, and nothing else of the file is shown", async () => {
    const text = 'user,request id,cost\n"jo\nann",r1,1\nsk-proj-abcdefghijklmnop,r2,many\n';
    const { found } = await read(text);
    expect(found.map(({ code, span, text: says }) => [code, textOf(span), says])).toEqual([
      ["FBP3334", "user", 'the column "user" is not read'],
      ["FBP3335", "many", '"many" stands for the cost, and is not an amount such as 0.0045'],
    ]);
    expect(found[1]?.span.source.text.split("\n")[3]).toMatch(/^ +many$/);
    expect(JSON.stringify(found)).not.toMatch(/jo|ann|sk-proj|r1|r2/);
  });

  it("is told for five values, and then the rest is not read", async () => {
    const { found } = await read(`request id,cost\n${"r,-1\n".repeat(9)}`);
    expect(found.map(({ code }) => code)).toEqual(Array(5).fill("FBP3335"));
  });

  it.each([
    ["no line", "", "it is empty"],
    ["too many columns", `${"x,".repeat(300)}cost\n`, "it has more than 200 columns"],
    ["a long field", `request id,cost\n${"r".repeat(1001)},1\n`, "a field is longer than 1,000 letters"],
    ["a long line", `request id,cost\n${"r".repeat(70_000)},1\n`, "a line is longer than 64 KiB"],
    ["a stray mark", 'request id,cost\nr"x"y,1\n', "a quotation mark stands where none can"],
  ])("%s", async (_, text, why) => {
    const { entries, found } = await read(text);
    expect(entries).toBeUndefined();
    expect(found.at(-1)?.text).toBe(`the billing export cannot be read from here on: ${why}`);
  });

  test("a file that is not there", async () => {
    const { findings } = await openBilling(memoryIo({ cwd: import.meta.dirname }), "none.csv");
    expect(findings).toMatchObject([{ code: "FBP3330", text: '"none.csv" cannot be read: there is no such file' }]);
  });
});

describe.each(["FBP3331", "FBP3332", "FBP3333", "FBP3334", "FBP3335", "FBP3336"])("the page of %s", (code) => {
  const page = readFileSync(join(import.meta.dirname, `../../../../../docs/diagnostics/${code}.md`), "utf8");
  const example = (kind: string) => new RegExp(`\`\`\`csv ${kind}\n(.*?)\`\`\``, "su").exec(page)?.[1] ?? "";

  it("shows the mistake and the way out", async () => {
    const { found } = await read(example("wrong"));
    expect([...new Set(found.map((one) => one.code))]).toEqual([code]);
    expect((await read(example("right"))).found).toEqual([]);
  });
});
