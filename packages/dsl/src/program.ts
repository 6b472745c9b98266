/**
 * One policy's way from file to artefact, stage by stage: syntax -> check (contracts, types, names,
 * rules) -> proof -> validators -> lower -> emit. A stage that was done for the same text is not done again.
 *
 * What only artefacts need (ajv) is loaded when it is asked for.
 */
import type { Policy } from "@fbp/runtime/core";
import { type Examined, examine } from "./analyze/examine.ts";
import { proofOf } from "./analyze/proof-of.ts";
import { signalCoverage } from "./analyze/signals/index.ts";
import {
  type Checked,
  type CheckOptions,
  check,
  type Load,
  type Loaded,
  parseOnce,
  resolveUses,
} from "./check/check.ts";
import type { PolicyModel, Program } from "./check/model.ts";
import type { Standing } from "./check/standing.ts";
import type { DigestFile } from "./contract/sources.ts";
import { type Diagnostic, inReadingOrder, Report } from "./diagnostics/index.ts";
import { digestAll } from "./digest.ts";
import { type Artefact, artefactsOf } from "./emit/artefacts.ts";
import type { EmbeddedRuntime } from "./emit/embedded.ts";
import { loadValidators, validatorsFor } from "./emit/load-validators.ts";
import { type FileDigest, type Host, sizeText, whyUnread } from "./host.ts";
import { instantiate } from "./lower/instantiate.ts";
import { type LoweredPolicies, lowerPolicies } from "./lower/policy.ts";
import { isSameGround, isSameRead, type ProofGround, type Read } from "./proof-ground.ts";
import { type Source, span } from "./source.ts";
import { type StageTime, Timings } from "./timings.ts";

export interface CompileOptions extends CheckOptions {
  /** Milliseconds of a monotonic clock, for the timings; left out: the process's own. */
  readonly clock?: () => number;
  /** False: only what stands in the text is checked, and what can happen is not explored. Left out: true. */
  readonly prove?: boolean;
}

export interface Compilation {
  /** All problems, in reading order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Null where one of the problems is an error: then there is nothing to build. */
  readonly program: Program | null;
  /** How its contracts and fallbacks stand before production, as far as they could be read. */
  readonly standing: Standing;
  /** What can happen to the requests of each policy; none where the text has errors, or nothing was to be proved. */
  readonly examined: readonly Examined[];
  /** Names of the files that were asked for, whether they are there or not, the entry first. */
  readonly files: readonly string[];
  /** What came of each: of a host that gives the same again all of this is the same again. */
  readonly answers: HostAnswers;
  /** What each stage took so far. */
  readonly timings: readonly StageTime[];
  /**
   * The policies as objects of this process, made of the artefact's own text; none where there are errors.
   *
   * @throws Error when `loadValidators` was not awaited before, or a schema cannot be compiled
   */
  policies(): readonly Policy[];
  /**
   * `NAME.policy.js`, `.policy.d.ts` and `.policy.json`; none where there are errors, or no policy.
   * Rejects where a schema cannot be compiled.
   *
   * @param runtime put into the module, which then needs nothing else; a policy that has the name of one
   *   of its exports makes this reject with a `RangeError`
   */
  artefacts(runtime?: EmbeddedRuntime): Promise<readonly Artefact[]>;
}

/**
 * Compiles the policy file `entry`, as the host names it. Never throws for what stands in a file.
 *
 * @throws RangeError when `options.asOf` is no ISO day
 */
export function compile(entry: string, host: Host, options: CompileOptions): Compilation {
  return new Compiler(host).compile(entry, options);
}

/** Keeps what it has made, so that compiling again after an edit does only what the edit touches. */
export class Compiler {
  readonly #host: Host;
  /** The last text of each file: who gets the same object need not read it again. */
  readonly #sources = new Map<string, Source>();
  readonly #done = new Map<string, Made>();
  /** What the last examination that found nothing was made of. */
  readonly #clean = new Map<string, ProofGround>();

  constructor(host: Host) {
    this.#host = host;
  }

  compile(entry: string, options: CompileOptions): Compilation {
    const { profile, asOf, clock = () => performance.now(), prove = true } = options;
    const key = JSON.stringify([entry, profile, asOf, prove]);
    const known = this.#done.get(key);
    const digest = (name: string): FileDigest => this.#host.digest(name);
    if (known?.isCurrent((name) => this.#read(name), digest)) return known;
    const made = this.#make(entry, key, { profile, asOf }, prove, new Timings(clock));
    this.#done.set(key, made);
    return made;
  }

  #make(entry: string, key: string, options: CheckOptions, prove: boolean, timings: Timings): Made {
    const reads = new Map<string, Read>();
    const read = (name: string): Read => {
      const result = timings.measure("read", () => this.#read(name));
      reads.set(name, result);
      return result;
    };
    const load: Load = (path, from) => {
      const name = this.#host.resolve(from.name, path);
      return name === null ? { kind: "outside" } : loadedOf(read(name));
    };
    const digests = new Map<string, FileDigest>();
    const digest: DigestFile = (file) => {
      const name = this.#host.resolve("", file);
      if (name === null) return { kind: "outside" };
      const result = digests.get(name) ?? timings.measure("read", () => this.#host.digest(name));
      digests.set(name, result);
      return result;
    };
    const report = new Report();
    const source = sourceOf(entry, read(entry), report);
    if (source === null) return new Made(entry, options, report, NOTHING, { reads, digests }, timings);
    const files = timings.measure("syntax", () => resolveUses(parseOnce(source, report), load, report));
    const checked = timings.measure("check", () => check(files, load, options, report, digest));
    const policies = report.failed ? [] : (checked.program?.policies ?? []);
    const ground = { files, reads, digests, told: [...report.diagnostics] };
    const examined = this.#examine(policies, { key, ground, options, prove }, report, timings);
    return new Made(entry, options, report, { ...checked, examined }, { reads, digests }, timings);
  }

  /** An edit of a comment or of a scenario changes nothing that can happen to a request. */
  #examine(
    policies: readonly PolicyModel[],
    asked: Examination,
    report: Report,
    timings: Timings,
  ): readonly Examined[] {
    const { key, ground, options, prove } = asked;
    const clean = this.#clean.get(key);
    const isKnown = timings.measure("proof", () => clean !== undefined && isSameGround(clean, ground));
    if (isKnown && policies.length > 0) return prove ? policies.map(provedWhenAsked) : [];
    timings.measure("check", () => {
      for (const policy of policies) signalCoverage(policy, report, policies);
    });
    if (report.failed) return [];
    const examined = timings.measure("proof", () =>
      prove ? policies.map((policy) => examine(policy, options, report)) : [],
    );
    const isClean = report.diagnostics.length === ground.told.length;
    if (isClean && policies.length > 0) this.#clean.set(key, ground);
    return examined;
  }

  #read(name: string): Read {
    const file = this.#host.read(name);
    if (file.kind !== "text") return file;
    const known = this.#sources.get(name);
    if (known?.text === file.text) return known;
    const source: Source = { name, text: file.text };
    this.#sources.set(name, source);
    return source;
  }
}

interface Examination {
  /** Of the entry and the options. */
  readonly key: string;
  readonly ground: ProofGround;
  readonly options: CheckOptions;
  readonly prove: boolean;
}

/** Of a policy in which nothing will be found: most checks print nothing of its proof. */
function provedWhenAsked(policy: PolicyModel): Examined {
  return {
    policy,
    get proved() {
      return proofOf(policy);
    },
  };
}

const NOTHING: Checked & Pick<Compilation, "examined"> = {
  program: null,
  standing: { contracts: [], fallbacks: [] },
  examined: [],
};

/** What was asked of a host, by name, and what came. */
export interface HostAnswers {
  readonly reads: ReadonlyMap<string, Read>;
  readonly digests: ReadonlyMap<string, FileDigest>;
}

class Made implements Compilation {
  readonly diagnostics: readonly Diagnostic[];
  readonly program: Program | null;
  readonly standing: Standing;
  readonly examined: readonly Examined[];
  readonly #entry: string;
  readonly #options: CheckOptions;
  readonly answers: HostAnswers;
  readonly #timings: Timings;
  #lowered: LoweredPolicies | null = null;
  #policies: readonly Policy[] | null = null;
  readonly #artefacts = new Map<EmbeddedRuntime | undefined, Promise<readonly Artefact[]>>();

  constructor(
    entry: string,
    options: CheckOptions,
    report: Report,
    checked: Checked & Pick<Compilation, "examined">,
    answers: HostAnswers,
    timings: Timings,
  ) {
    this.#entry = entry;
    this.#options = options;
    this.answers = answers;
    this.#timings = timings;
    this.diagnostics = inReadingOrder(report.diagnostics);
    this.program = report.failed ? null : checked.program;
    this.standing = checked.standing;
    this.examined = checked.examined;
  }

  get files(): readonly string[] {
    const { reads, digests } = this.answers;
    return [...new Set([...reads.keys(), ...digests.keys()])];
  }

  get timings(): readonly StageTime[] {
    return this.#timings.all;
  }

  /** Would every file that was asked for give the same again? */
  isCurrent(read: (name: string) => Read, digest: (name: string) => FileDigest): boolean {
    const { reads, digests } = this.answers;
    return (
      [...reads].every(([name, before]) => isSameRead(before, read(name))) &&
      [...digests].every(([name, before]) => JSON.stringify(before) === JSON.stringify(digest(name)))
    );
  }

  policies(): readonly Policy[] {
    if (this.program === null) return [];
    const { program } = this;
    this.#policies ??= this.#timings.measure("instantiate", () => instantiate(this.#lower(program)));
    return this.#policies;
  }

  artefacts(runtime?: EmbeddedRuntime): Promise<readonly Artefact[]> {
    const artefacts = this.#artefacts.get(runtime) ?? this.#emit(runtime);
    this.#artefacts.set(runtime, artefacts);
    return artefacts;
  }

  async #emit(runtime: EmbeddedRuntime | undefined): Promise<readonly Artefact[]> {
    const { program } = this;
    if (program === null || program.policies.length === 0) return [];
    await this.#timings.measureAsync("load", loadValidators);
    const lowered = this.#lower(program);
    return this.#timings.measureAsync("emit", () =>
      artefactsOf(program, lowered, { entry: this.#entry, ...this.#options, runtime }),
    );
  }

  #lower(program: Program): LoweredPolicies {
    this.#lowered ??= this.#lowerFresh(program);
    return this.#lowered;
  }

  #lowerFresh({ policies, sources }: Program): LoweredPolicies {
    const { fits, text } = this.#timings.measure("validators", () => validatorsFor(policies));
    return this.#timings.measure("lower", () =>
      lowerPolicies(policies, { digest: digestAll(sources), fits, validators: text }),
    );
  }
}

/** The entry is named by no other file, so that what is wrong with it stands at its own beginning. */
function sourceOf(entry: string, read: Read, report: Report): Source | null {
  if (!("kind" in read)) return read;
  const place = span({ name: entry, text: "" }, 0, 0);
  if (read.kind === "too_large") report.add("FBP1030", place, { limit: sizeText(read.limit) });
  else report.add("FBP2014", place, { file: entry, why: whyUnread(read) });
  return null;
}

function loadedOf(read: Read): Loaded {
  if (!("kind" in read)) return { kind: "source", source: read };
  return read.kind === "missing" ? { kind: "missing" } : { kind: "unreadable", why: whyUnread(read) };
}
