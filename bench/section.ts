/** One section of the benchmarks, by its name, as Markdown on standard output. */
import { runSection } from "./run-section.ts";

console.log(runSection(process.argv[2] ?? ""));
