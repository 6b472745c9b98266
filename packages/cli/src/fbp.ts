/** The program `fbp`. */
import { EXIT, OutputError } from "./exit.ts";
import { internalError } from "./internal-error.ts";
import { main } from "./main.ts";
import { nodeIo, whenWritten } from "./node-io.ts";

process.on("uncaughtException", (thrown) => {
  // A terminal or a slow pipe says only afterwards that it did not take what was written.
  const isOutput = thrown instanceof OutputError;
  process.stderr.write(`${isOutput ? `fbp: ${thrown.message}` : internalError(thrown, null)}\n`);
  process.exit(isOutput ? EXIT.problems : EXIT.internal);
});

void main(process.argv.slice(2), nodeIo()).then((status) => {
  process.exitCode = status;
  // Node would collect garbage first, for longer than a small check takes.
  whenWritten(() => process.exit());
});
