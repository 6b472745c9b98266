/** A real `redis-server` on a socket of its own, without anything on disk, and lines to it that can be cut. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";

export const HAS_REDIS = spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;

export class RedisServer {
  readonly socket: string;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    this.socket = join(folder, "redis.sock");
  }

  /** Resolves once it takes connections. */
  async start(): Promise<void> {
    const settings = [
      "--port",
      "0",
      "--unixsocket",
      this.socket,
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      this.#folder,
    ];
    const child = spawn("redis-server", settings, { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let log = "";
      child.stdout.on("data", (text: Buffer) => {
        log += text.toString();
        if (log.includes("eady to accept connections")) resolve();
      });
      child.once("exit", () => reject(new Error(`redis-server did not start: ${log}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  stop(): void {
    this.#child?.kill("SIGSTOP");
  }

  goOn(): void {
    this.#child?.kill("SIGCONT");
  }
}

/** A line to the server that swallows everything while it is cut, and breaks no connection. */
export class Line {
  readonly socket: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(socket: string, to: string) {
    this.socket = socket;
    this.#server = createServer((near) => {
      const far = connect(to);
      for (const [from, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        if (this.#cut) from.pause();
        from.on("data", (bytes) => other.write(bytes));
        from.on("error", () => other.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          other.destroy();
        });
      }
    });
  }

  static async open(socket: string, to: string): Promise<Line> {
    const line = new Line(socket, to);
    await new Promise<void>((resolve) => line.#server.listen(socket, resolve));
    return line;
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.pause();
  }

  mend(): void {
    this.#cut = false;
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
