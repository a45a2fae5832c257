import type { ClientId, ConversationId, MessageSent } from "../api/wire";
import { backoffMs } from "../lib/backoff";
import type { TimerId, Timers } from "../lib/timers";
import type { OutboxRow } from "./data";
import type { Keeper } from "./keeper";
import type { PushFrame, Socket } from "./socket";

/** An ack can be late, but not this late: the line is dead. */
const ACK_MS = 30_000;
/** How many conversations are sent to at the same time; within one, a message waits for the ack of the one before. */
const CONVERSATIONS_AT_ONCE = 16;

interface Sending {
  readonly clientId: ClientId;
  readonly timer: TimerId;
}

interface Pause {
  readonly attempt: number;
  readonly timer: TimerId | undefined;
}

/** Sends what waits in the outbox. Runs in the leading tab only. */
export class OutboxSender {
  readonly #keeper: Keeper;
  readonly #socket: Pick<Socket, "post" | "restart">;
  readonly #timers: Timers;
  readonly #sending = new Map<ConversationId, Sending>();
  readonly #pauses = new Map<ConversationId, Pause>();
  /** On the server, but not yet among the messages here. */
  readonly #acked = new Map<ClientId, MessageSent>();
  #isLive = false;

  constructor(keeper: Keeper, socket: Pick<Socket, "post" | "restart">, timers: Timers) {
    this.#keeper = keeper;
    this.#socket = socket;
    this.#timers = timers;
  }

  start(): void {
    this.#isLive = true;
    this.drain();
  }

  /** The connection is gone: whatever had no answer is sent again, under the same id, over the next. */
  stop(): void {
    this.#isLive = false;
    for (const { timer } of this.#sending.values()) {
      this.#timers.clear(timer);
    }

    for (const { timer } of this.#pauses.values()) {
      this.#timers.clear(timer);
    }

    this.#pauses.clear();
    const interrupted = new Set([...this.#sending.values()].map((sending) => sending.clientId));
    this.#sending.clear();
    const rows = Object.values(this.#keeper.data.outbox).flat();
    const queued = rows.filter((row) => interrupted.has(row.clientId) || row.state === "sending");
    if (queued.length > 0) {
      this.#keeper.commitVolatile({ outbox: queued.map((row) => ({ ...row, state: "queued" as const })) });
    }
  }

  /** Sends the next message of every conversation in which none is under way. */
  drain(): void {
    if (!this.#isLive) {
      return;
    }

    const started: OutboxRow[] = [];
    for (const [conversation, rows] of Object.entries(this.#keeper.data.outbox)) {
      if (this.#sending.size >= CONVERSATIONS_AT_ONCE) {
        break;
      }

      const next = rows.find((row) => row.state !== "failed" && !this.#acked.has(row.clientId));
      const isPaused = this.#pauses.get(conversation)?.timer !== undefined;
      if (next !== undefined && !isPaused && !this.#sending.has(conversation)) {
        this.#send(next);
        started.push({ ...next, state: "sending" });
      }
    }

    if (started.length > 0) {
      this.#keeper.commitVolatile({ outbox: started });
    }
  }

  /** Takes an ack: the next one may go. Returns what was sent, if it is still in the outbox. */
  acked(ack: MessageSent): OutboxRow | undefined {
    this.#ended(ack.conversation, ack.clientId);
    this.#pauses.delete(ack.conversation);
    const row = this.#keeper.data.outbox[ack.conversation]?.find((other) => other.clientId === ack.clientId);
    if (row !== undefined) {
      this.#acked.set(ack.clientId, ack);
    }

    return row;
  }

  /** Those of a conversation that are on the server and, by this counter, among the messages here as well. */
  arrived(conversation: ConversationId, pts: number): MessageSent[] {
    const here = [...this.#acked.values()].filter((ack) => ack.conversation === conversation && ack.pts <= pts);
    for (const { clientId } of here) {
      this.#acked.delete(clientId);
    }

    return here;
  }

  failed(error: Extract<PushFrame, { t: "error" }> & { clientId: ClientId }): void {
    const row = Object.values(this.#keeper.data.outbox)
      .flat()
      .find((other) => other.clientId === error.clientId);
    if (row === undefined || !this.#ended(row.conversation, row.clientId)) {
      return;
    }

    // A token that ran out closes the line; the message is as good as before.
    if (error.retryable || error.code === "unauthenticated") {
      const attempt = (this.#pauses.get(row.conversation)?.attempt ?? -1) + 1;
      const timer = this.#timers.set(() => {
        this.#pauses.set(row.conversation, { attempt, timer: undefined });
        this.drain();
      }, error.retryAfterMs ?? backoffMs(attempt, this.#timers));
      this.#pauses.set(row.conversation, { attempt, timer });
      this.#keeper.commitVolatile({ outbox: [{ ...row, state: "queued" }] });
    } else {
      void this.#keeper.commit([{ outbox: [{ ...row, state: "failed", errorCode: error.code }] }]);
    }

    this.drain();
  }

  #send(row: OutboxRow): void {
    const timer = this.#timers.set(() => this.#socket.restart(), ACK_MS);
    this.#sending.set(row.conversation, { clientId: row.clientId, timer });
    this.#socket.post({
      t: "send",
      conversation: row.conversation,
      clientId: row.clientId,
      body: { kind: "text", text: row.text },
    });
  }

  /** Whether this was the one under way. */
  #ended(conversation: ConversationId, clientId: ClientId): boolean {
    const sending = this.#sending.get(conversation);
    if (sending?.clientId !== clientId) {
      return false;
    }

    this.#timers.clear(sending.timer);
    this.#sending.delete(conversation);
    return true;
  }
}
