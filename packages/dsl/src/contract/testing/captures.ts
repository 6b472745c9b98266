/** Facts of the shared data: real error answers, captured responses and streams. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { DATA } from "./shipped.ts";

export const HAS_DATA = existsSync(`${DATA}/README.md`);

export interface ErrorRow {
  readonly provider: string;
  readonly status: number;
  readonly body: string;
  readonly class: string;
}

export function errorRows(): readonly ErrorRow[] {
  const lines = readFileSync(`${DATA}/error-bodies.jsonl`, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as ErrorRow);
}

export function responses(): readonly { readonly file: string; readonly body: unknown }[] {
  return filesIn("responses").map((file) => ({ file, body: JSON.parse(read("responses", file)) as unknown }));
}

export function chunks(): readonly { readonly file: string; readonly chunk: unknown }[] {
  return filesIn("streams").flatMap((file) =>
    read("streams", file)
      .split("\n")
      .map((line) => (file.endsWith(".sse") ? line.replace(/^data: ?/u, "") : line).trim())
      .filter((line) => line.startsWith("{"))
      .map((line) => ({ file, chunk: JSON.parse(line) as unknown })),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(`${DATA}/captures/${folder}`).sort();
}

function read(folder: string, file: string): string {
  return readFileSync(`${DATA}/captures/${folder}/${file}`, "utf8");
}
