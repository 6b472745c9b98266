import { resolve } from "node:path";
import { type Diagnostic, Report, span } from "@fbp/dsl";
import { readBytes } from "../../files/bytes.ts";
import { nameOf, STDIN, STDIN_NAME } from "../../files/expand.ts";
import type { Io } from "../../io.ts";
import type { Billing } from "./billing.ts";
import { MOST_BILLING_BYTES, readBilling } from "./read-billing.ts";

export interface BillingOpened {
  /** null where it cannot be used: then one of the findings is an error. */
  readonly billing: Billing | null;
  readonly findings: readonly Diagnostic[];
}

/** @param file as the user gives it; `-` is standard input */
export async function openBilling(io: Io, file: string): Promise<BillingOpened> {
  const name = file === STDIN ? STDIN_NAME : nameOf(resolve(io.cwd, file), io.cwd);
  const report = new Report();
  const read = await readBytes(io, file, MOST_BILLING_BYTES);
  if (read.kind === "problem") {
    report.add("FBP3330", span({ name, text: "" }, 0, 0), { file: name, why: read.why });
    return { billing: null, findings: report.diagnostics };
  }
  return { billing: await readBilling({ name, text: read.text }, report), findings: report.diagnostics };
}
