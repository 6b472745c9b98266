/** The bundled command in processes of its own, for tests that send signals and take outputs away. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CLI = new URL("../../packages/cli/", import.meta.url);

export const SIGNALS = ["SIGINT", "SIGTERM"] as const;
export type Signal = (typeof SIGNALS)[number];

/** As a shell tells it: 128 and the signal's number. */
export const STATUS_OF = { SIGINT: 130, SIGTERM: 143 } as const satisfies Record<Signal, number>;

export interface Ended {
  /** 128 and its number where a signal ended the process. */
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command as it ships, in a folder of its own. */
export class Bundled {
  readonly home: string;
  readonly file: string;

  private constructor(home: string) {
    this.home = home;
    this.file = join(home, "bin/fbp.js");
  }

  static async make(): Promise<Bundled> {
    const home = realpathSync(mkdtempSync(join(tmpdir(), "fbp-commands-")));
    const { bundle } = (await import(new URL("bundle.ts", CLI).href)) as {
      readonly bundle: (outdir: string) => Promise<unknown>;
    };
    await bundle(join(home, "dist"));
    cpSync(new URL("bin", CLI), join(home, "bin"), { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "type": "module" }');
    // What is not bundled is installed beside it.
    symlinkSync(new URL("node_modules", CLI), join(home, "node_modules"));
    return new Bundled(home);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: join(this.home, "cache"), ...more };
  }

  start(argv: readonly string[], options: RunOptions): Running {
    return new Running(process.execPath, [this.file, ...argv], { ...options, env: this.env(options.env) });
  }
}

/** A process in a session of its own, so that what it leaves behind can be found. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #out = "";
  #err = "";
  #told: () => void = () => {};

  constructor(command: string, argv: readonly string[], { cwd, env }: RunOptions) {
    const child = spawn(command, argv, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#out += text;
      this.#told();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#err += text;
      this.#told();
    });
    this.ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        const status = code ?? STATUS_OF[signal as Signal] ?? -1;
        resolve({ status, out: this.#out, err: this.#err });
        this.#told();
      });
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("it was not started");
    return pid;
  }

  get said(): string {
    return `${this.#out}${this.#err}`;
  }

  /** Resolves when it has printed this. @throws when it ends before */
  async until(sign: RegExp): Promise<void> {
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
    });
    while (!sign.test(this.said)) {
      if (isOver) throw new Error(`it ended before it said ${sign}: ${this.said}`);
      await new Promise<void>((resolve) => {
        this.#told = () => setImmediate(resolve);
      });
    }
  }

  /** Resolves when it has taken so much of it that it must be reading. */
  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#child.stdin?.write(text, () => resolve()));
  }

  closeInput(): void {
    this.#child.stdin?.end();
  }

  /** From now on nobody reads its output. */
  leaveOutput(): void {
    this.#child.stdout?.destroy();
  }

  signal(signal: Signal): void {
    this.#child.kill(signal);
  }
}

/** Processes of a session: none, when what began it has left nothing behind. Known on Linux alone. */
export function sessionOf(leader: number): readonly string[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && liveSessionOf(name) === String(leader));
}

/** Also one that has ended, and whom nobody has asked how, is over. */
export function isOver(pid: number): boolean {
  return liveSessionOf(String(pid)) === null;
}

/** null where there is no such process any more. */
function liveSessionOf(pid: string): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Behind the name, which may hold anything: state, parent, group, session.
    const [state, , , session = ""] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? null : session;
  } catch {
    return null;
  }
}

/** Every file below a folder with what it holds. */
export function listing(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length), entry.isFile() ? readFileSync(path, "latin1") : ""];
    }),
  );
}
