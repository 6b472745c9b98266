/**
 * Several subjects measured in one run, turn by turn, so that whatever the machine does meanwhile
 * happens to all of them. What is compared is a median, and what is claimed is a ratio.
 */
import { seededRandom } from "@fbp/runtime/virtual";

export interface Subject {
  readonly name: string;
  /** Does the thing `times` times, one after the other. */
  readonly run: (times: number) => void | Promise<void>;
  /** The part of the times that it is done, where it is so slow that all of them would take minutes; left out: 1. */
  readonly part?: number;
}

export interface Measured {
  readonly name: string;
  /** Median over the rounds, nanoseconds for one time. */
  readonly ns: number;
  /** To the first subject: median of the rounds' own ratios, so that a slow minute of the machine is in both or in neither. */
  readonly ratio: number;
  /** The same of the processor's time that this process took, which a provider beside it does not move. */
  readonly cpuRatio: number;
  /** Bytes allocated for one time, from a round without a collection; null where the heap cannot be read so. */
  readonly bytes: number | null;
}

const ROUNDS = 31;

export async function measure(subjects: readonly Subject[], times: number, most: number = ROUNDS): Promise<Measured[]> {
  const rounds = new Map<string, number[]>();
  const cpu = new Map<string, number[]>();
  const random = seededRandom(1);
  const timesOf = ({ part = 1 }: Subject): number => Math.max(1, Math.round(times * part));
  // So often that the compiler has done what it will do.
  for (const subject of subjects)
    await subject.run(Math.min(timesOf(subject) * 10, Math.max(timesOf(subject), 20_000)));
  for (let round = 0; round < most; round++) {
    // In another order each time, so that none always comes after the same one and pays for what that has left.
    for (const subject of shuffled(subjects, random)) {
      const worked = process.cpuUsage();
      const began = process.hrtime.bigint();
      const done = timesOf(subject);
      await subject.run(done);
      const took = Number(process.hrtime.bigint() - began) / done;
      const { user, system } = process.cpuUsage(worked);
      rounds.set(subject.name, [...(rounds.get(subject.name) ?? []), took]);
      cpu.set(subject.name, [...(cpu.get(subject.name) ?? []), (user + system) / done]);
    }
  }
  const measured: Measured[] = [];
  const first = subjects[0]?.name ?? "";
  for (const subject of subjects) {
    // What is slow is only timed: a thousand times more of it would take minutes.
    const bytes = times < 100 ? null : await allocated(subject);
    measured.push({
      name: subject.name,
      ns: median(rounds.get(subject.name) ?? []),
      ratio: ratioOf(rounds, subject.name, first),
      cpuRatio: ratioOf(cpu, subject.name, first),
      bytes,
    });
  }
  return measured;
}

function ratioOf(rounds: ReadonlyMap<string, readonly number[]>, name: string, first: string): number {
  const firsts = rounds.get(first) ?? [];
  return median((rounds.get(name) ?? []).map((took, round) => took / (firsts[round] ?? Number.NaN)));
}

/** Needs `--expose-gc`. A thousand times allocate far less than the young generation holds. */
async function allocated(subject: Subject): Promise<number | null> {
  if (globalThis.gc === undefined) return null;
  const times = Math.round(1000 * (subject.part ?? 1));
  const found: number[] = [];
  for (let round = 0; round < 5; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    await subject.run(times);
    found.push((process.memoryUsage().heapUsed - before) / times);
  }
  return Math.max(0, median(found));
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
