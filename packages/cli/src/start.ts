/**
 * Starts the bundled command, part by part as they are asked for, and keeps what V8 has compiled of them
 * for the next run. Node's own cache of compiled code is filled before anything has run, when next to
 * nothing is compiled: functions are at their first call, which is most of what a cold start is made of.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { codeFile, keepCode, readCode } from "./code-cache.ts";
import { EXIT } from "./exit.ts";

/** Of all parts; by the build. */
declare const PROGRAM_DIGEST: string;

/** Runs of a part after which what is kept of it has what most runs call: the first one may have ended at an early error. */
const RUNS = 3;

/**
 * A check is over before code that was optimised early has paid for it, and the room for new objects begins
 * so small that it is cleared eight times. Another V8 may not know these names: it is left as it is.
 */
const FLAGS: Readonly<Record<string, { readonly short: string; readonly usual: string }>> = {
  "13.6": {
    short: "--invocation-count-for-maglev=2000 --semi-space-growth-factor=16",
    usual: "--invocation-count-for-maglev=400 --semi-space-growth-factor=2",
  },
};

/** Where a part is larger there is work to do; for less the flags do not pay for the module that sets them. */
const LARGE = 100_000;

interface Module {
  exports: object;
}

type Run = (
  exports: object,
  require: (name: string) => object,
  module: Module,
  load: (name: string) => Promise<object>,
  address: string,
  program: string,
) => void;

const flags = FLAGS[process.versions.v8.split(".", 2).join(".")];
let areShort = false;

function setFlags(to: "short" | "usual"): void {
  if (flags !== undefined) process.getBuiltinModule("node:v8").setFlagsFromString(flags[to]);
}

/** Code that was compiled under other flags is not taken: what is kept is always of the usual ones. */
function underUsualFlags<T>(work: () => T): T {
  if (!areShort) return work();
  setFlags("usual");
  try {
    return work();
  } finally {
    setFlags("short");
  }
}

const file = codeFile(PROGRAM_DIGEST);
const kept = file === null ? null : readCode(file);
const scripts = new Map<string, Script>();
const modules = new Map<string, Module>();

function load(name: string): object {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  // Parts are named by their paths; what is CommonJS in them asks for Node's own modules with `require` too.
  if (!name.startsWith("./")) return process.getBuiltinModule(name) as object;
  const module: Module = { exports: {} };
  modules.set(name, module);
  const run = compiled(name).runInThisContext() as Run;
  run(module.exports, load, module, async (other) => load(other), import.meta.url, PROGRAM_DIGEST);
  return module.exports;
}

function compiled(name: string): Script {
  const filename = join(import.meta.dirname, name);
  const code = kept?.get(name)?.code;
  // The build writes ASCII alone.
  const text = readFileSync(filename, "latin1");
  const options = code === undefined ? { filename } : { filename, cachedData: code };
  const script = underUsualFlags(() => new Script(text, options));
  scripts.set(name, script);
  if (text.length > LARGE && !areShort) {
    areShort = true;
    setFlags("short");
  }
  return script;
}

if (file !== null) {
  process.once("exit", (status) => {
    if (status !== EXIT.fine && status !== EXIT.problems) return;
    const parts = new Map(kept);
    let isMore = false;
    for (const [name, script] of scripts) {
      const runs = script.cachedDataRejected === true ? 0 : (kept?.get(name)?.runs ?? 0);
      if (runs >= RUNS) continue;
      parts.set(name, { code: underUsualFlags(() => script.createCachedData()), runs: runs + 1 });
      isMore = true;
    }
    if (isMore) keepCode(file, parts);
  });
}

load("./fbp-command.js");
