/**
 * What the constructs of a policy assume of its contracts, area by area (section "Contracts" of
 * docs/language.md). Facts in predicates are noted where they are resolved (`predicate/resolve.ts`),
 * the lines of `signals` and `accept` where they are unfolded; everything else is here.
 */
import type { AreaName } from "../contract/document.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { KnownBudget } from "./budget.ts";
import type { KnownContract } from "./contracts.ts";
import type { Known } from "./known.ts";
import type { Reliance } from "./model.ts";
import type { KnownPath } from "./path.ts";
import type { PolicyItems } from "./policy-items.ts";
import type { Ways } from "./ways.ts";
import { action as inWords } from "./words.ts";

/** The areas that every call over a path relies on. */
const OF_A_CALL: readonly AreaName[] = ["endpoint", "auth", "request", "response"];

/** What a setting of a path assumes beyond that: what a token is, which field limits the output. */
const OF_SETTINGS: Readonly<Partial<Record<tree.PathSetting["kind"], AreaName>>> = {
  first_token: "response",
  stall: "response",
  max_output: "request",
  adapter: "request",
};

/**
 * Before a call the output that the request asks for is reserved, the reported usage settles it, and
 * what the provider charges for a failed call says whether its reservation is kept.
 */
const OF_SPENDING: readonly AreaName[] = ["request", "response", "limits"];

/** What the policy relies on apart from its predicates and rules; nothing of paths that it never comes to. */
export function relianceOfPolicy(items: PolicyItems, ways: Ways, budget: KnownBudget | null): readonly Reliance[] {
  const contracts = [...new Set(ways.paths.flatMap(({ contract }) => contract ?? []))];
  const everywhere = (areas: readonly AreaName[], span: Span, what: string): readonly Reliance[] =>
    contracts.flatMap(({ name }) => areas.map((area) => ({ contract: name, area, span, what })));
  const spending = (["tokens", "cost"] as const).flatMap((kind) => {
    const place = budget?.placeOf(kind);
    if (place === undefined) return [];
    const freeOf = contracts.filter(saysWhatIsFree).map(({ name }) => name);
    const free = freeOf.map((contract): Reliance => ({ contract, area: "errors", span: place, what: kind }));
    return [...everywhere(OF_SPENDING, place, kind), ...free];
  });
  const { stream, record } = items;
  return [
    ...ways.paths.flatMap(relianceOfPath),
    ...contracts.flatMap(({ reliance }) => reliance),
    ...spending,
    ...(stream === undefined ? [] : everywhere(["request", "response"], stream.span, `stream ${stream.mode}`)),
    ...errorBodies(record).flatMap(({ span }) => everywhere(["errors"], span, "error_body")),
    ...spendingAsked(items).flatMap(({ span, what }) => everywhere(OF_SPENDING, span, what)),
  ];
}

/** Does an error condition of the contract say that such a call is not on the bill? */
function saysWhatIsFree({ loaded }: KnownContract): boolean {
  return loaded?.contract.errors.conditions.some(({ charged }) => charged === "no") ?? false;
}

function relianceOfPath({ name, tree: block, contract, contractSpan }: KnownPath): readonly Reliance[] {
  if (contract === null) return [];
  const call = OF_A_CALL.map((area) => ({ contract: contract.name, area, span: contractSpan, what: `path ${name}` }));
  const settings = block.settings.flatMap((setting): Reliance[] => {
    const area = OF_SETTINGS[setting.kind];
    return area === undefined ? [] : [{ contract: contract.name, area, span: setting.span, what: setting.kind }];
  });
  return [...call, ...settings];
}

function errorBodies(record: tree.RecordBlock | undefined): readonly tree.RecordSetting[] {
  return (record?.settings ?? []).filter(({ kind }) => kind === "error_body");
}

/** The places at which alerts and assertions ask what requests have spent. */
function spendingAsked({ alerts, asserts }: PolicyItems): readonly { readonly span: Span; readonly what: string }[] {
  const asked = [
    ...alerts.map(({ when }) => when),
    ...asserts.flatMap(({ claim, when }) => [claim, when ?? []].flat()),
  ];
  return asked.flatMap(factsOf).flatMap(({ root, segments, span }) => {
    const [field] = segments;
    if (root.text === "cost_rate" && field === undefined) return [{ span, what: "cost_rate" }];
    const isSpent = field?.kind === "field" && (field.name === "cost" || field.name === "tokens");
    return root.text === "outcome" && isSpent ? [{ span, what: `outcome.${field.name}` }] : [];
  });
}

function factsOf(expression: tree.Expression): readonly tree.Fact[] {
  switch (expression.kind) {
    case "fact":
      return [expression];
    case "or":
    case "and":
    case "compare":
    case "starts_with":
    case "contains":
    case "has":
      return [...factsOf(expression.left), ...factsOf(expression.right)];
    case "in_set":
    case "in_range":
    case "is":
      return factsOf(expression.left);
    case "not":
    case "times":
      return factsOf(expression.operand);
    default:
      return [];
  }
}

/** A server's own wait and a fallback that limits call for rely on what is known of limits. */
export function relianceOfActions(
  actions: readonly tree.Action[],
  signals: readonly number[],
  path: KnownPath,
  known: Known,
): readonly Reliance[] {
  const { table } = known;
  const limited = signals.filter((signal) => ["capacity", "quota"].includes(table.classOf(signal)));
  return actions.flatMap((action): Reliance[] => {
    const { span } = action;
    if (action.kind === "retry" && path.contract !== null && asksForWaits(path)) {
      return [{ contract: path.contract.name, area: "limits", span, what: "retry with the server's own wait" }];
    }
    const target = action.kind === "fallback" ? known.paths.get(action.path.text) : undefined;
    if (target?.contract == null || limited.length === 0) return [];
    const what = `${inWords(action)} on ${limited.map(table.nameOf).join(", ")}`;
    return [{ contract: target.contract.name, area: "limits", span, what }];
  });
}

function asksForWaits(path: KnownPath): boolean {
  const headers = path.contract?.loaded?.contract.limits.headers ?? {};
  return Object.values(headers).some((header) => header.retryHint !== undefined);
}
