import { ApiError } from "../api/apiError";
import type { TokenShared } from "../api/session";
import type { UserId } from "../api/wire";
import { logWarning } from "../lib/log";
import type { TimerId, Timers } from "../lib/timers";
import type { Commands } from "./commands";
import type { PatchesShared } from "./keeper";
import type { ConnectionState } from "./types";
import type { Typing } from "./typing";

/** What one tab tells the others. */
export type Shared =
  | TokenShared
  | PatchesShared
  | { readonly type: "connection"; readonly connection: ConnectionState }
  | { readonly type: "typing"; readonly typing: Typing };

type Message =
  | Shared
  | { readonly type: "probe" }
  | { readonly type: "leading"; readonly connection: ConnectionState }
  | { readonly type: "call"; readonly id: string; readonly name: keyof Commands; readonly args: readonly unknown[] }
  | { readonly type: "answer"; readonly id: string; readonly result?: unknown; readonly error?: CallError };

interface CallError {
  readonly code: string;
  readonly retryable: boolean;
}

/** A tab that leads answers at once; one that is frozen does not, and then a tab that is looked at takes over. */
const PROBE_MS = 3_000;
const CALL_MS = 30_000;

export interface TabHandlers {
  /** This tab leads from here on: it holds the connection and sends what waits. */
  onLead: () => void;
  /** Another tab leads. */
  onFollow: () => void;
  /** Another tab has begun to lead, or answered that it does. */
  onLeader: (connection: ConnectionState) => void;
  onShared: (message: Shared) => void;
  connection: () => ConnectionState;
  commands: () => Commands | undefined;
}

/**
 * The tabs of one person in this browser. They share one session, and the server knows one connection a session, so
 * one tab leads and the others follow it.
 */
export class Tabs {
  readonly id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  readonly #user: UserId;
  readonly #timers: Timers;
  readonly #handlers: TabHandlers;
  readonly #channel: BroadcastChannel;
  readonly #calls = new Map<
    string,
    { resolve: (value: unknown) => void; reject: (error: ApiError) => void; timer: TimerId }
  >();
  readonly #ended = new AbortController();
  #isLeading = false;
  /** Another tab or program has the session's connection; this one does not ask for it until it is looked at. */
  #isHeldBack = false;
  #letGo: () => void = () => undefined;
  #probe: TimerId | undefined;
  #nextCall = 1;

  constructor(user: UserId, timers: Timers, handlers: TabHandlers) {
    this.#user = user;
    this.#timers = timers;
    this.#handlers = handlers;
    this.#channel = new BroadcastChannel(`hongyan-${user}`);
    this.#channel.onmessage = (event: MessageEvent<Message>) => this.#receive(event.data);
  }

  get isLeading(): boolean {
    return this.#isLeading;
  }

  start(): void {
    this.#queue(false);
    this.probe();
  }

  stop(): void {
    this.#ended.abort();
    this.stepDown();
    this.#timers.clear(this.#probe);
    this.#rejectCalls();
    this.#channel.close();
  }

  share(message: Shared): void {
    this.#post(message);
  }

  /** This tab is looked at. If it follows a tab that does not answer, it takes over. */
  probe(): void {
    if (this.#isLeading || this.#ended.signal.aborted) {
      return;
    }

    this.#isHeldBack = false;
    this.#post({ type: "probe" });
    this.#timers.clear(this.#probe);
    this.#probe = this.#timers.set(() => {
      if (!this.#isLeading && !this.#ended.signal.aborted) {
        logWarning("the leading tab does not answer");
        this.#queue(true);
      }
    }, PROBE_MS);
  }

  /** The server has closed this tab's connection for another one of the same session. */
  giveWay(): void {
    this.#isHeldBack = true;
    this.stepDown();
  }

  /** Stops leading, and waits for its turn again. */
  stepDown(): void {
    if (this.#isLeading) {
      this.#isLeading = false;
      this.#letGo();
      this.#handlers.onFollow();
    }
  }

  /** The leading tab's commands, from here. A call rejects when that tab goes away. */
  readonly remote: Commands = {
    freshen: (conversation) => this.#call("freshen", [conversation]),
    history: (conversation, query) => this.#call("history", [conversation, query]),
    mark: (conversation, read) => this.#call("mark", [conversation, read]),
    type: (conversation) => this.#call("type", [conversation]),
    adopt: (head) => this.#call("adopt", [head]),
  };

  /** Leads as soon as the lock is free, or at once when it is taken by force. */
  #queue(isByForce: boolean): void {
    const locks: LockManager | undefined = navigator.locks;
    if (locks === undefined) {
      // No locks outside of secure contexts: every tab leads when it is looked at, and the server keeps one connection.
      this.#lead();
      return;
    }

    const hold = () => {
      if (this.#ended.signal.aborted) {
        return Promise.resolve();
      }

      return new Promise<void>((resolve) => {
        this.#letGo = resolve;
        this.#lead();
      });
    };
    // Taking by force knows no signal; the browser refuses the two together.
    const options = isByForce ? { steal: true } : { signal: this.#ended.signal };
    locks.request(`hongyan-${this.#user}`, options, hold).then(
      () => this.#queueAgain(),
      () => {
        this.stepDown();
        this.#queueAgain();
      },
    );
  }

  #queueAgain(): void {
    if (!this.#ended.signal.aborted && !this.#isLeading && !this.#isHeldBack) {
      this.#queue(false);
    }
  }

  #lead(): void {
    if (this.#isLeading) {
      return;
    }

    this.#isLeading = true;
    this.#timers.clear(this.#probe);
    this.#rejectCalls();
    this.#handlers.onLead();
    this.#post({ type: "leading", connection: this.#handlers.connection() });
  }

  #receive(message: Message): void {
    switch (message.type) {
      case "probe":
        if (this.#isLeading) {
          this.#post({ type: "leading", connection: this.#handlers.connection() });
        }

        break;
      case "leading":
        this.#timers.clear(this.#probe);
        if (!this.#isLeading) {
          this.#handlers.onLeader(message.connection);
        }

        break;
      case "call":
        if (this.#isLeading) {
          void this.#answer(message.id, message.name, message.args);
        }

        break;
      case "answer":
        this.#answered(message);
        break;
      default:
        this.#handlers.onShared(message);
    }
  }

  async #answer(id: string, name: keyof Commands, args: readonly unknown[]): Promise<void> {
    const commands = this.#handlers.commands();
    try {
      const run = commands?.[name] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined;
      this.#post({ type: "answer", id, result: await run?.apply(commands, [...args]) });
    } catch (error) {
      const { code, retryable } = error instanceof ApiError ? error : new ApiError("internal", false);
      this.#post({ type: "answer", id, error: { code, retryable } });
    }
  }

  #call<T>(name: keyof Commands, args: readonly unknown[]): Promise<T> {
    const id = `${this.id}/${this.#nextCall++}`;
    return new Promise<T>((resolve, reject) => {
      const timer = this.#timers.set(() => {
        this.#calls.delete(id);
        reject(ApiError.network());
      }, CALL_MS);
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
      this.#post({ type: "call", id, name, args });
    });
  }

  #answered({ id, result, error }: Extract<Message, { type: "answer" }>): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    this.#timers.clear(call?.timer);
    if (error === undefined) {
      call?.resolve(result);
    } else {
      call?.reject(new ApiError(error.code, error.retryable));
    }
  }

  #rejectCalls(): void {
    for (const { reject, timer } of this.#calls.values()) {
      this.#timers.clear(timer);
      reject(ApiError.network());
    }

    this.#calls.clear();
  }

  #post(message: Message): void {
    if (!this.#ended.signal.aborted) {
      this.#channel.postMessage(message);
    }
  }
}
