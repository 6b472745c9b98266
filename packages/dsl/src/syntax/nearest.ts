/**
 * The word that was probably meant: the candidate at the smallest optimal string alignment distance
 * (insertions, deletions, substitutions, swaps of neighbours), if that is at most a third of its length.
 */
export function nearestWord<Candidate extends string>(
  written: string,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const word = written.toLowerCase();
  let best: Candidate | undefined;
  let least = Number.POSITIVE_INFINITY;
  if (word.length > 40) return undefined;
  for (const candidate of candidates) {
    const bound = Math.max(1, Math.floor(candidate.length / 3));
    if (Math.abs(candidate.length - word.length) > bound) continue;
    const distance = alignment(word, candidate);
    if (distance <= bound && distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function alignment(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + same);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
