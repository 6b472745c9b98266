/** Words longer than this are not a slip of the fingers, and comparing them would cost too much. */
const LONGEST = 64;

/**
 * The candidate that `word` was probably meant to be: the nearest by Damerau-Levenshtein distance
 * (insertions, deletions, substitutions and swaps of neighbours; optimal string alignment), letter
 * case aside, if at most one letter in three differs. The first of several equally near ones.
 */
export function nearest<Candidate extends string>(
  word: string,
  candidates: Iterable<Candidate>,
): Candidate | undefined {
  if (word.length === 0 || word.length > LONGEST) return undefined;
  const folded = word.toLowerCase();
  let best: Candidate | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === word || candidate.length > LONGEST) continue;
    const bound = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (Math.abs(word.length - candidate.length) > bound) continue;
    const distance = alignmentDistance(folded, candidate.toLowerCase());
    // A one-letter word is near to every other one-letter word: that helps nobody.
    if (distance > bound || distance >= Math.max(word.length, candidate.length)) continue;
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function alignmentDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
