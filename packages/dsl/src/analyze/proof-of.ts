import type { PolicyModel } from "../check/model.ts";
import { type Proved, prove } from "./proof.ts";

const known = new WeakMap<PolicyModel, Proved>();

/** `prove`, worked out once for each policy. */
export function proofOf(model: PolicyModel): Proved {
  let proved = known.get(model);
  if (proved === undefined) {
    proved = prove(model);
    known.set(model, proved);
  }
  return proved;
}
