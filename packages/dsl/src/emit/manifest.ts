/** The artefact `chat.policy.json`: what the policies were made of and what is known of them. */
import { POLICY_FORMAT } from "@fbp/runtime/core";
import type { FallbackModel, PolicyModel, Program, Reliance } from "../check/model.ts";
import { AREA_NAMES, type Contract } from "../contract/document.ts";
import { areaState } from "../contract/reliance.ts";
import { digestAll, digestOf } from "../digest.ts";
import { reasonsOf } from "../lower/policy.ts";
import { positionOf } from "../source.ts";
import { VERSION } from "../version.ts";
import { boundsEntry } from "./manifest-bounds.ts";
import type { Manifest } from "./manifest-schema.ts";

export interface ManifestOptions {
  readonly profile: "development" | "production";
  /** ISO day. */
  readonly asOf: string;
}

type PolicyEntry = Manifest["policies"][number];

export function manifestOf(program: Program, options: ManifestOptions): Manifest {
  const contracts = new Map(program.policies.flatMap((policy) => policy.contracts).map((model) => [model.name, model]));
  return {
    version: 1,
    compiler: VERSION,
    format: POLICY_FORMAT,
    digest: digestAll(program.sources),
    profile: options.profile,
    asOf: options.asOf,
    sources: [...program.sources]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((source) => ({ file: source.name, digest: digestOf(source) })),
    consulted: program.consulted.map((file) => ({ ...file })),
    contracts: [...contracts.values()].map(({ name, source, sources, contract }) => ({
      name,
      file: source.name,
      digest: sources.length === 1 ? digestOf(source) : digestAll(sources),
      areas: AREA_NAMES.map((area) => areaEntry(contract, area, options.asOf)),
    })),
    policies: program.policies.map((policy) => policyEntry(policy, options)),
  };
}

/** With a line for each field, and a newline at the end. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function areaEntry(
  contract: Contract,
  area: Reliance["area"],
  asOf: string,
): Manifest["contracts"][number]["areas"][number] {
  // A contradicted area is an error in every profile, and of a program with errors there is no manifest.
  const state = areaState(contract, area, asOf);
  switch (state.kind) {
    case "verified":
      return { area, state: "verified", until: state.until };
    case "expired":
      return { area, state: "expired", until: state.since };
    default:
      return { area, state: "pending", until: null };
  }
}

function fallbackEntry({ criteria, subject, evidence, ...fallback }: FallbackModel): PolicyEntry["fallbacks"][number] {
  return {
    ...fallback,
    evidence: evidence === null ? null : { ...evidence },
    subject: subject === null ? null : { ...subject },
    criteria: criteria.map(({ criterion, state }) => ({
      criterion,
      state: state.kind,
      until: state.kind === "passed" ? state.until : state.kind === "expired" ? state.since : null,
    })),
  };
}

/** What the manifest says of one policy. */
export function policyEntry(policy: PolicyModel, options: ManifestOptions): PolicyEntry {
  const texts = new Map(policy.reasons.map((reason) => [reason.name, reason.text]));
  return {
    name: policy.name,
    doc: policy.doc,
    start: policy.paths[policy.start]?.name ?? "",
    paths: policy.paths.map((path) => ({
      name: path.name,
      contract: policy.contracts[path.contract]?.name ?? "",
      model: path.model,
      account: path.account,
      timeoutMs: { least: path.leastMs, most: path.mostMs },
      evidence: path.validated?.by ?? null,
    })),
    reasons: reasonsOf(policy).map((code) => ({ code, text: texts.get(code) ?? null })),
    signals: policy.signals.map(({ name, class: signalClass }) => ({ name, class: signalClass })),
    relies: reliesOf(policy, options.asOf),
    fallbacks: policy.fallbacks.map(fallbackEntry),
    bounds: boundsEntry(policy),
  };
}

function reliesOf(policy: PolicyModel, asOf: string): PolicyEntry["relies"] {
  return policy.contracts.flatMap(({ name, contract }) =>
    AREA_NAMES.flatMap((area) => {
      const by = policy.reliance.filter((reliance) => reliance.contract === name && reliance.area === area);
      return by.length === 0 ? [] : [{ contract: name, ...areaEntry(contract, area, asOf), by: constructs(by) }];
    }),
  );
}

/** Each construct once, in the order of its place. */
function constructs(reliances: readonly Reliance[]): PolicyEntry["relies"][number]["by"] {
  const places = reliances.map(({ what, span }) => ({
    what,
    file: span.source.name,
    line: positionOf(span.source, span.start).line,
  }));
  const byPlace = new Map(places.map((place) => [JSON.stringify([place.file, place.line, place.what]), place]));
  return [...byPlace.values()].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.what, b.what),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
