/** Exit statuses of `fbp`. */
export const EXIT = {
  fine: 0,
  /** Something that was given has problems: a policy, a contract, a scenario. */
  problems: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A defect of fbp; as EX_SOFTWARE of sysexits.h. */
  internal: 70,
  /** Ended by Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
  /** Told to end: 128 + SIGTERM. */
  terminated: 143,
} as const;

/** Why `Io.interrupted` is aborted. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly status: number;
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`ended by ${signal}`);
    this.status = signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
  }
}

/** What an output does not take, but for a reader that has left. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** Wrong usage that only shows once a command has begun; printed as one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
