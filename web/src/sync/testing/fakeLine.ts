import type { ClientFrame, ServerFrame, UserId } from "../../api/wire";
import type { FakeServer } from "./fakeServer";

const COUNTED: ReadonlySet<ServerFrame["t"]> = new Set(["message", "ack", "personal"]);

/**
 * One connection, as the client's WebSocket on one side and the server's on the other. What the server says waits in
 * `pipe` until the test delivers it, in order or not; a line that is `isFast` delivers by itself.
 */
export class FakeLine {
  readonly user: UserId;
  readonly pipe: ServerFrame[] = [];
  readonly heard: ClientFrame[] = [];
  /** What the server believes to have sent of what is counted. */
  pushed = 0;
  isFast: boolean;

  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly #server: FakeServer;

  constructor(server: FakeServer, user: UserId, isFast: boolean) {
    this.#server = server;
    this.user = user;
    this.isFast = isFast;
    queueMicrotask(() => {
      if (this.readyState === 0) {
        this.readyState = 1;
        this.onopen?.();
      }
    });
  }

  // The client's side.

  send(text: string): void {
    const parsed = JSON.parse(text) as ClientFrame | ClientFrame[];
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
      this.heard.push(frame);
      this.#server.handle(this, frame);
    }
  }

  close(): void {
    this.readyState = 3;
    this.#server.lines.delete(this);
  }

  // The server's side.

  push(frame: ServerFrame): void {
    this.pushed += COUNTED.has(frame.t) ? 1 : 0;
    this.answer(frame);
  }

  answer(frame: ServerFrame): void {
    this.pipe.push(frame);
    if (this.isFast || frame.t === "welcome") {
      queueMicrotask(() => this.deliverAll());
    }
  }

  /** The server closes, or the network breaks. */
  cut(code = 1006): void {
    this.close();
    this.onclose?.({ code });
  }

  // The network's.

  deliver(index: number): void {
    const [frame] = this.pipe.splice(index, 1);
    if (frame !== undefined && this.readyState === 1) {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
  }

  /** Delivers what waits, as one array. */
  deliverAll(): void {
    const frames = this.pipe.splice(0);
    if (frames.length > 0 && this.readyState === 1) {
      this.onmessage?.({ data: JSON.stringify(frames) });
    }
  }

  drop(index: number): void {
    this.pipe.splice(index, 1);
  }

  duplicate(index: number): void {
    const frame = this.pipe[index];
    if (frame !== undefined) {
      this.pipe.splice(index, 0, frame);
      this.pushed += COUNTED.has(frame.t) ? 1 : 0;
    }
  }
}
