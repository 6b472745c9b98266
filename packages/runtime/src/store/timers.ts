import type { Clock, Timer } from "../clock.ts";

/** Timers of the platform that do not keep a process alive. */
export function backgroundTimers(): Pick<Clock, "schedule" | "cancel"> {
  const handles = new WeakMap<Timer, ReturnType<typeof setTimeout>>();
  return {
    schedule(ms, fire) {
      const timer: Timer = { at: performance.now() + ms };
      const handle = setTimeout(fire, ms);
      // A number in browsers.
      if (typeof handle === "object") handle.unref();
      handles.set(timer, handle);
      return timer;
    },
    cancel(timer) {
      clearTimeout(handles.get(timer));
    },
  };
}
