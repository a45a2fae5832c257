export type TimerId = ReturnType<typeof setTimeout>;

/** Time and chance, so that tests can hold both still. */
export interface Timers {
  /** This device's clock, in Unix milliseconds. */
  now: () => number;
  /** From 0 up to, not including, 1. */
  random: () => number;
  set: (run: () => void, afterMs: number) => TimerId;
  clear: (timer: TimerId | undefined) => void;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  random: () => Math.random(),
  set: (run, afterMs) => setTimeout(run, afterMs),
  clear: (timer) => clearTimeout(timer),
};
