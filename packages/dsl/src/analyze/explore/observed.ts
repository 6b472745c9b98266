/** The signals that assertions ask after: only these have to be remembered of a request's past. */
import type { Claim, Operand, PolicyModel } from "../../check/model.ts";

export function signalsAskedFor({ asserts, signals }: PolicyModel): readonly number[] {
  const names = new Set(
    asserts.flatMap(({ claim, when }) => [...namesIn(claim), ...(when === null ? [] : namesIn(when))]),
  );
  return signals.flatMap(({ name }, number) => (names.has(name) || names.has(ANY) ? [number] : []));
}

/** Asked after as a whole. */
const ANY = "";

function namesIn(claim: Claim): readonly string[] {
  switch (claim.kind) {
    case "const":
      return [];
    case "and":
    case "or":
      return claim.of.flatMap(namesIn);
    case "not":
      return namesIn(claim.of);
    case "has":
      return readsSignals(claim.left) && typeof claim.value === "string" ? [claim.value] : [];
    case "compare":
      return readsSignals(claim.left) || readsSignals(claim.right) ? [ANY] : [];
    default:
      return readsSignals("operand" in claim ? claim.operand : claim.left) ? [ANY] : [];
  }
}

function readsSignals(operand: Operand<string>): boolean {
  return operand.kind === "read" && operand.from === "outcome" && operand.segments[0] === "signals";
}
