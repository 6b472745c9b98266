/** What is handed over in plain JavaScript may be anything: a mistake is told where it is made, not by failing requests. */
import { UsageError } from "./usage-error.ts";

interface Part {
  readonly functions: readonly string[];
  /** What gives one. */
  readonly by: string;
}

const PARTS: Readonly<Record<string, Part>> = {
  transport: { functions: ["send"], by: "undiciTransport() or fetchTransport()" },
  sink: { functions: ["write"], by: 'jsonlSink("outcomes.jsonl")' },
  store: { functions: ["join"], by: "redisStore(client)" },
  clock: { functions: ["now", "wallAt", "schedule", "cancel"], by: "systemClock()" },
};

const FUNCTIONS = ["onFault", "onEvent", "random", "ids"];
const HOOKS = ["page", "notify"];

/** @throws UsageError when something of `options` cannot be what it stands for */
export function checkOptions(options: unknown): void {
  if (!isObject(options)) throw new UsageError("createFallback needs options, with a transport at least");
  for (const [name, { functions, by }] of Object.entries(PARTS)) {
    const part = options[name];
    if (part === undefined && name !== "transport") continue;
    if (isObject(part) && functions.every((each) => typeof part[each] === "function")) continue;
    throw new UsageError(`${name} must be an object with ${list(functions)}: ${by} gives one`);
  }
  for (const name of FUNCTIONS) isFunction(name, options[name]);
  for (const name of ["env", "adapters", "hooks"]) {
    if (options[name] !== undefined && !isObject(options[name])) throw new UsageError(`${name} must be an object`);
  }
  const { hooks } = options;
  if (isObject(hooks)) for (const name of HOOKS) isFunction(`hooks.${name}`, hooks[name]);
}

/** @throws UsageError when `signal` is none that can be listened to */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal === null) return;
  if (isObject(signal) && typeof signal.addEventListener === "function") return;
  throw new UsageError("signal must be an AbortSignal, such as the signal of an AbortController");
}

/** Or a function, which may have fields as well. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function isFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw new UsageError(`${name} must be a function`);
}

/** `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[]): string {
  return names.join(", ").replace(/, (\w+)$/, " and $1");
}
