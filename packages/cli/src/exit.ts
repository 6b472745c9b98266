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
} as const;

/** Wrong usage that only shows once a command has begun; printed as one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
