/** How calls and actions are said in findings. */
import type { ActionModel, PolicyModel } from "../../check/model.ts";

/** `retry`, `fallback backup` */
export function actionText({ paths }: PolicyModel, action: ActionModel): string {
  if (action.kind === "fallback") return `fallback ${paths[action.path]?.name ?? ""}`;
  return action.kind === "fail" && action.partial ? "fail with partial" : action.kind;
}

/**
 * `` `primary` 8s ``, `` `primary` again 8s ``: the calls in their order, more than two alike in one.
 *
 * @param amount what is said of each; left out: nothing
 */
export function callsText<Call extends { readonly path: string }>(
  calls: readonly Call[],
  amount?: (call: Call) => string,
): string[] {
  const said = calls.map((call) => ({ path: call.path, text: amount === undefined ? "" : ` ${amount(call)}` }));
  const texts: string[] = [];
  for (let at = 0; at < said.length; ) {
    const { path, text } = said[at] ?? { path: "", text: "" };
    const isAgain = said[at - 1]?.path === path;
    let count = 1;
    while (said[at + count]?.path === path && said[at + count]?.text === text) count++;
    if (count > 2) texts.push(`\`${path}\` ${count} times${text}`);
    else {
      texts.push(`\`${path}\`${isAgain ? " again" : ""}${text}`);
      if (count === 2) texts.push(`\`${path}\` again${text}`);
    }
    at += count;
  }
  return texts;
}
