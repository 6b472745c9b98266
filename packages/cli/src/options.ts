/** Options that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_FORMAT, DEFAULT_PROFILE } from "./defaults.ts";

export const PROFILES = ["development", "production"] as const;
export type Profile = (typeof PROFILES)[number];

const REQUIRED = new WeakSet<Option>();

/** An option without which the command does nothing. */
export function required(option: Option): Option {
  REQUIRED.add(option);
  return option;
}

/**
 * commander's own required options are asked for before it looks at what it does not know: a slip in the name of one
 * would be told as that it is missing.
 */
export function checkRequired(command: Command): void {
  const missing = command.options.find(
    (option) => REQUIRED.has(option) && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing !== undefined) command.error(`error: required option '${missing.flags}' not specified`);
}

export function isRequired(option: Option): boolean {
  return REQUIRED.has(option);
}

export interface FormatOptions<Format extends string> {
  readonly format: Format;
  readonly json?: boolean;
}

/** `--format`, and `--json` as its shorthand. */
export function addFormat(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option("--format <format>", "how to print").choices(formats).default(DEFAULT_FORMAT))
    .addOption(new Option("--json", "the same as --format json").conflicts("format"));
}

export function formatOf<Format extends string>(options: FormatOptions<Format>): Format | "json" {
  return options.json === true ? "json" : options.format;
}

export interface ProfileOptions {
  readonly profile: Profile;
  /** ISO day; left out: today. */
  readonly asOf?: string;
}

export function addProfile(command: Command): Command {
  return command
    .addOption(
      new Option("--profile <profile>", "how strict to be about what nobody verified")
        .choices(PROFILES)
        .default(DEFAULT_PROFILE),
    )
    .addOption(
      new Option("--as-of <date>", "the day on which verifications must stand (default: today)").argParser(readDay),
    );
}

export function readDay(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (day === null || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text)) {
    throw new InvalidArgumentError("A day is written 2026-11-22.");
  }
  return text;
}

/** As the forms of contracts and of evidence have it. */
const MOST_VALID_DAYS = 3650;

export function readValidDays(text: string): number {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > MOST_VALID_DAYS) {
    throw new InvalidArgumentError(`It is a whole number of days, from 1 to ${MOST_VALID_DAYS}.`);
  }
  return days;
}
