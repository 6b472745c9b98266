/** The runtime that `fbp build --bundle` puts into a module. */
import type { EmbeddedRuntime } from "@fbp/dsl";
import { readAsset } from "../assets.ts";
import { UsageError } from "../exit.ts";
import { VERSION } from "../version.ts";

/** @throws UsageError in a checkout that was not built yet */
export function embeddedRuntime(): EmbeddedRuntime {
  const module = read("standalone.js");
  return { version: VERSION, module, exports: exportsOf(module), declarations: read("standalone.d.ts") };
}

function read(file: string): string {
  try {
    return readAsset("runtime", file);
  } catch {
    throw new UsageError("--bundle needs the runtime that a build of fbp itself makes: run npm run build");
  }
}

/** `…export{a as createFallback,b as UsageError};` */
function exportsOf(module: string): readonly string[] {
  const list = module.slice(module.lastIndexOf("export"));
  return [...list.matchAll(/\bas (\w+)/g)].map(([, name = ""]) => name).sort();
}
