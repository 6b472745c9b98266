/**
 * A page that is a walk: its blocks are carried out in order, as a reader would.
 *
 *     ```sh         lines for a shell; all of them share one folder and one environment
 *     ```text       what the block of lines before it prints; `…` on a line of its own stands for lines left out
 *     ```diff FILE  an edit: lines with `-` give way to lines with `+`, `@@` parts one place from the next
 *     ```LANG FILE  a file, as it is to be written
 *
 * Other blocks are for reading.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Block {
  readonly kind: "sh" | "text" | "diff" | "file";
  /** Of the file that is written or edited. */
  readonly file: string;
  readonly body: string;
  /** Of its first line in the page, from 1. */
  readonly line: number;
}

export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\S*)(?: (\S+))?\n(.*?)^```$/gms)].flatMap(
    ({ index, 1: lang = "", 2: file = "", 3: body = "" }): readonly Block[] => {
      const line = page.slice(0, index).split("\n").length + 1;
      if (lang === "sh" || lang === "text") return [{ kind: lang, file, body, line }];
      return file === "" ? [] : [{ kind: lang === "diff" ? "diff" : "file", file, body, line }];
    },
  );
}

/** The text after the edit. @throws Error where a place is not there, or there more than once */
export function edited(text: string, diff: string): string {
  let result = text;
  for (const hunk of diff.split(/^@@.*\n/m).filter((each) => each !== "")) {
    const side = (sign: "-" | "+"): string =>
      hunk
        .split("\n")
        .filter((line) => line !== "" && (line.startsWith(" ") || line.startsWith(sign)))
        .map((line) => `${line.slice(1)}\n`)
        .join("");
    const parts = `\n${result}`.split(`\n${side("-")}`);
    if (parts.length !== 2) throw new Error(`${parts.length - 1} places are\n${side("-")}`);
    result = parts.join(`\n${side("+")}`).slice(1);
  }
  return result;
}

/** One shell over many blocks: where one ends, the next begins. */
export class Walk {
  readonly #home: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(home: string, env: Readonly<Record<string, string>>) {
    this.#home = home;
    this.#env = env;
    mkdirSync(home, { recursive: true });
  }

  /** Where the last block has ended. */
  get folder(): string {
    const file = join(this.#home, ".cwd");
    return existsSync(file) ? readFileSync(file, "utf8").trim() : this.#home;
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  edit(file: string, diff: string): void {
    this.write(file, edited(readFileSync(join(this.folder, file), "utf8"), diff));
  }

  /** What a terminal would show, and how the last command ended. Where one fails, those after it are not run. */
  async run(lines: string): Promise<{ readonly shown: string; readonly status: number | null }> {
    const [env, cwd] = [join(this.#home, ".env"), join(this.#home, ".cwd")];
    const script = `exec 2>&1\n[ -e '${env}' ] && . '${env}'\nset -eo pipefail\n${lines}\nexport -p > '${env}'\npwd > '${cwd}'\n`;
    const child = spawn("bash", ["--noprofile", "--norc", "-c", script], {
      cwd: this.folder,
      env: this.#env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pieces: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
    const [status] = (await once(child, "close")) as [number | null];
    return { shown: pieces.join(""), status };
  }
}

/**
 * Line by line, where `…` on a line of its own in `told` stands for any lines.
 *
 * @returns the first lines of `told` that were not shown there; null where the two agree
 */
export function difference(told: string, shown: string): string | null {
  const lines = shown.trimEnd().split("\n");
  const parts = `\n${told.trimEnd()}\n`.split(/\n *…(?=\n)/).map((part) => part.slice(1));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const wanted = (isLast ? part.replace(/\n$/, "") : part).split("\n");
    if (part === "" && parts.length > 1) continue;
    const stands = (from: number): boolean => wanted.every((line, offset) => lines[from + offset] === line);
    // What comes first stands at the beginning, what comes last at the end.
    const latest = lines.length - wanted.length;
    let from = index > 0 && isLast ? Math.max(at, latest) : at;
    while (index > 0 && from < latest && !stands(from)) from++;
    if (!stands(from)) return wanted.join("\n");
    at = from + wanted.length;
    if (isLast && at < lines.length) return `nothing after this, but there was\n${lines.slice(at).join("\n")}`;
  }
  return null;
}
