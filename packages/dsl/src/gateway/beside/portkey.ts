/**
 * Portkey's gateway, as a simulation plays it beside a policy. Source: `tryTargetsRecursively` in handlers/handlerUtils.ts
 * and handlers/retryHandler.ts over async-retry, whose waits are 1 s, 2 s, 4 s and so on (Portkey-AI/gateway, as of 2026).
 */
import { nth } from "@fbp/runtime/core";
import type { Ask, BesideRules, Play, Reply } from "../../simulate/beside/rules.ts";
import type { Choice, Leaf, Node } from "../portkey-routing.ts";

/** @param tree that part of the config that the policy stands for */
export function portkeyRules(tree: Node): BesideRules {
  return {
    title: "Portkey",
    group: null,
    paths: leavesOf(tree).map((name) => ({ name, price: null })),
    leavesOut: LEFT_OUT,
    start: () => (ask) => answeredBy(tree, ask),
  };
}

const LEFT_OUT: readonly string[] = [
  "caches, guardrails, hooks and circuit breakers are not played, and of a condition its default is taken",
  "a stream that breaks after its first token fails the request",
  "a call without `request_timeout` ends after five minutes, when Node's own fetch gives up",
];

const FIRST_WAIT_MS = 1000;
const LONGEST_HINT_MS = 60_000;
const FETCH_LIMIT_MS = 300_000;

/** What a target comes to; a stream that broke off was a 200. */
interface Came {
  readonly status: number;
  readonly isWhole: boolean;
}

function* answeredBy(tree: Node, ask: Ask): Play<boolean> {
  const { status, isWhole } = yield* tried(tree, ask);
  return isOk(status) && isWhole;
}

function* tried(node: Node, ask: Ask): Play<Came> {
  if (node.kind === "leaf") return yield* retried(node, ask);
  if (node.kind === "choice") return yield* tried(chosen(node, ask.dice()), ask);
  let came: Came = { status: 500, isWhole: true };
  for (const target of node.targets) {
    came = yield* tried(target, ask);
    if (node.statuses === null ? isOk(came.status) : !node.statuses.includes(came.status)) return came;
  }
  return came;
}

function* retried({ path, retry, timeoutMs }: Leaf, ask: Ask): Play<Came> {
  let hintLeftMs = LONGEST_HINT_MS;
  let isHinted = false;
  for (let made = 0; ; made++) {
    const reply = yield* ask.call(path, timeoutMs === null || timeoutMs === 0 ? FETCH_LIMIT_MS : timeoutMs);
    // What the provider never said is no status: an exception, which is retried whatever the config lists.
    const status = statusOf(reply, timeoutMs);
    const came = { status: status ?? 500, isWhole: reply.kind !== "broke_off" };
    if (made >= retry.attempts || (status !== null && !retry.statuses.includes(status))) return came;
    const hint = retry.followsHint && status === 429 ? hintOf(reply) : null;
    if (hint !== null) {
      if (hint >= LONGEST_HINT_MS || hint > hintLeftMs) return came;
      hintLeftMs -= hint;
      isHinted = true;
      yield hint;
    } else if (!isHinted) yield FIRST_WAIT_MS * 2 ** made;
  }
}

/** A timeout of the gateway's own is a 408. */
function statusOf(reply: Reply, timeoutMs: number | null): number | null {
  switch (reply.kind) {
    case "answered":
    case "broke_off":
      return 200;
    case "returned":
      return reply.status;
    case "timed_out":
      return timeoutMs === null || timeoutMs === 0 ? null : 408;
    case "failed":
      return null;
  }
}

function hintOf(reply: Reply): number | null {
  if (reply.kind !== "returned") return null;
  const ms = reply.headers["retry-after-ms"] ?? reply.headers["x-ms-retry-after-ms"];
  const seconds = reply.headers["retry-after"];
  if (ms !== undefined && /^\d+$/.test(ms)) return Number(ms) || null;
  return seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) * 1000 || null : null;
}

function chosen({ targets, taken }: Choice, share: number): Node {
  let left = share * targets.reduce((sum, { weight }) => sum + weight, 0);
  for (const { node, weight } of targets) {
    if (left < weight) return node;
    left -= weight;
  }
  return nth(targets, taken).node;
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

function leavesOf(node: Node): readonly string[] {
  if (node.kind === "leaf") return [node.path];
  const targets = node.kind === "choice" ? node.targets.map((one) => one.node) : node.targets;
  return targets.flatMap(leavesOf);
}
