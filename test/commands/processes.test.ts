/** The commands as processes: pipes whose reader leaves, terminals, and signals in the midst of work. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Behaviour, Provider, type ProviderCall } from "../../packages/cli/src/provider/index.ts";
import { ENV, everything, inCopy, type Line, nameIn, ROWS, wordsOf } from "../../packages/cli/src/testing/commands.ts";
import { fbp } from "../../packages/cli/src/testing/fbp.ts";
import { enlarge, LONG, longOf } from "./long.ts";
import { Bundled, isOver, listing, Running, SIGNALS, type Signal, STATUS_OF, sessionOf } from "./process.ts";
import { HAS_TERMINALS, onTerminal, pidFileIn, screenOf } from "./terminal.ts";

if (!HAS_TERMINALS) console.warn("commands on a terminal are not tried: `script` of util-linux is missing");

let bundled: Bundled;
let provider: Provider;
let project = "";

beforeAll(async () => {
  [bundled, provider] = await Promise.all([Bundled.make(), Provider.start({ choose: answerTo })]);
  project = await everything(provider.url);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  bundled.remove();
  await provider.close();
});

const called = new Map<string, () => void>();

/** Resolves when a path of this model is called. */
function callOf(model: string): Promise<void> {
  return new Promise((resolve) => called.set(model, resolve));
}

function answerTo({ model }: ProviderCall): Behaviour {
  called.get(model)?.();
  return model.startsWith("silent") ? { kind: "never" } : { kind: "streamed" };
}

const LINES = Object.entries(ROWS).map(([name, { lines }]) => [name, lines[0]] as const);
/** Those that write: the first line of each row in which a file is written, and what is written in place. */
const IN_PLACE = ["fmt", "contract verify", "evidence sign"];
const isWriting = ([name, line]: (typeof LINES)[number]): boolean =>
  IN_PLACE.includes(name) || line.some((word) => /^>./.test(word));
const WRITING = LINES.filter(isWriting);

describe.concurrent("a reader that leaves", () => {
  test.each(LINES.filter((row) => !isWriting(row)))("is no error of fbp %s", async (_, line) => {
    await inCopy(project, async (cwd) => {
      const running = bundled.start(wordsOf(line), { cwd, env: ENV });
      running.leaveOutput();
      running.closeInput();
      const { status, err } = await running.ended;
      expect({ status, err }).toEqual({ status: 0, err: "" });
    });
  });

  test("leaves the status as it is", async () => {
    await inCopy(project, async (cwd) => {
      writeFileSync(join(cwd, "wrong.fbp"), "policy {\n".repeat(9));
      const running = bundled.start(["check", "wrong.fbp"], { cwd });
      running.leaveOutput();
      expect(await running.ended).toMatchObject({ status: 1, err: "" });
    });
  });
});

test("an output that takes nothing more is one line", async () => {
  const running = new Running("sh", ["-c", `exec "${process.execPath}" "${bundled.file}" check chat.fbp > /dev/full`], {
    cwd: project,
    env: bundled.env(),
  });
  expect(await running.ended).toEqual({
    status: 1,
    out: "",
    err: "fbp: standard output cannot be written: no space is left on the device\n",
  });
});

let large = "";

beforeAll(() => {
  large = join(bundled.home, "large");
  cpSync(project, large, { recursive: true });
  enlarge(large);
});

const INTERRUPTED = Object.keys(LONG).flatMap((name) => SIGNALS.map((signal) => [name, signal] as const));

describe.runIf(HAS_TERMINALS).concurrent("in the midst of its work on a terminal", () => {
  test.each(INTERRUPTED)("fbp %s ends by %s, with nothing left of it", async (name, signal) => {
    const { argv, sign } = longOf(name);
    const before = stateOf(large);
    const pidFile = pidFileIn(bundled, `${name}-${signal}`);
    const { running, ...terminal } = onTerminal(bundled, argv, { cwd: large, env: ENV }, pidFile);
    await running.until(sign);
    await terminal.signal(signal);
    const { status, out } = await running.ended;
    expect({ status, left: sessionOf(terminal.leader()) }).toEqual({ status: STATUS_OF[signal], left: [] });
    expect(stateOf(large)).toEqual(before);
    // The terminal's own echo of the key is all that may stand there.
    expect(screenOf(out).map((line) => line.replace("^C", "").trimEnd())).toEqual([""]);
  });
});

describe.runIf(HAS_TERMINALS).concurrent("on a terminal, work that comes to its end", () => {
  test.each([
    ["report", ["report", "many.jsonl"]],
    ["simulate", ["simulate", "chat.fbp", "--profile", "faults.yaml", "--for", "10m"]],
  ] as const)("shows of fbp %s what it found, and nothing of its progress", async (name, argv) => {
    const { running } = onTerminal(bundled, argv, { cwd: large, env: ENV }, pidFileIn(bundled, name));
    const { status, out } = await running.ended;
    expect({ status, wasShown: longOf(name).sign.test(out) }).toEqual({ status: 0, wasShown: true });
    const screen = screenOf(out).join("\n");
    expect(screen).not.toMatch(/\d+ requests, \d+%|^\d+ requests$/m);
    expect(screen).toMatch(/^chat: [\d,]+ requests/);
  });
});

describe.concurrent("without a terminal", () => {
  test.each(SIGNALS)("a canary that waits ends by %s", async (signal) => {
    const running = bundled.start(["canary", `${signal}.fbp`, "--timeout", "60m"], { cwd: large, env: ENV });
    await callOf(`silent ${signal}`);
    running.signal(signal);
    expect(await running.ended).toEqual({ status: STATUS_OF[signal], out: "", err: "" });
    expect(sessionOf(running.pid)).toEqual([]);
  });

  test.each(SIGNALS)("a drill whose parser is at work ends by %s, and the parser with it", async (signal) => {
    await inCopy(project, async (cwd) => {
      const parser = "echo $$ > parser.pid; exec sleep 1000";
      const argv = ["drill", "chat.fbp", "--only", "fallback-canary", "--parser", parser];
      const running = bundled.start(argv, { cwd, env: ENV });
      const pid = Number(await contentOf(cwd, "parser.pid"));
      running.signal(signal);
      expect(await running.ended).toEqual({ status: STATUS_OF[signal], out: "", err: "" });
      expect(isOver(pid)).toBe(true);
    });
  });

  test.each(SIGNALS)("an import that still reads ends by %s", async (signal) => {
    await inCopy(project, async (cwd) => {
      const before = listing(cwd);
      const running = bundled.start(["import", "-", "--out", "imported.fbp"], { cwd });
      await running.write("# nothing\n".repeat(100_000));
      running.signal(signal);
      expect(await running.ended).toEqual({ status: STATUS_OF[signal], out: "", err: "" });
      expect({ left: sessionOf(running.pid), files: listing(cwd) }).toEqual({ left: [], files: before });
    });
  });

  test.each(SIGNALS)("a watch ends by %s, with the status of its last check", async (signal) => {
    await inCopy(project, async (cwd) => {
      writeFileSync(join(cwd, "wrong.fbp"), "policy {");
      const running = bundled.start(["check", "--watch", "wrong.fbp"], { cwd });
      await running.until(/in 1 file\n/);
      running.signal(signal);
      expect(await running.ended).toMatchObject({ status: 1, err: "" });
      expect(sessionOf(running.pid)).toEqual([]);
    });
  });
});

/** What each of them writes when nobody disturbs it, by name. */
const wholes = new Map<string, Readonly<Record<string, string>>>();

// One after the other, before processes are at work: it is done in this one, and so is the provider's.
beforeAll(async () => {
  for (const [name, line] of WRITING) {
    await inCopy(project, async (cwd) => {
      prepare(cwd, name, line);
      expect(await fbp(wordsOf(line), { cwd, env: ENV })).toMatchObject({ status: 0 });
      wholes.set(name, steady(listing(cwd)));
    });
  }
});

function prepare(cwd: string, name: string, line: Line): void {
  // Where files are made anew the folder is there to be watched.
  for (const word of line) if (/^>\w+$/.test(word)) mkdirSync(join(cwd, nameIn(word)));
  if (name === "fmt") writeFileSync(join(cwd, "chat.fbp"), `\n\n${readFileSync(join(cwd, "chat.fbp"), "utf8")}`);
}

describe.concurrent("a signal that comes while files are written", () => {
  test.each(WRITING)("leaves of fbp %s all that was to be written, or nothing", async (name, line) => {
    const words = wordsOf(line);
    const signal: Signal = name.length % 2 === 0 ? "SIGINT" : "SIGTERM";
    const whole = wholes.get(name);
    await inCopy(project, async (cwd) => {
      prepare(cwd, name, line);
      const before = steady(listing(cwd));
      const written = firstFile(cwd);
      const running = bundled.start(words, { cwd, env: ENV });
      await written;
      running.signal(signal);
      const { status } = await running.ended;
      const after = steady(listing(cwd));
      // What is said to be done is done.
      expect(status === 0 ? [whole] : [whole, before]).toContainEqual(after);
      expect([0, STATUS_OF[signal]]).toContain(status);
      expect(sessionOf(running.pid)).toEqual([]);
    });
  });
});

/** Resolves when a file begins to be written in one of the folders, under the name that it has until it is whole. */
function firstFile(cwd: string): Promise<void> {
  const folders = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Promise((resolve) => {
    const watchers = [cwd, ...folders.map(({ parentPath, name }) => join(parentPath, name))].map((folder) =>
      watch(folder, (_, name) => {
        if (name?.endsWith(".tmp") !== true) return;
        for (const watcher of watchers) watcher.close();
        resolve();
      }),
    );
  });
}

/** Resolves when the file of that name in the folder has a line. */
function contentOf(folder: string, name: string): Promise<string> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      const text = existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
      if (!text.endsWith("\n")) return;
      watcher.close();
      resolve(text);
    });
  });
}

/** Times differ from run to run. */
function steady(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replaceAll(/\d+(?:\.\d+)?/g, "N")]),
  );
}

/** Each file below a folder with its size and when it was changed: what is written anew differs. */
function stateOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return [name, `${size} ${mtimeMs}`];
    }),
  );
}
