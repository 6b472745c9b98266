/** One contract by itself, as a host has it: for commands that are given a contract and no policy. */
import { loadContract } from "./contract/load.ts";
import type { LoadedContract } from "./contract/loaded.ts";
import type { DigestFile } from "./contract/sources.ts";
import { type AreaStatus, areaStatuses } from "./contract/status.ts";
import { type Diagnostic, inReadingOrder, Report } from "./diagnostics/index.ts";
import { type Host, whyUnread } from "./host.ts";
import type { Load } from "./loading.ts";
import { type Source, span } from "./source.ts";

export interface OpenedContract {
  /** Null where the file cannot be read. */
  readonly source: Source | null;
  /** Null where one of the problems is an error. */
  readonly loaded: LoadedContract | null;
  /** In reading order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the contract `name`, as the host names it, with what it extends. Never throws for what stands in a file. */
export function openContract(name: string, host: Host): OpenedContract {
  const file = host.read(name);
  if (file.kind === "text") return openText({ name, text: file.text }, host);
  const report = new Report();
  report.add("FBP3006", span({ name, text: "" }, 0, 0), { file: name, why: whyUnread(file) });
  return { source: null, loaded: null, diagnostics: report.diagnostics };
}

/** As `openContract`, but with this text in the place of the contract's own. */
export function openText(source: Source, host: Host): OpenedContract {
  const report = new Report();
  const loaded = loadContract(source, report, loadBy(host));
  return { source, loaded, diagnostics: inReadingOrder(report.diagnostics) };
}

function loadBy(host: Host): Load {
  return (path, from) => {
    const name = host.resolve(from.name, path);
    if (name === null) return { kind: "outside" };
    const file = host.read(name);
    if (file.kind === "text") return { kind: "source", source: { name, text: file.text } };
    return file.kind === "missing" ? file : { kind: "unreadable", why: whyUnread(file) };
  };
}

/** Digests by names relative to the project's root, as verifications write them. */
export function digestBy(host: Host): DigestFile {
  return (file) => {
    const name = host.resolve("", file);
    return name === null ? { kind: "outside" } : host.digest(name);
  };
}

/**
 * The areas of a contract on the ISO day `asOf`.
 *
 * @throws RangeError where `asOf` is no day
 */
export function statusOf({ contract }: LoadedContract, host: Host, asOf: string): readonly AreaStatus[] {
  return areaStatuses(contract, asOf, digestBy(host));
}
