/** The command with which a person signs criteria, as hints name it: to be pasted into a shell. */
import { shellWord } from "./verify-command.ts";

export interface ToSign {
  /** A policy that falls back to the path, as the host names it. */
  readonly policy: string;
  readonly path: string;
  readonly criteria: readonly string[];
}

export function signCommand({ policy, path, criteria }: ToSign): string {
  return `fbp evidence sign ${shellWord(policy)} --path ${path} --criterion ${criteria.join(",")} --by "$USER" --note "…"`;
}
