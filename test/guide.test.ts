/** docs/guide.md, walked to the letter: from an empty folder to a production build, against a provider on this machine. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEALTHY, Provider, refusal } from "../packages/cli/src/provider/index.ts";
import { HAS_PROMTOOL } from "./alerts/promtool.ts";
import { serviceSettings } from "./support/service-settings.ts";
import { type Block, blocksOf, difference, Walk } from "./support/walk.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = join(ROOT, "docs/guide.md");
const TEXT = readFileSync(PAGE, "utf8");
const BLOCKS = blocksOf(TEXT);
/** The address of the page's provider; the one of the test has another port. */
const ADDRESS = "127.0.0.1:4010";
const KEY = "a-key";

const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;
if (!HAS_CURL) console.warn("skipped: curl is missing, so nobody walks through the guide");
if (!HAS_PROMTOOL) console.warn("skipped: promtool is missing, so the guide's rules are not tried");

const home = realpathSync(mkdtempSync(join(tmpdir(), "fbp-guide-")));
let provider: Provider;
let walk: Walk;

beforeAll(async () => {
  provider = await Provider.start({
    choose: ({ headers, url, request }) => {
      if (url !== "/v1/chat/completions") return refusal(404, "not_found");
      if (headers.authorization !== `Bearer ${KEY}`) return refusal(401, "invalid_api_key");
      return request?.messages === undefined ? refusal(400, "invalid_value") : HEALTHY;
    },
  });
  const { bundle } = (await import(new URL("../packages/cli/bundle.ts", import.meta.url).href)) as {
    readonly bundle: (outdir: string) => Promise<unknown>;
  };
  writeFileSync(join(home, "package.json"), '{ "type": "module" }');
  await bundle(join(home, "dist"));
  const tools = join(home, "tools");
  mkdirSync(tools);
  const command = (name: string, script: string): void => {
    writeFileSync(join(tools, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(tools, name), 0o755);
  };
  command("fbp", `exec "${process.execPath}" "${home}/dist/fbp.js" "$@"`);
  // What a registry would give stands in this repository.
  command("npm", 'test "$*" = "install @fbp/runtime"');
  mkdirSync(join(home, "node_modules/@fbp"), { recursive: true });
  symlinkSync(join(ROOT, "packages/runtime"), join(home, "node_modules/@fbp/runtime"));
  symlinkSync(realpathSync(join(ROOT, "packages/cli/node_modules/undici")), join(home, "node_modules/undici"));
  walk = new Walk(join(home, "walk"), {
    HOME: home,
    USER: "jo",
    NODE_COMPILE_CACHE: join(home, "cache"),
    NODE_OPTIONS: "--conditions=@fbp/source",
    PATH: [tools, dirname(process.execPath), process.env.PATH].join(delimiter),
  });
}, 60_000);

afterAll(async () => {
  if (process.env.UPDATE === "1") bringUpToDate();
  await provider?.close();
  rmSync(home, { recursive: true, force: true });
});

const here = (text: string): string => text.replaceAll(ADDRESS, new URL(provider.url).host);

/** Prints how long calls have taken; what other commands print of times stands in the policy. */
const TIMED = /^(?:fbp (?:canary|drill|report|explain .* --outcome) |(?:\S+=\S+ )?node )/m;

/** What differs from day to day, and from machine to machine, is one word; columns hang on its width. */
function steady(text: string, lines: string): string {
  const timed = TIMED.test(lines) ? text.replaceAll(/\b\d+(?:\.\d+)?m?s\b/g, "DURATION") : text;
  return (
    timed
      .replaceAll(new URL(provider.url).host, ADDRESS)
      .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "MOMENT")
      .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, "DAY")
      .replaceAll(/\b[0-9a-f]{12}-\d+\b/g, "REQUEST")
      .replaceAll(/\b\d\d:\d\d:\d\d\b/g, "TIME")
      .replaceAll(/\bsha256-(?:[0-9a-f]{64}|[0-9a-f]{8}…)/g, "DIGEST")
      .replaceAll(/\b\d+(?:\.\d+)? KB\b/g, "SIZE")
      // A drill that the machine was late for is tried again.
      .replaceAll(/\b\d+ requests and \d+ calls\b/g, "CALLS")
      .replaceAll(/\bfbp \d+\.\d+\.\d+\b/g, "fbp VERSION")
      .replaceAll(/(\S) {2,}/g, "$1  ")
      .replaceAll(/ +$/gm, "")
  );
}

/** Each block with the output that the page shows of it. */
const STEPS = BLOCKS.flatMap((block, index) => {
  if (block.kind === "text") return [];
  const next = BLOCKS[index + 1];
  return [{ block, output: block.kind === "sh" && next?.kind === "text" ? next : null }];
});

/** With UPDATE=1: what the page should have shown, by the line of the block. */
const updated = new Map<number, string>();
let broken = false;

describe.skipIf(!HAS_CURL)("docs/guide.md", () => {
  test("has a walk, and each output stands behind the lines that it is of", () => {
    expect(STEPS.length).toBeGreaterThan(15);
    for (const [index, { kind, line }] of BLOCKS.entries()) {
      if (kind === "text") expect([line, BLOCKS[index - 1]?.kind]).toEqual([line, "sh"]);
    }
  });

  test.for(STEPS.map((step) => [titleOf(step.block), step] as const))(
    "%s",
    { timeout: 120_000 },
    async ([, { block, output }], { skip }) => {
      if (broken) skip("a step before this one has failed");
      broken = true;
      if (block.kind === "diff") walk.edit(block.file, here(block.body));
      else if (block.kind === "file") walk.write(block.file, here(block.body));
      else if (!block.body.includes("promtool") || HAS_PROMTOOL) {
        const { shown, status } = await walk.run(here(block.body));
        expect(status, shown).toBe(0);
        expect(shown).not.toContain(KEY);
        if (output !== null) {
          const [told, seen] = [steady(output.body, block.body), steady(shown, block.body)];
          const wrong = difference(told, seen);
          if (wrong !== null) updated.set(output.line, shown);
          if (process.env.UPDATE !== "1")
            expect(wrong, `line ${output.line} of the page; shown was\n${seen}`).toBeNull();
        }
      }
      broken = false;
    },
  );

  test("the service compiles against the types of the policy", ({ skip }) => {
    if (broken) skip("a step before this one has failed");
    walk.write("tsconfig.json", serviceSettings(["service.ts"]));
    const { stdout } = spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", walk.folder], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  });
});

function titleOf({ kind, file, body, line }: Block): string {
  return `${line}: ${kind === "sh" ? body.split("\n")[0] : `${kind} ${file}`}`;
}

function bringUpToDate(): void {
  const text = TEXT.replaceAll(/^```text\n(.*?)^```$/gms, (whole, _, at: number) => {
    const shown = updated.get(TEXT.slice(0, at).split("\n").length + 1);
    if (shown === undefined) return whole;
    return `\`\`\`text\n${shown.replaceAll(new URL(provider.url).host, ADDRESS).trimEnd()}\n\`\`\``;
  });
  writeFileSync(PAGE, text);
}
