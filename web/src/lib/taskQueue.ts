/** Runs tasks a few at a time, in the order they were added. A task answers for its own failures. */
export class TaskQueue {
  readonly #atOnce: number;
  #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  add(task: () => Promise<void>): void {
    this.#waiting.push(task);
    this.#next();
  }

  /** Forgets what has not begun. */
  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    while (this.#running < this.#atOnce) {
      const task = this.#waiting.shift();
      if (task === undefined) {
        return;
      }

      this.#running++;
      void task().finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }
}
