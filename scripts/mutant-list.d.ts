/** The machine, broken on purpose in one place at a time, each with the property that has to notice. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The test that must fail; a part of its name. */
  readonly noticedBy: string;
}
export declare const MUTANTS: readonly Mutant[];
//# sourceMappingURL=mutant-list.d.ts.map
