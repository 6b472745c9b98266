import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type * as tree from "../syntax/tree.ts";
import { reportTwice } from "./declarations.ts";
import type { Known } from "./known.ts";
import type { ReasonModel } from "./model.ts";

/** The reason codes of one policy: those that are declared, and those that its rules use. */
export interface Reasons {
  /** Takes note of a rule's reason; a code that is not among the declared ones is reported. */
  use(name: tree.Name): void;
  /** Takes note of the code that a health signal's default records. */
  useDefault(name: string, block: tree.OnBlock): void;
  /** In the order in which they were first used. */
  used(): readonly ReasonModel[];
  /** The declared ones too: what alerts, assertions and scenarios may name. */
  names(): readonly string[];
  /** Is it one of `names`? */
  has(name: string): boolean;
}

/** Once a reason is declared, at the top of a file or in the policy, each one that a rule uses must be. */
export function reasonsOf(own: readonly tree.ReasonItem[], known: Known): Reasons {
  const { report, declared, uses } = known;
  const items = new Map(declared.reasons);
  for (const item of own) {
    if (item.name.text === "") continue;
    const first = items.get(item.name.text);
    if (first === undefined) items.set(item.name.text, item);
    else {
      reportTwice(report, "reason", item.name.text, item.name.span, first.name.span);
      uses.reasons.add(item);
    }
  }
  const models = new Map<string, ReasonModel>();
  const note = (name: string, place: tree.Node): void => {
    const item = items.get(name);
    if (item !== undefined) uses.reasons.add(item);
    if (!models.has(name)) models.set(name, { name, text: item?.text?.value ?? null, span: place.span });
  };
  return {
    use: (name) => {
      if (name.text === "") return;
      if (items.size > 0 && !items.has(name.text) && !declared.incomplete.has("reason")) {
        const meant = items.get(reportUndeclared(name, [...items.keys()], report) ?? "");
        if (meant !== undefined) uses.reasons.add(meant);
      }
      note(name.text, name);
    },
    useDefault: (name, block) => note(name, block.path),
    used: () => [...models.values()],
    names: () => [...new Set([...models.keys(), ...items.keys()])],
    has: (name) => models.has(name) || items.has(name),
  };
}

/** Gives the reason that was probably meant. */
function reportUndeclared(name: tree.Name, candidates: readonly string[], report: Report): string | undefined {
  const meant = nearest(name.text, candidates);
  report.add("FBP2004", name.span, { name: name.text, nearest: meant, candidates });
  return meant;
}
