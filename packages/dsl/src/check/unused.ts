import type { Code } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import type { Known } from "./known.ts";

/** What is missing there, a name, a setting, a line, may be what was to use the declaration. */
const LEAVES_OPEN: ReadonlySet<Code> = new Set<Code>(["FBP2001", "FBP2007", "FBP5001", "FBP5005", "FBP5006"]);

/**
 * Warns of what the entry declares and nothing uses. What another file declares may serve other
 * programs, and a file without a policy is such a file itself.
 */
export function reportUnused(known: Known): void {
  const { declared, report, uses } = known;
  const { entry } = declared;
  if (declared.broken(entry.span) || !entry.items.some((item) => item.kind === "policy")) return;
  const certain = !report.diagnostics.some(({ code }) => LEAVES_OPEN.has(code));
  const tell = (what: string, name: tree.Name, why: string): void => {
    if (name.text !== "" && (certain || what === "signal"))
      report.add("FBP2010", name.span, { what, name: name.text, why });
  };
  for (const item of entry.items) {
    switch (item.kind) {
      case "contract":
        if (isFirst(declared.contracts, item) && !uses.contracts.has(item.name.text)) {
          tell("contract", item.name, "no path is on it");
        }
        break;
      case "path":
        if (isFirst(declared.paths, item) && !uses.paths.has(item.name.text)) {
          tell("path", item.name, "no policy starts on it or falls back to it");
        }
        break;
      case "signal":
        if (isFirst(declared.signals, item) && !uses.signals.has(item.name.text)) {
          tell("signal", item.name, "no line of a `signals` block and no documented condition gives it");
        }
        break;
      case "reason":
        if (isFirst(declared.reasons, item) && !uses.reasons.has(item)) tellReason(item, tell);
        break;
      case "budget":
        if (item.name !== null && isFirst(declared.budgets, item) && !uses.budgets.has(item.name.text)) {
          tell("budget", item.name, "no policy takes it");
        }
        break;
      case "breaker":
        if (item.name !== null && isFirst(declared.breakers, item) && !uses.breakers.has(item.name.text)) {
          tell("breaker", item.name, "no policy takes it");
        }
        break;
      case "policy":
        for (const own of item.items) if (own.kind === "reason" && !uses.reasons.has(own)) tellReason(own, tell);
        break;
      default:
        break;
    }
  }
}

function tellReason(item: tree.ReasonItem, tell: (what: string, name: tree.Name, why: string) => void): void {
  tell("reason", item.name, "no rule records it");
}

/** A second one of the same name was reported as such. */
function isFirst<T extends { readonly name: tree.Name | null }>(among: ReadonlyMap<string, T>, item: T): boolean {
  return item.name !== null && among.get(item.name.text) === item;
}
