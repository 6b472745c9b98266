/** `fbp init` */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readAsset } from "../assets.ts";
import { EXIT } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { save } from "../files/save.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { printable } from "../render/width.ts";

const FILES = [
  { name: "chat.fbp", folder: "init", file: "chat.fbp" },
  { name: "contracts/provider.contract.json", folder: "contracts", file: "openai-compatible.contract.json" },
  { name: "README.md", folder: "init", file: "README.md" },
] as const;

export function init(io: Io, folder: string): number {
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
  for (const { path } of files) io.stdout.write(`wrote ${printable(nameOf(path, io.cwd))}\n`);
  const there = printable(nameOf(root, io.cwd));
  const at = there === printable(root) && root === resolve(io.cwd) ? "." : there;
  io.stdout.write(
    `\nNext:\n  fbp check ${at}\n  fbp test ${at}\n  fbp build ${at} --out-dir ${at === "." ? "" : `${at}/`}dist\n`,
  );
  return EXIT.fine;
}
