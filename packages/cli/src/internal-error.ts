import { printable } from "./render/width.ts";

const MOST_LENGTH = 300;

/**
 * The one line that a defect of fbp prints. It names the place in the program, for the report, but
 * neither a stack trace nor anything of the files that were read.
 *
 * @param command as a user calls it; null where none has begun
 */
export function internalError(thrown: unknown, command: string | null): string {
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const place = thrown instanceof Error ? placeOf(thrown.stack) : null;
  const where = [command === null ? null : `in ${command}`, place === null ? null : `at ${place}`];
  const text = printable(what).slice(0, MOST_LENGTH);
  return [
    `fbp: internal error FBP0000`,
    ...where.filter((part) => part !== null),
    `(${text}): this is a defect of fbp; please report this line with the command and, if you may, the file`,
  ].join(" ");
}

/** `checkRule (rules.js:120:7)` of the innermost frame, without the folders. */
function placeOf(stack: string | undefined): string | null {
  const frame = stack?.split("\n").find((line) => /^\s+at /.test(line));
  if (frame === undefined) return null;
  return frame
    .trim()
    .replace(/^at /, "")
    .replace(/(?:file:\/\/)?[^\s()]*[/\\]/, "");
}
