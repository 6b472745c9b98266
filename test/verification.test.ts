/** docs/verification.md, followed to the letter: every command on it is run, in a project with the shipped runbook. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fbp } from "../packages/cli/src/testing/fbp.ts";
import { evidenceText } from "./support/evidence.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGE = readFileSync(join(ROOT, "docs/verification.md"), "utf8");
const POLICY = "policies/chat-completions.fbp";

/** As a shell splits them, as far as the page needs. */
const COMMANDS = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap(([, block = ""]) => block.trim().split("\n"))
  .map((line) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => (quoted ?? word ?? "").replace("$USER", "jo")),
  );

let project = "";

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "fbp-verification-"));
  mkdirSync(join(project, ".git"));
  mkdirSync(join(project, "sources"));
  writeFileSync(join(project, "sources/cometapi-limits.html"), "<p>as read</p>\n");
  cpSync(join(ROOT, "policies"), join(project, "policies"), { recursive: true });
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

async function run(...argv: readonly string[]) {
  return fbp(argv, { cwd: project });
}

/** Of verification and eligibility; what else may be said is not the matter here. */
async function codes(...argv: readonly string[]): Promise<readonly string[]> {
  const { out } = await run("check", POLICY, "--json", ...argv);
  const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly { readonly code: string }[] };
  return diagnostics.map(({ code }) => code).filter((code) => /^FBP[38]/.test(code));
}

describe("docs/verification.md", () => {
  it("has commands", () => expect(COMMANDS.length).toBeGreaterThan(6));

  it.each(COMMANDS.map((argv) => [argv.join(" "), argv] as const))("%s", async (_, [command, ...argv]) => {
    expect(command).toBe("fbp");
    const { status, out, err } = await run(...argv);
    expect({ status, err }, out).toEqual({ status: 0, err: "" });
  });
});

describe("an area and a path on their way to production", () => {
  it("the commands that the hints name settle each area", async () => {
    await run(
      "contract",
      "verify",
      "policies/contracts/cometapi.contract.json",
      "limits",
      "--pending",
      "--notes",
      "again",
    );
    const { out } = await run("check", POLICY, "--profile", "production", "--json");
    const { diagnostics } = JSON.parse(out) as {
      readonly diagnostics: readonly { code: string; hint: string | null }[];
    };
    const hints = diagnostics.flatMap(({ code, hint }) => (code === "FBP3101" ? [hint ?? ""] : []));
    expect(hints.length).toBeGreaterThan(0);
    for (const hint of hints) {
      const [, line = ""] = /: fbp (contract verify .*)$/.exec(hint) ?? [];
      const argv = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, word]) => quoted?.replace("$USER", "jo") ?? word ?? "",
      );
      expect((await run(...argv)).status).toBe(0);
    }
    expect(await codes("--profile", "production")).toEqual(["FBP8005"]);
  });

  it("evidence with the digests that --explain prints makes the backup eligible, and the policy builds", async () => {
    const { out } = await run("check", POLICY, "--explain");
    const against = JSON.parse(/"against": (\{.*?\})/s.exec(out)?.[1] ?? "null") as object;
    writeFileSync(
      join(project, "policies/evidence/backup.evidence.json"),
      evidenceText("backup", "primary", against, "2026-11-20"),
    );
    expect(await codes("--profile", "production")).toEqual([]);
    expect((await run("build", POLICY, "--out-dir", "dist", "--profile", "production")).status).toBe(0);
    const manifest = JSON.parse(readFileSync(join(project, "dist/chat-completions.policy.json"), "utf8")) as unknown;
    expect(manifest).toMatchObject({
      consulted: [
        { file: "policies/evidence/backup.evidence.json", as: "evidence" },
        { file: "sources/cometapi-limits.html", as: "source" },
      ],
      policies: [{ fallbacks: [{ path: "backup", for: "primary", eligible: true, subject: against }] }],
    });
    expect((await run("check", POLICY, "--explain")).out).toContain("backup for primary: eligible until 2027-02-18");
  });
});
