/** Writes what was verified into a contract's text. */
import { AREA_NAMES, type AreaName, type Verification } from "./document.ts";
import { withValueAt } from "./edit.ts";

/** As contracts are usually written: what is put in comes where one would look for it. */
const ORDER = [
  ...["$schema", "fbp", "name", "title", "extends", ...AREA_NAMES],
  ...["verification", "status", "source", "checker", "day", "validDays", "notes", "address", "file", "digest"],
];

/**
 * The text of a contract with this verification of one area; all else stays as it is, to the byte. Of a
 * contract that extends another, the area is made where the text does not hold it yet.
 *
 * @throws RangeError where the text is no JSON, or the area is no object
 */
export function withVerification(text: string, area: AreaName, verification: Verification): string {
  return withValueAt(text, [area, "verification"], verification, ORDER);
}
