/** A provider that is well, down, or lets every call wait at a gate. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const ANSWER = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
});

export class Provider {
  mode: "well" | "down" | "gate" = "well";
  readonly #server: Server;
  readonly #waiting: ServerResponse[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      request.resume();
      request.on("end", () => {
        if (this.mode === "gate") this.#waiting.push(response);
        else this.#answer(response);
      });
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Calls that wait at the gate. */
  get waiting(): number {
    return this.#waiting.length;
  }

  opens(mode: "well" | "down"): void {
    this.mode = mode;
    for (const response of this.#waiting.splice(0)) this.#answer(response);
  }

  close(): Promise<void> {
    this.opens("down");
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(response: ServerResponse): void {
    const well = this.mode === "well";
    response.writeHead(well ? 200 : 500, { "content-type": "application/json" });
    response.end(well ? ANSWER : '{"error":{"message":"down"}}');
  }
}
