/** Text to tree. */
import type { Report } from "../diagnostics/index.ts";
import type { Source } from "../source.ts";
import { measureDepth } from "./parser/depth.ts";
import { FbpParser } from "./parser/parser.ts";
import { scan } from "./scan.ts";
import type { File } from "./tree.ts";

let parser: FbpParser | undefined;

/**
 * Parses a policy file. Always gives a tree: what could not be read is left out of it and reported.
 * The parser is built at the first call.
 */
export function parse(source: Source, report: Report): File {
  const scanned = scan(source, report);
  measureDepth(scanned.tokens);
  parser ??= new FbpParser({ validate: false });
  return parser.read(source, scanned, report);
}
