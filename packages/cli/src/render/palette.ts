import type { Severity } from "@fbp/dsl";
import pico from "picocolors";
import { type Io, type Output, wantsColour } from "../io.ts";

type Paint = (text: string) => string;

/** What colours mean, by name; without colours each gives back its text. */
export interface Palette extends Readonly<Record<Severity, Paint>> {
  readonly strong: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
}

export function paletteFor(output: Output, env: Io["env"]): Palette {
  const { bold, dim, red, yellow, cyan, green } = pico.createColors(wantsColour(output, env));
  return {
    error: (text) => bold(red(text)),
    warning: (text) => bold(yellow(text)),
    note: (text) => bold(cyan(text)),
    strong: bold,
    dim,
    good: green,
    bad: red,
  };
}
