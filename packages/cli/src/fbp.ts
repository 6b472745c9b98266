/** The program `fbp`. */
import { EXIT } from "./exit.ts";
import { internalError } from "./internal-error.ts";
import { main } from "./main.ts";
import { nodeIo } from "./node-io.ts";

process.on("uncaughtException", (thrown) => {
  process.stderr.write(`${internalError(thrown, null)}\n`);
  process.exit(EXIT.internal);
});

process.exitCode = await main(process.argv.slice(2), nodeIo());
