/** `fbp init` */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readAsset } from "../assets.ts";
import { EXIT } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { save } from "../files/save.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../render/json.ts";
import { printable } from "../render/width.ts";

const FILES = [
  { name: "chat.fbp", folder: "init", file: "chat.fbp" },
  { name: "contracts/provider.contract.json", folder: "contracts", file: "openai-compatible.contract.json" },
  { name: "README.md", folder: "init", file: "README.md" },
] as const;

export interface InitOptions {
  readonly folder: string;
  readonly isJson: boolean;
}

export function init(io: Io, { folder, isJson }: InitOptions): number {
  const root = resolve(io.cwd, folder);
  const standing: string[] = [];
  for (const { name } of FILES) {
    if (existsSync(join(root, name))) standing.push(nameOf(join(root, name), io.cwd));
  }
  if (standing.length > 0) {
    io.stderr.write(
      `fbp: ${printable(standing.join(", "))} would be overwritten; choose another folder: fbp init FOLDER\n`,
    );
    return EXIT.problems;
  }
  const files: FileToWrite[] = [];
  for (const { name, folder, file } of FILES) {
    files.push({ path: join(root, name), text: readAsset(folder, file) });
  }
  if (!save(io, files)) return EXIT.problems;
  const written = files.map(({ path }) => nameOf(path, io.cwd));
  if (isJson) {
    io.stdout.write(jsonText({ folder: nameOf(root, io.cwd), written }));
    return EXIT.fine;
  }
  for (const file of written) io.stdout.write(`wrote ${printable(file)}\n`);
  const there = printable(nameOf(root, io.cwd));
  const at = there === printable(root) && root === resolve(io.cwd) ? "." : there;
  const dist = `${at === "." ? "" : `${at}/`}dist`;
  io.stdout.write(`\nNext:\n  fbp check ${at}\n  fbp test ${at}\n  fbp build ${at} --out-dir ${dist}\n`);
  io.stdout.write(
    `\nBefore production, with your provider's values in the contract:\n  fbp contract status ${at}\n  fbp canary ${at}\n  fbp drill ${at}\n  fbp evidence status ${at}\n`,
  );
  return EXIT.fine;
}
