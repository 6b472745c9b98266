/** One request that a caller waits for. */
import { completionOf } from "./completion.ts";
import type { Outcome } from "./core/outcome.ts";
import type { Ending } from "./core/protocol.ts";
import type { Running, RunOwner } from "./engine.ts";
import type { Recorder } from "./recorder.ts";
import type { InvalidOutput } from "./sink/invalid-output.ts";
import type { Completion, PolicyTypes } from "./types.ts";

export class Pending implements RunOwner {
  readonly #recorder: Recorder;
  readonly #resolve: (completion: Completion<PolicyTypes>) => void;
  readonly #reject: (error: unknown) => void;
  readonly #origin: unknown;
  #stopListening: (() => void) | null = null;
  #over = false;

  constructor(
    recorder: Recorder,
    resolve: (completion: Completion<PolicyTypes>) => void,
    reject: (error: unknown) => void,
  ) {
    this.#recorder = recorder;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#origin = recorder.origin();
  }

  done(outcome: Outcome, ending: Ending, response: unknown): void {
    this.#end();
    this.#recorder.record(outcome, this.#origin);
    this.#resolve(completionOf(outcome, ending, response));
    this.#recorder.left();
  }

  get keeps(): boolean {
    return this.#recorder.keeps;
  }

  keep(sample: InvalidOutput): void {
    this.#recorder.keep(sample);
  }

  broken(error: unknown): void {
    this.#end();
    this.#reject(error);
    this.#recorder.left();
  }

  /** From now on an abort of `signal` ends the request. */
  listen(signal: AbortSignal, running: Running): void {
    if (this.#over) return;
    const abort = (): void => running.abort();
    signal.addEventListener("abort", abort, { once: true });
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    // It may have been aborted from within the transport, before anyone listened.
    if (signal.aborted) abort();
  }

  #end(): void {
    this.#over = true;
    this.#stopListening?.();
    this.#stopListening = null;
  }
}
