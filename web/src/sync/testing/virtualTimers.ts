import type { TimerId, Timers } from "../../lib/timers";

interface Planned {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes when a test says so. */
export class VirtualTimers implements Timers {
  #now: number;
  #next = 1;
  readonly #planned = new Map<number, Planned>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now = () => this.#now;

  random = () => 0.5;

  set = (run: () => void, afterMs: number): TimerId => {
    const id = this.#next++;
    this.#planned.set(id, { at: this.#now + afterMs, run });
    return id as unknown as TimerId;
  };

  clear = (timer: TimerId | undefined): void => {
    this.#planned.delete(timer as unknown as number);
  };

  /** Lets time pass, and runs what falls due in its order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#planned].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) {
        break;
      }

      const [id, { at, run }] = due;
      this.#planned.delete(id);
      this.#now = Math.max(this.#now, at);
      run();
    }

    this.#now = until;
  }
}
