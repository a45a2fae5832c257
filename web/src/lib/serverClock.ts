import type { Timers } from "./timers";

const KEY = "hongyan.clockOffset";

/**
 * The server's time as this device knows it: its own clock, corrected by what the server said last. Remembered across
 * visits, so that what is written offline on a device whose clock is wrong is still dated right.
 */
export class ServerClock {
  readonly #timers: Pick<Timers, "now">;
  readonly #storage: Pick<Storage, "getItem" | "setItem"> | undefined;
  #offset: number;

  constructor(timers: Pick<Timers, "now">, storage: Pick<Storage, "getItem" | "setItem"> | undefined) {
    this.#timers = timers;
    this.#storage = storage;
    const remembered = Number(storage?.getItem(KEY) ?? 0);
    this.#offset = Number.isFinite(remembered) ? remembered : 0;
  }

  now(): number {
    return this.#timers.now() + this.#offset;
  }

  heard(serverNow: number): void {
    this.#offset = serverNow - this.#timers.now();
    this.#storage?.setItem(KEY, String(this.#offset));
  }
}
