import type { ConversationId, UserId } from "../api/wire";
import type { TimerId, Timers } from "../lib/timers";
import type { Socket } from "./socket";

const SHOWN_MS = 6_000;
const SAID_EVERY_MS = 3_000;

export type Typing = Readonly<Record<ConversationId, readonly UserId[]>>;

/** Who is typing where, for as long as that may be believed; and what of one's own typing is told. */
export class TypingTracker {
  readonly #socket: Pick<Socket, "post">;
  readonly #timers: Timers;
  readonly #show: (typing: Typing) => void;
  readonly #shown = new Map<ConversationId, Map<UserId, TimerId>>();
  readonly #said = new Map<ConversationId, number>();

  constructor(socket: Pick<Socket, "post">, timers: Timers, show: (typing: Typing) => void) {
    this.#socket = socket;
    this.#timers = timers;
    this.#show = show;
  }

  /** One is typing oneself. */
  say(conversation: ConversationId): void {
    const now = this.#timers.now();
    if (now - (this.#said.get(conversation) ?? Number.NEGATIVE_INFINITY) >= SAID_EVERY_MS) {
      this.#said.set(conversation, now);
      this.#socket.post({ t: "typing", conversation });
    }
  }

  /** What one typed is sent: the next key is said at once. */
  said(conversation: ConversationId): void {
    this.#said.delete(conversation);
  }

  heard(conversation: ConversationId, user: UserId): void {
    const users = this.#shown.get(conversation) ?? new Map<UserId, TimerId>();
    this.#shown.set(conversation, users);
    const isNew = !users.has(user);
    this.#timers.clear(users.get(user));
    users.set(
      user,
      this.#timers.set(() => this.stopped(conversation, user), SHOWN_MS),
    );
    if (isNew) {
      this.#publish();
    }
  }

  /** Their message came, or 6 seconds went by. */
  stopped(conversation: ConversationId, user: UserId): void {
    const users = this.#shown.get(conversation);
    const timer = users?.get(user);
    if (users === undefined || timer === undefined) {
      return;
    }

    this.#timers.clear(timer);
    users.delete(user);
    if (users.size === 0) {
      this.#shown.delete(conversation);
    }

    this.#publish();
  }

  stop(): void {
    const wasShown = this.#shown.size > 0;
    for (const timer of [...this.#shown.values()].flatMap((users) => [...users.values()])) {
      this.#timers.clear(timer);
    }

    this.#shown.clear();
    if (wasShown) {
      this.#publish();
    }
  }

  #publish(): void {
    this.#show(Object.fromEntries([...this.#shown].map(([conversation, users]) => [conversation, [...users.keys()]])));
  }
}
