/** A process that the test has started, asked and listened to over its channel. */
import { type ChildProcess, fork } from "node:child_process";
import type { PathHealth, RuntimeEvent } from "@fbp/runtime";
import type { Answers, Ask, Setup, Told } from "./protocol.ts";

export class Member {
  readonly events: RuntimeEvent[] = [];
  /** What it wrote to its standard error: nothing, if all is well. */
  stderr = "";
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  readonly #waiting = new Map<number, (answer: never) => void>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    child.stderr?.on("data", (text: Buffer) => {
      this.stderr += text.toString();
    });
    child.on("message", (told: Told) => {
      if (told.kind === "event") this.events.push(told.event);
      else if (told.kind === "done") {
        this.#waiting.get(told.nth)?.(told.answer as never);
        this.#waiting.delete(told.nth);
      }
    });
  }

  static async start(setup: Setup): Promise<Member> {
    const child = fork(new URL("./process.ts", import.meta.url), [JSON.stringify(setup)], {
      execArgv: ["--conditions=@fbp/source", "--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const member = new Member(child);
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", () => reject(new Error(`a process did not start: ${member.stderr}`)));
    });
    return member;
  }

  requests(count: number): Promise<Answers["requests"]> {
    return this.#ask({ kind: "requests", nth: this.#asked, count });
  }

  async health(): Promise<PathHealth> {
    const health: PathHealth | undefined = await this.#ask({ kind: "health", nth: this.#asked });
    if (health === undefined) throw new Error("the policy has no path");
    return health;
  }

  force(to: "open" | "closed" | null): Promise<null> {
    return this.#ask({ kind: "force", nth: this.#asked, to });
  }

  /** Closes the client and waits for the process to end by itself. */
  async close(): Promise<number | null> {
    await this.#ask({ kind: "close", nth: this.#asked });
    return await this.#exit;
  }

  /** As a crash does. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  kinds(): readonly string[] {
    return this.events.map((event) => event.kind);
  }

  #ask<Answer>(ask: Ask): Promise<Answer> {
    this.#asked += 1;
    return new Promise((resolve) => {
      this.#waiting.set(ask.nth, resolve);
      this.#child.send(ask);
    });
  }
}
