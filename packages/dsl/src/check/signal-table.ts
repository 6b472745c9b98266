import { BUILT_IN_SIGNALS, type SignalClass } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type * as tree from "../syntax/tree.ts";
import type { SignalModel } from "./model.ts";

/** All signals of a program by number: the built-in ones, then the declared ones. */
export interface SignalTable {
  readonly models: readonly SignalModel[];
  numberOf(name: string): number | undefined;
  nameOf(signal: number): string;
  classOf(signal: number): SignalClass;
  ofClass(signalClass: SignalClass): readonly number[];
}

export const CLASSES: readonly SignalClass[] = [
  "transient",
  "capacity",
  "quota",
  "route_limit",
  "client_defect",
  "auth_defect",
  "output_defect",
  "health",
];

export function tabulate(declared: ReadonlyMap<string, tree.SignalItem>, report: Report): SignalTable {
  const models: SignalModel[] = [...BUILT_IN_SIGNALS];
  for (const item of declared.values()) {
    const builtIn = BUILT_IN_SIGNALS.find(({ name }) => name === item.name.text);
    if (builtIn !== undefined) {
      report.add("FBP2008", item.name.span, { name: builtIn.name, signalClass: builtIn.class });
      continue;
    }
    const signalClass = classNamed(item.class, report);
    if (signalClass === "health") report.add("FBP2009", item.class.span, { name: item.name.text });
    // A signal whose class is wrong is still known by name, so that nothing follows from it.
    const isUsable = signalClass !== null && signalClass !== "health";
    models.push({ name: item.name.text, class: isUsable ? signalClass : "transient" });
  }
  const numbers = new Map(models.map(({ name }, index) => [name, index]));
  const at = (signal: number): SignalModel => {
    const model = models[signal];
    if (model === undefined) throw new RangeError(`there is no signal number ${signal}`);
    return model;
  };
  return {
    models,
    numberOf: (name) => numbers.get(name),
    nameOf: (signal) => at(signal).name,
    classOf: (signal) => at(signal).class,
    ofClass: (signalClass) => [...models.keys()].filter((signal) => at(signal).class === signalClass),
  };
}

/** The class of that name, or null after it was reported (or where a syntax error left it out). */
export function classNamed(
  name: tree.Name,
  report: Report,
  signals: readonly { readonly name: string }[] = [],
): SignalClass | null {
  const found = CLASSES.find((signalClass) => signalClass === name.text);
  if (found !== undefined) return found;
  if (name.text !== "") {
    report.add("FBP2003", name.span, {
      name: name.text,
      nearest: nearest(name.text, CLASSES),
      candidates: CLASSES,
      isSignal: signals.some((signal) => signal.name === name.text),
    });
  }
  return null;
}
