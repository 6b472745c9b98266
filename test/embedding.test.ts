/** What docs/embedding.md says in TypeScript compiles against a policy's own types. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compilation } from "./support/compile.ts";
import { serviceSettings } from "./support/service-settings.ts";

const PAGE = new URL("../docs/embedding.md", import.meta.url);

/** Where the packages of the tests are found, and nobody looks. */
const WORK = new URL("./dist/embedding/", import.meta.url);

const TSC = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

const POLICY = `
contract provider from "./contracts/openai-compatible.contract.json"
context { tier: "free" | "paid" = "free" }
path primary { contract provider model "model-a" timeout 5s }
policy chat {
  start primary
  budget { deadline 5s attempts 1 retries 0 fallbacks 0 }
  stream visible
  on primary { otherwise -> down -> fail }
}
`;

test("docs/embedding.md compiles", async () => {
  const text = readFileSync(PAGE, "utf8");
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
  expect(blocks.length).toBeGreaterThan(6);
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  for (const artefact of await compilation(POLICY).artefacts()) {
    writeFileSync(new URL(artefact.name.replace(/^.*?\./, "chat."), WORK), artefact.text);
  }
  writeFileSync(new URL("page.ts", WORK), blocks.join("\n"));
  writeFileSync(new URL("tsconfig.json", WORK), serviceSettings(["page.ts"]));
  const { stdout } = spawnSync(process.execPath, [TSC, "-p", fileURLToPath(WORK)], { encoding: "utf8" });
  expect(stdout).toBe("");
  rmSync(WORK, { recursive: true });
});
