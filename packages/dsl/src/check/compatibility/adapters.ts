import type { Related } from "../../diagnostics/index.ts";
import type { Known } from "../known.ts";
import type { KnownPath } from "../path.ts";
import { settingSpan } from "./joint.ts";

/** An adapter is typed by the contract that it writes for: paths on unlike contracts cannot share one. */
export function checkShared(paths: readonly KnownPath[], known: Known): void {
  const byName = new Map<string, KnownPath[]>();
  for (const path of paths) {
    if (path.adapter !== null) byName.set(path.adapter, [...(byName.get(path.adapter) ?? []), path]);
  }
  for (const [adapter, sharing] of byName) {
    const contracts = new Set(sharing.flatMap(({ contract }) => contract?.name ?? []));
    const [first, ...others] = sharing;
    const other = others.find((path) => path.contract?.name !== first?.contract?.name);
    if (contracts.size < 2 || first === undefined || other === undefined) continue;
    const related: Related[] = [{ span: settingSpan(first, "adapter"), text: `\`${first.name}\` has it too` }];
    const args = { adapter, paths: sharing.map(({ name }) => name), contracts: [...contracts] };
    known.report.add("FBP8110", settingSpan(other, "adapter"), args, { related });
  }
}

/** Says it of an adapter that nothing in the contracts calls for. */
export function reportNeedless(path: KnownPath, start: KnownPath, known: Known): void {
  if (path.adapter === null) return;
  const args = { path: path.name, adapter: path.adapter, start: start.name };
  known.report.add("FBP8109", settingSpan(path, "adapter"), args);
}
