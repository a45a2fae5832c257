import type { ClientFrame, ConversationId } from "../api/wire";
import type { TimerId, Timers } from "../lib/timers";
import type { ConversationState, Marked } from "./data";
import type { Keeper } from "./keeper";
import type { Socket } from "./socket";

const DEBOUNCE_MS = 200;

/**
 * Tells the server how far this person has read and what has reached this device. What is to be told follows from the
 * state; it counts as told once a pong shows that the server has read it.
 */
export class MarkSender {
  readonly #keeper: Keeper;
  readonly #socket: Pick<Socket, "post">;
  readonly #timers: Timers;
  /** Sent over this connection. */
  readonly #sent = new Map<ConversationId, Marked>();
  #sentBeforePong: ReadonlyMap<ConversationId, Marked> = new Map();
  readonly #touched = new Set<ConversationId>();
  #timer: TimerId | undefined;
  #isLive = false;

  constructor(keeper: Keeper, socket: Pick<Socket, "post">, timers: Timers) {
    this.#keeper = keeper;
    this.#socket = socket;
    this.#timers = timers;
  }

  start(): void {
    this.#isLive = true;
    this.touch(Object.keys(this.#keeper.data.conversations));
  }

  stop(): void {
    this.#isLive = false;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#touched.clear();
    this.#sent.clear();
    this.#sentBeforePong = new Map();
  }

  /** Something moved in these conversations: look soon whether there is something to tell. */
  touch(conversations: Iterable<ConversationId>): void {
    for (const conversation of conversations) {
      this.#touched.add(conversation);
    }

    if (this.#isLive && this.#touched.size > 0) {
      this.#timer ??= this.#timers.set(() => this.#flush(), DEBOUNCE_MS);
    }
  }

  /** A pong: whatever was sent before the pong before this one was sent before its ping, and the server has it. */
  ponged(): void {
    const { conversations } = this.#keeper.data;
    const rows = [...this.#sentBeforePong].flatMap(([id, marked]) => confirm(conversations[id], marked));
    this.#sentBeforePong = new Map(this.#sent);
    if (rows.length > 0) {
      void this.#keeper.commit([{ conversations: rows }]);
    }
  }

  #flush(): void {
    this.#timer = undefined;
    const frames: ClientFrame[] = [];
    for (const id of this.#touched) {
      const state = this.#keeper.data.conversations[id];
      if (state !== undefined) {
        frames.push(...this.#frameFor(state));
      }
    }

    this.#touched.clear();
    this.#socket.post(...frames);
  }

  #frameFor(state: ConversationState): ClientFrame[] {
    const told = furthest(state.marked, this.#sent.get(state.id));
    const read = Math.max(told.read, state.head.readSeq);
    // In one's own notes nobody waits for a second tick. A read mark takes the delivered mark along.
    const delivered = state.head.kind === "notes" ? read : Math.max(told.delivered, read, state.head.seq);
    const isRead = read > told.read;
    const isDelivered = delivered > Math.max(told.delivered, read);
    if (!isRead && !isDelivered) {
      return [];
    }

    this.#sent.set(state.id, { read, delivered });
    return [{ t: "mark", conversation: state.id, ...(isRead && { read }), ...(isDelivered && { delivered }) }];
  }
}

function confirm(state: ConversationState | undefined, sent: Marked): ConversationState[] {
  if (state === undefined) {
    return [];
  }

  const marked = furthest(state.marked, sent);
  const isNew = marked.read > state.marked.read || marked.delivered > state.marked.delivered;
  return isNew ? [{ ...state, marked }] : [];
}

function furthest(a: Marked, b: Marked = a): Marked {
  return { read: Math.max(a.read, b.read), delivered: Math.max(a.delivered, b.delivered) };
}
