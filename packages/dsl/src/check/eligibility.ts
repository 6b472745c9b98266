import type { Severity } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import type { Loaded } from "./files.ts";
import type { Known } from "./known.ts";
import type { KnownPath } from "./path.ts";
import { isWritten } from "./settings.ts";

/** A fallback that the rules of a policy name: from which path, to which. */
export interface Takeover {
  readonly from: KnownPath;
  readonly to: KnownPath;
  readonly action: tree.Action;
}

/**
 * May the targets of the fallbacks stand in for the paths before them? A path is eligible when it is
 * validated for the path that it takes over from, or for the one that the policy starts on. In
 * production it is an error where it is not, in development a warning.
 */
export function checkEligibility(takeovers: readonly Takeover[], start: KnownPath, known: Known): void {
  const severity: Severity = known.options.profile === "production" ? "error" : "warning";
  const told = new Set<KnownPath>();
  for (const { from, to, action } of takeovers) {
    if (told.has(to) || to === start || to === from) continue;
    const related = [{ span: to.tree.name.span, text: `the path \`${to.name}\`` }];
    if (to.validated === null) {
      told.add(to);
      if (known.declared.broken(to.tree.span)) continue;
      known.report.add("FBP8001", action.span, { path: to.name, from: from.name }, { severity, related });
    } else if (![from.name, start.name].includes(to.validated.path.text) && known.paths.has(to.validated.path.text)) {
      told.add(to);
      known.report.add(
        "FBP8003",
        action.span,
        { path: to.name, from: from.name, validated: to.validated.path.text },
        { severity, related },
      );
    }
  }
}

/** Is the evidence there that the path's `validated for` names? */
export function checkEvidence(path: KnownPath, known: Known): void {
  if (path.validated === null || !isWritten(path.validated.by)) return;
  const { by } = path.validated;
  const loaded = known.load(by.value, by.span.source);
  if (loaded.kind === "source") return;
  const severity: Severity = known.options.profile === "production" ? "error" : "warning";
  known.report.add("FBP8002", by.span, { path: path.name, file: by.value, why: whyNot(loaded) }, { severity });
}

function whyNot(loaded: Exclude<Loaded, { kind: "source" }>): string {
  switch (loaded.kind) {
    case "missing":
      return "is not there";
    case "outside":
      return "lies outside the project's root";
    case "unreadable":
      return `cannot be read: ${loaded.why}`;
  }
}
