/** The runtime that `fbp build --bundle` puts into a module. */
import { type EmbeddedRuntime, embeddedRuntime } from "@fbp/dsl";
import { readAsset } from "../assets.ts";
import { UsageError } from "../exit.ts";
import { VERSION } from "../version.ts";

/** @throws UsageError in a checkout that was not built yet */
export function runtimeToEmbed(): EmbeddedRuntime {
  return embeddedRuntime(VERSION, read("standalone.js"), read("standalone.d.ts"));
}

function read(file: string): string {
  try {
    return readAsset("runtime", file);
  } catch {
    throw new UsageError("--bundle needs the runtime that a build of fbp itself makes: run npm run build");
  }
}
