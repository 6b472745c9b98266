/** The targets of a policy's fallbacks, and what can come before each. */
import type { Span } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import type { Takeover } from "../eligibility.ts";
import type { KnownPath } from "../path.ts";

export interface Joint {
  readonly to: KnownPath;
  /** The paths that a request may have been on before it comes here. */
  readonly before: readonly KnownPath[];
  /** The first fallback that leads here. */
  readonly action: tree.Action;
}

/** One for each target but the start, to which no request comes back. */
export function jointsOf(takeovers: readonly Takeover[], start: KnownPath): readonly Joint[] {
  const found = new Map<KnownPath, Joint>();
  for (const { from, to, action } of takeovers) {
    if (to === start || to === from || found.has(to)) continue;
    found.set(to, { to, before: pathsBefore(to, takeovers), action });
  }
  return [...found.values()];
}

function pathsBefore(target: KnownPath, takeovers: readonly Takeover[]): readonly KnownPath[] {
  const found = new Set<KnownPath>([target]);
  // A set is iterated while it grows: it is its own queue.
  for (const path of found) {
    for (const { from, to } of takeovers) if (to === path) found.add(from);
  }
  found.delete(target);
  return [...found];
}

/** Where the path says it; its name where it does not. */
export function settingSpan(path: KnownPath, kind: tree.PathSetting["kind"]): Span {
  return path.tree.settings.find((setting) => setting.kind === kind)?.span ?? path.tree.name.span;
}
