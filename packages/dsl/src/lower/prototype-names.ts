/**
 * Names that a value may seem to have though nobody wrote them: those on the prototypes of objects,
 * lists, texts, numbers, booleans and functions. Fields of these names are read as own properties
 * only. The list is fixed, so that the same policy gives the same bytes on every engine; a test holds it
 * against the engine's own prototypes.
 */
const OF_OBJECTS = new Set(
  `__proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ constructor hasOwnProperty
  isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf`.split(/\s+/),
);

const OF_OTHERS = new Set(
  `length name prototype arguments caller apply bind call
  at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes
  indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toReversed toSorted
  toSpliced unshift values with
  anchor big blink bold charAt charCodeAt codePointAt endsWith fixed fontcolor fontsize isWellFormed italics link
  localeCompare match matchAll normalize padEnd padStart repeat replace replaceAll search small split startsWith strike
  sub substr substring sup toLocaleLowerCase toLocaleUpperCase toLowerCase toUpperCase toWellFormed trim trimEnd
  trimLeft trimRight trimStart
  toExponential toFixed toPrecision`.split(/\s+/),
);

/** Must a field of this name be read as an own property? Also true for names that are indexes of lists. */
export function needsOwnRead(name: string): boolean {
  return OF_OBJECTS.has(name) || OF_OTHERS.has(name) || /^\d+$/.test(name);
}

/** Does a plain object seem to have a field of this name? */
export function isOnEveryObject(name: string): boolean {
  return OF_OBJECTS.has(name);
}
