import { readJson } from "../contract/json.ts";
import { loadContract } from "../contract/load.ts";
import type { LoadedContract } from "../contract/loaded.ts";
import { checkSchemas } from "../contract/schemas.ts";
import { type Diagnostic, Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Source } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { type SchemaLoader, unfoldAccept } from "./accept.ts";
import type { Declarations } from "./declarations.ts";
import { chargesOf } from "./documented.ts";
import type { Load, Loaded } from "./files.ts";
import type { ContractModel, Reliance } from "./model.ts";
import type { Rely } from "./predicate/index.ts";
import { isWritten } from "./settings.ts";
import type { SignalTable } from "./signal-table.ts";
import { isRaisedByRuntime, unfoldSignals } from "./signals.ts";

/** A contract as a program names it, with its `signals` and `accept` blocks. */
export interface KnownContract {
  readonly name: string;
  readonly item: tree.ContractItem;
  /** Null where the file cannot be read or is wrong, which was reported. */
  readonly loaded: LoadedContract | null;
  readonly model: ContractModel | null;
  /** The signals, by number, that a failed call can be read as; null where the contract is not known. */
  readonly readable: ReadonlySet<number> | null;
  /** What its blocks rely on. */
  readonly reliance: readonly Reliance[];
}

export interface Contracts {
  readonly byName: ReadonlyMap<string, KnownContract>;
  /** Contracts, then the schemas that `accept` blocks name. */
  readonly sources: readonly Source[];
}

export function checkContracts(declared: Declarations, table: SignalTable, load: Load, report: Report): Contracts {
  const sources = new Set<Source>();
  const schemas = new Set<Source>();
  const loadSchema = schemaLoader(load, schemas);
  const byName = new Map<string, KnownContract>();
  for (const item of declared.contracts.values()) {
    const loaded = loadItem(item, load, report);
    for (const source of loaded?.sources ?? []) sources.add(source);
    byName.set(item.name.text, knownContract(item, loaded, declared, table, loadSchema, report));
  }
  return { byName, sources: [...new Set([...sources, ...schemas])] };
}

function loadItem(item: tree.ContractItem, load: Load, report: Report): LoadedContract | null {
  if (item.from === null || !isWritten(item.from)) return null;
  const { value: file, span } = item.from;
  const found = load(file, span.source);
  switch (found.kind) {
    case "source":
      return readOnce(found.source, load, report);
    case "missing":
      report.add("FBP3005", span, { file });
      return null;
    case "outside":
      report.add("FBP2013", span, { file });
      return null;
    case "unreadable":
      report.add("FBP3006", span, { file, why: found.why });
      return null;
  }
}

interface ReadContract {
  readonly loaded: LoadedContract | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that it asked for, with what it got. */
  readonly asked: readonly { readonly path: string; readonly from: Source; readonly got: Loaded }[];
}

const read = new WeakMap<Source, ReadContract>();

/**
 * `loadContract`, but a source that was read before gives its contract and its messages again without
 * work, as long as the files that it extends are what they were.
 */
function readOnce(source: Source, load: Load, report: Report): LoadedContract | null {
  let known = read.get(source);
  if (known === undefined || !known.asked.every(({ path, from, got }) => isSame(load(path, from), got))) {
    known = readFresh(source, load);
    read.set(source, known);
  }
  report.diagnostics.push(...known.diagnostics);
  return known.loaded;
}

function readFresh(source: Source, load: Load): ReadContract {
  const own = new Report();
  const asked: ReadContract["asked"][number][] = [];
  const loaded = loadContract(source, own, (path, from) => {
    const got = load(path, from);
    asked.push({ path, from, got });
    return got;
  });
  return { loaded, diagnostics: own.diagnostics, asked };
}

function isSame(a: Loaded, b: Loaded): boolean {
  if (a.kind === "source" || b.kind === "source") {
    return a.kind === "source" && b.kind === "source" && a.source === b.source;
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

function knownContract(
  item: tree.ContractItem,
  loaded: LoadedContract | null,
  declared: Declarations,
  table: SignalTable,
  loadSchema: SchemaLoader,
  report: Report,
): KnownContract {
  const name = item.name.text;
  if (loaded === null) return { name, item, loaded, model: null, readable: null, reliance: [] };
  const reliance: Reliance[] = [];
  const rely: Rely = (noted) => reliance.push({ ...noted, contract: noted.contract ?? name });
  const contract = { name, loaded };
  const block = declared.signalsBlocks.get(name) ?? declared.signalsBlocks.get("") ?? null;
  const signals = unfoldSignals(block, contract, table.models, item.name.span, report, rely);
  const accept = unfoldAccept(
    declared.acceptBlocks.get(name) ?? declared.acceptBlocks.get("") ?? null,
    contract,
    loadSchema,
    item.name.span,
    report,
    rely,
  );
  return {
    name,
    item,
    loaded,
    model: {
      name,
      contract: loaded.contract,
      source: loaded.source,
      sources: loaded.sources,
      root: loaded.root,
      signals,
      accept,
      charges: chargesOf(contract),
    },
    readable: new Set([...signals.map(({ signal }) => signal), ...meantBy(block, table)]),
    reliance,
  };
}

/** The signals that the block's own lines name, also those of lines with mistakes: what was meant still counts. */
function meantBy(block: tree.SignalsBlock | null, table: SignalTable): readonly number[] {
  const names = table.models.filter((model) => !isRaisedByRuntime(model)).map((model) => model.name);
  return (block?.lines ?? []).flatMap((line) => {
    if (line.kind !== "signals_line") return [];
    const { text } = line.signal;
    const meant = names.includes(text) ? text : nearest(text, names);
    const signal = meant === undefined ? undefined : table.numberOf(meant);
    return signal === undefined ? [] : [signal];
  });
}

/** Reads the schemas that `content matches schema` names, and notes their sources in `sources`. */
function schemaLoader(load: Load, sources: Set<Source>): SchemaLoader {
  return (file) => {
    const found = load(file.value, file.span.source);
    switch (found.kind) {
      case "missing":
        return { kind: "failed", why: "does not exist" };
      case "outside":
        return { kind: "failed", why: "lies outside the project's root" };
      case "unreadable":
        return { kind: "failed", why: `cannot be read: ${found.why}` };
      case "source": {
        const own = new Report();
        const document = readJson(found.source, own);
        if (document === null) return { kind: "failed", why: `cannot be read: ${own.diagnostics[0]?.text ?? ""}` };
        checkSchemas(document, [""], own);
        const fault = own.diagnostics.find(({ severity }) => severity === "error");
        if (fault !== undefined) return { kind: "failed", why: `cannot be used: ${fault.text}` };
        sources.add(found.source);
        return { kind: "loaded", schema: document.value };
      }
    }
  };
}
