import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyEvidence } from "@fbp/dsl";
import { describe, expect, test } from "vitest";
import { fbp, projectWith } from "../../testing/fbp.ts";

const FILE = "evidence/backup.evidence.json";
const SIGN = ["evidence", "sign", "chat.fbp", "--path", "backup"];
const JO = ["--by", "Jo Doe", "--note", "200 recorded prompts, see QA-17"];
const ALL = "prompt,response_format,token_budget,latency_under_load,data_handling_and_safety,output_parser";

const validated = (policy: string): string =>
  policy.replace("path backup {", `path backup {\n  validated for primary by "./${FILE}"`);

const project = (text = emptyEvidence("backup", "primary")): string => projectWith(validated, { [FILE]: text });
const textOf = (cwd: string): string => readFileSync(join(cwd, FILE), "utf8");

function change(cwd: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(cwd, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(cwd, file), text.replace(from, to));
}

async function lacking(cwd: string): Promise<string> {
  const { out } = await fbp(["check", "chat.fbp", "--json"], { cwd });
  const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly Readonly<Record<string, string>>[] };
  return diagnostics.find(({ code }) => code === "FBP8005")?.message ?? "";
}

describe("a signature", () => {
  test("is written in place, about the paths as they are, and the check no longer asks for it", async () => {
    const cwd = project();
    expect(await lacking(cwd)).toContain("`prompt`");
    const { status, out, err } = await fbp([...SIGN, "--criterion", "prompt, output_parser", ...JO], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot("./snapshots/sign.txt");
    expect(await lacking(cwd)).not.toMatch(/prompt|output_parser/u);
    const explained = (await fbp(["check", "chat.fbp", "--explain"], { cwd })).out;
    const against = JSON.parse(
      /"against": (\{.*?\})/s.exec(explained)?.[1]?.replace(/\n\s*/g, "") ?? "null",
    ) as unknown;
    const { criteria } = JSON.parse(textOf(cwd)) as { readonly criteria: Readonly<Record<string, unknown>> };
    const [by, note] = ["Jo Doe", "200 recorded prompts, see QA-17"];
    const record = { status: "passed", day: "2026-11-22", validDays: 90, check: note, against };
    expect(criteria.prompt).toEqual({ ...record, signed: { by, day: "2026-11-22", statement: note } });
    expect(criteria.output_parser).toEqual(criteria.prompt);
    expect(textOf(cwd)).toContain('    "token_budget": { "status": "pending" },\n');
  });

  test("of all six makes the path eligible, from the day that is said for as long as is said", async () => {
    const cwd = project();
    const days = ["--as-of", "2026-11-20", "--valid-days", "10"];
    expect((await fbp([...SIGN, "--criterion", ALL, ...JO, ...days], { cwd })).out).toContain(
      "backup is eligible until 2026-11-30\n",
    );
    expect((await fbp(["evidence", "status", "chat.fbp"], { cwd })).status).toBe(0);
    expect((await fbp(["evidence", "status", "chat.fbp", "--as-of", "2026-12-01"], { cwd })).status).toBe(1);
    expect(await lacking(cwd)).toBe("");
  });

  test("that the path failed leaves it unfit, and names what was there before", async () => {
    const cwd = project();
    await fbp([...SIGN, "--criterion", "prompt", ...JO], { cwd });
    const { status, out } = await fbp([...SIGN, "--criterion", "prompt", ...JO, "--failed"], { cwd });
    expect(status).toBe(0);
    expect(out).toContain("before: passed on 2026-11-22, Jo Doe: 200 recorded prompts, see QA-17\n");
    expect(out).toContain("mend what failed first");
    expect(await lacking(cwd)).toContain("`prompt` failed");
  });

  test("keeps the file's layout and remarks, and says so where nothing changes", async () => {
    const cwd = project(
      '{"fbp":1,\r\n\t"path":"backup", "for":"primary",\r\n\t"criteria":{"prompt":{"status":"pending","notes":"hm"}}}',
    );
    await fbp([...SIGN, "--criterion", "prompt", ...JO], { cwd });
    expect(textOf(cwd)).toMatch(
      /^\{"fbp":1,\r\n\t"path":"backup", "for":"primary",\r\n\t"criteria":\{.*"notes":"hm"\}\}\}$/su,
    );
    const text = textOf(cwd);
    const again = await fbp([...SIGN, "--criterion", "prompt", ...JO], { cwd });
    expect(again).toEqual({ status: 0, out: `${FILE} says so already\n`, err: "" });
    expect(textOf(cwd)).toBe(text);
  });

  test("is only shown with --dry-run", async () => {
    const cwd = project();
    const text = textOf(cwd);
    const { status, out } = await fbp([...SIGN, "--criterion", "prompt", ...JO, "--dry-run"], { cwd });
    expect(status).toBe(0);
    expect(out).toContain(`+++ b/${FILE}\n`);
    expect(textOf(cwd)).toBe(text);
  });

  test.each([
    ["a criterion that there is not", ["--criterion", "promt", ...JO], 'promt"; did you mean prompt?'],
    ["no note", ["--criterion", "prompt", "--by", "jo", "--note", "…"], "say what was tried"],
    ["nobody", ["--criterion", "prompt", "--by", " ", "--note", "tried"], "say who stands for it"],
    ["a day to come", ["--criterion", "prompt", ...JO, "--as-of", "2026-11-23"], "2026-11-23 has not come yet"],
    ["a trial that is over", ["--criterion", "prompt", ...JO, "--as-of", "2026-01-01"], "check again"],
    ["another path", ["--criterion", "prompt", ...JO, "--path", "bakup"], "did you mean backup?"],
    ["both verdicts", ["--criterion", "prompt", ...JO, "--passed", "--failed"], "cannot be used with"],
  ])("is refused for %s, in one line", async (_, argv, said) => {
    const cwd = project();
    const text = textOf(cwd);
    const { status, out, err } = await fbp([...SIGN, ...argv], { cwd });
    expect({ status, out, lines: err.split("\n").length }).toEqual({ status: 2, out: "", lines: 2 });
    expect(err).toContain(said);
    expect(textOf(cwd)).toBe(text);
  });

  test("is refused where there is no evidence, or it is about other paths", async () => {
    const argv = [...SIGN, "--criterion", "prompt", ...JO];
    const missing = await fbp(argv, { cwd: projectWith(validated) });
    expect({ status: missing.status, out: missing.out }).toEqual({ status: 1, out: "" });
    expect(missing.err).toMatch(/FBP8002.*is not there[\s\S]*nothing is signed\n$/u);
    expect((await fbp(argv, { cwd: project(emptyEvidence("spare", "primary")) })).err).toContain("FBP8004");
    expect((await fbp(argv, { cwd: projectWith() })).err).toContain('add `validated for primary by "./evidence/backup');
  });
});

describe("the status", () => {
  test("of evidence that is partly there says what is next", async () => {
    const cwd = project();
    await fbp([...SIGN, "--criterion", "data_handling_and_safety", ...JO], { cwd });
    const { status, out, err } = await fbp(["evidence", "status", "chat.fbp"], { cwd });
    expect({ status, err }).toEqual({ status: 1, err: "" });
    await expect(out).toMatchFileSnapshot("./snapshots/status.txt");
  });

  test.each([
    ["policy", "chat.fbp", '"model-b"', '"model-c"', "a path, or a check of its answers, has changed since"],
    [
      "contracts",
      "contracts/provider.contract.json",
      "/chat/completions",
      "/v2/chat",
      "what a contract says has changed since",
    ],
  ])(
    "of a changed %s names what was signed, what changed, and what to run again",
    async (key, file, from, to, said) => {
      const cwd = project();
      await fbp([...SIGN, "--criterion", ALL, ...JO], { cwd });
      change(cwd, file, from, to);
      const { status, out } = await fbp(["evidence", "status", "chat.fbp"], { cwd });
      expect(status).toBe(1);
      expect(out).toContain(said);
      expect(out).toMatch(new RegExp(`${key} sha256-\\w{8}… then, sha256-\\w{8}… now`, "u"));
      expect(out).toContain("fbp canary chat.fbp --path backup");
      const { out: checked } = await fbp(["check", "chat.fbp"], { cwd });
      expect(checked).toContain("were tried on what has changed since");
      expect(checked).toContain("fbp evidence status chat.fbp");
      const [command = ""] = /fbp evidence sign .*/u.exec(out) ?? [];
      expect(command).toContain("--criterion prompt,token_budget,");
    },
  );

  test("without a path that takes over is fine", async () => {
    const cwd = projectWith((policy) =>
      policy.slice(0, policy.indexOf("scenario ")).replaceAll("fallback backup else ", ""),
    );
    const { out } = await fbp(["evidence", "status", "chat.fbp"], { cwd });
    expect(out).toBe("no fallback names a path, so no evidence is needed\n");
  });

  test("of a path whose evidence is not there says so, and what makes it", async () => {
    const { status, out, err } = await fbp(["evidence", "status", "chat.fbp"], { cwd: projectWith(validated) });
    expect(status).toBe(1);
    expect(out).toContain("evidence/backup.evidence.json is not there yet");
    expect(out).toMatch(
      /6 missing\na call makes the file, and tries response_format:\n {2}fbp canary chat.fbp --path backup --policy chat --evidence evidence\/backup.evidence.json\n$/,
    );
    expect(err).toContain("FBP8002");
  });
});
