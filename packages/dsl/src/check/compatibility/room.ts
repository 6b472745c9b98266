/** Does a target hold what may come to it, and give answers as long as those before it? */
import type { KnownBudget } from "../budget.ts";
import type { Known } from "../known.ts";
import type { KnownPath } from "../path.ts";
import { type Joint, settingSpan } from "./joint.ts";

export function checkRoom(joint: Joint, budget: KnownBudget | null, known: Known): void {
  checkWindow(joint, budget, known);
  checkOutput(joint, known);
}

/** The largest request that can come here fits every path before it, and the budget. */
function checkWindow({ to, before, action }: Joint, budget: KnownBudget | null, known: Known): void {
  const { report } = known;
  const window = to.contextWindow;
  // That an overflow leads to a path that is no larger was told as such.
  const isTold = report.diagnostics.some(({ code, span }) => code === "FBP4004" && span === action.span);
  if (window === null || isTold) return;
  const roomiest = largest(before, ({ contextWindow }) => contextWindow);
  const tokens = budget?.tokens ?? null;
  const bounds = [
    ...(roomiest === null
      ? []
      : [{ most: roomiest.value, because: `the context window of \`${roomiest.path.name}\`` }]),
    ...(tokens === null ? [] : [{ most: tokens, because: "the budget's `tokens`" }]),
  ];
  const [bound] = bounds.sort((a, b) => a.most - b.most);
  if (bound === undefined || bound.most <= window) return;
  const related =
    roomiest === null
      ? []
      : [
          {
            span: settingSpan(roomiest.path, "context_window"),
            text: `the context window of \`${roomiest.path.name}\``,
          },
        ];
  const args = { path: to.name, window, largest: bound.most, because: bound.because };
  report.add("FBP8107", settingSpan(to, "context_window"), args, { related });
}

function checkOutput({ to, before }: Joint, known: Known): void {
  const output = to.maxOutput;
  const longest = largest(before, ({ maxOutput }) => maxOutput);
  if (output === null || longest === null || longest.value <= output) return;
  const args = { path: to.name, output, from: longest.path.name, longest: longest.value };
  const related = [{ span: settingSpan(longest.path, "max_output"), text: `that of \`${longest.path.name}\`` }];
  known.report.add("FBP8108", settingSpan(to, "max_output"), args, { related });
}

function largest(
  paths: readonly KnownPath[],
  roomOf: (path: KnownPath) => number | null,
): { readonly path: KnownPath; readonly value: number } | null {
  let found: { readonly path: KnownPath; readonly value: number } | null = null;
  for (const path of paths) {
    const value = roomOf(path);
    if (value !== null && (found === null || value > found.value)) found = { path, value };
  }
  return found;
}
