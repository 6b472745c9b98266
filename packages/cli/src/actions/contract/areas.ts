/** The areas of the contracts that a command was given, each contract once, with everything that relies on it. */
import { type AreaStatus, type LoadedContract, positionOf, type Standing } from "@fbp/dsl";
import { compareText } from "../../files/compare.ts";
import type { ContractInput } from "../../files/contract-input.ts";
import type { Input } from "../../files/input.ts";
import type { Construct, ContractAreas } from "../../render/areas.ts";

interface Gathered {
  readonly file: string;
  readonly names: Set<string>;
  isNamed: boolean;
  readonly statuses: readonly AreaStatus[];
  readonly constructs: Map<string, Construct & { readonly area: string; readonly start: number }>;
}

export class Gathering {
  /** By the file's absolute name. */
  readonly #found = new Map<string, Gathered>();

  addProgram(standing: Standing, input: Input): void {
    for (const { name, source, areas } of standing.contracts) {
      const gathered = this.#of(input.pathOf(source.name), input.nameFromHere(source.name), areas);
      gathered.names.add(name);
      gathered.isNamed = true;
      for (const { area, reliedOnBy } of areas) {
        for (const { what, span } of reliedOnBy) {
          const file = input.nameFromHere(span.source.name);
          const { line } = positionOf(span.source, span.start);
          gathered.constructs.set(JSON.stringify([area, file, line, what]), {
            what,
            file,
            line,
            area,
            start: span.start,
          });
        }
      }
    }
  }

  addContract({ contract, source }: LoadedContract, statuses: readonly AreaStatus[], input: ContractInput): void {
    const gathered = this.#of(input.path, input.nameFromHere(source.name), statuses);
    if (gathered.names.size === 0) gathered.names.add(contract.name);
  }

  /** By file. */
  contracts(): readonly ContractAreas[] {
    return [...this.#found.values()]
      .sort((a, b) => compareText(a.file, b.file))
      .map(({ file, names, isNamed, statuses, constructs }) => ({
        names: [...names].sort(compareText),
        file,
        isNamed,
        areas: statuses.map((status) => ({
          ...status,
          reliedOnBy: [...constructs.values()]
            .filter(({ area }) => area === status.area)
            .sort((a, b) => compareText(a.file, b.file) || a.start - b.start)
            .map(({ what, file: of, line }) => ({ what, file: of, line })),
        })),
      }));
  }

  #of(path: string, file: string, statuses: readonly AreaStatus[]): Gathered {
    const gathered = this.#found.get(path) ?? {
      file,
      names: new Set<string>(),
      isNamed: false,
      statuses,
      constructs: new Map(),
    };
    this.#found.set(path, gathered);
    return gathered;
  }
}
