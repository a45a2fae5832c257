import { ApiError } from "../api/apiError";
import type { ConversationId, Message } from "../api/wire";
import { logWarning } from "../lib/log";
import type { Commands, HistoryQuery } from "./commands";
import type { ConversationState } from "./data";
import type { Keeper } from "./keeper";
import { rangeOf } from "./ranges";
import type { Store } from "./store";
import {
  cutBack,
  cutBackMany,
  denseEnd,
  emptyWindow,
  followMessages,
  MAX_MESSAGES,
  prependMessages,
  type Window,
} from "./window";

/** How many messages are read at once from the database; what the server is asked for is the leading tab's matter. */
const PAGE = 100;
const FIRST_PAGE = 60;
/** Conversations that were looked at keep their place in memory until others take it. */
const KEPT_WINDOWS = 3;

/** The parts of conversations that this tab holds in memory: from the database first, then from the server. */
export class Timelines {
  readonly #store: Store;
  readonly #keeper: Keeper;
  readonly #commands: () => Commands;
  /** How many screens show each conversation. */
  readonly #open = new Map<ConversationId, number>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #stopWatching: () => void;

  constructor(store: Store, keeper: Keeper, commands: () => Commands) {
    this.#store = store;
    this.#keeper = keeper;
    this.#commands = commands;
    this.#stopWatching = store.subscribe((state, before) => {
      if (state.data.conversations !== before.data.conversations) {
        this.#mendWindows();
      }
    });
  }

  stop(): void {
    this.#stopWatching();
    this.#store.setState({ windows: {} });
  }

  open(id: ConversationId): () => void {
    this.#open.set(id, (this.#open.get(id) ?? 0) + 1);
    if (this.#open.get(id) === 1) {
      const known = this.#windowOf(id);
      this.#put(id, { ...withoutDivider(known ?? emptyWindow), ...this.#divider(id) });
      this.#forgetOthers();
      void this.#begin(id, known === undefined || !known.isLoaded || !this.#isAtEnd(id));
    }

    let isClosed = false;
    return () => {
      if (!isClosed) {
        isClosed = true;
        this.#close(id);
      }
    };
  }

  /** The connection is back: whatever is looked at is brought up to date. */
  freshen(): void {
    for (const id of this.#open.keys()) {
      void this.#begin(id, !(this.#windowOf(id)?.isLoaded ?? false));
    }
  }

  loadOlder(id: ConversationId): Promise<void> {
    return this.#once(`older/${id}`, async () => {
      const first = this.#windowOf(id)?.messages[0];
      const state = this.#stateOf(id);
      if (first === undefined || state === undefined || first.seq <= state.head.joinedSeq + 1) {
        return;
      }

      this.#change(id, (messages) => cutBack(messages, "oldest"));
      await this.#whileLoading(id, async () => {
        const older = await this.#page(id, { before: first.seq });
        this.#change(id, (messages) => prependMessages(messages, older));
      });
    });
  }

  /** Nothing when the window is full: then it is for {@link rest} to make room. */
  loadNewer(id: ConversationId): Promise<void> {
    return this.#once(`newer/${id}`, async () => {
      const messages = this.#windowOf(id)?.messages ?? [];
      const last = messages.at(-1);
      const state = this.#stateOf(id);
      if (last === undefined || state === undefined || last.seq >= state.head.seq || messages.length >= MAX_MESSAGES) {
        return;
      }

      await this.#whileLoading(id, async () => {
        const newer = await this.#page(id, { after: last.seq });
        this.#change(id, (messages) => followMessages(messages, newer));
      });
    });
  }

  /**
   * Nobody scrolls at the moment, and is nearer to this end: lets go of what is far away. Only then, because a list
   * whose start goes away while somebody scrolls down does not stay where it is.
   *
   * @returns Whether something has gone.
   */
  rest(id: ConversationId, nearer: "oldest" | "newest"): boolean {
    const window = this.#windowOf(id);
    const left = cutBackMany(window?.messages ?? [], nearer);
    if (window === undefined || window.isLoading || left.length === window.messages.length) {
      return false;
    }

    this.#change(id, () => left);
    return true;
  }

  jumpToLatest(id: ConversationId): Promise<void> {
    return this.#once(`latest/${id}`, async () => {
      if (!this.#isAtEnd(id)) {
        await this.#whileLoading(id, () => this.#showLatest(id));
      }
    });
  }

  jumpTo(id: ConversationId, seq: number): Promise<void> {
    return this.#once(`to/${id}/${seq}`, async () => {
      const messages = this.#windowOf(id)?.messages ?? [];
      if (messages.some((message) => message.seq === seq)) {
        return;
      }

      await this.#whileLoading(id, async () => {
        const older = await this.#page(id, { before: seq + 1 });
        const newer = await this.#page(id, { after: seq });
        this.#change(id, () => followMessages(denseEnd(older), newer));
      });
    });
  }

  /** What is here is shown at once; what is newer follows when the server has been heard. */
  async #begin(id: ConversationId, isToBeLoaded: boolean): Promise<void> {
    if (isToBeLoaded) {
      await this.#once(`begin/${id}`, () => this.#whileLoading(id, () => this.#showKept(id)));
    }

    await ifReachable(() => this.#commands().freshen(id));
    this.#mendWindows();
    const head = this.#stateOf(id)?.head;
    const isShort = (this.#windowOf(id)?.messages.length ?? 0) < FIRST_PAGE / 2;
    if (head !== undefined && head.seq > head.joinedSeq && isShort) {
      await (this.#isAtEnd(id) ? this.loadOlder(id) : this.jumpToLatest(id));
    }
  }

  /** The newest messages that are on this device; not always the newest there are. */
  async #showKept(id: ConversationId): Promise<void> {
    const range = this.#stateOf(id)?.ranges.at(-1);
    let kept = range ? await this.#keeper.messages(id, Math.max(range.from, range.to - FIRST_PAGE + 1), range.to) : [];
    const isLost = range !== undefined && kept.length === 0;
    if (isLost) {
      kept = [...(await this.#commands().history(id, {}))];
    }

    // What arrived while they were read goes on where they end.
    for (let next = this.#next(id, kept); next !== undefined; next = this.#next(id, kept)) {
      const more = await this.#keeper.messages(id, next.from, next.to);
      if (more.length === 0) {
        break;
      }

      kept = [...kept, ...more];
    }

    const shown = kept;
    this.#change(id, () => denseEnd(shown));
  }

  /** What is on this device behind the end of these messages, without a gap. */
  #next(id: ConversationId, messages: readonly Message[]): { from: number; to: number } | undefined {
    const last = messages.at(-1)?.seq;
    const range = last === undefined ? undefined : rangeOf(this.#stateOf(id)?.ranges ?? [], last + 1);
    return last === undefined || range === undefined ? undefined : { from: last + 1, to: range.to };
  }

  async #showLatest(id: ConversationId): Promise<void> {
    const state = this.#stateOf(id);
    if (state !== undefined && rangeOf(state.ranges, state.head.seq) !== undefined) {
      await this.#showKept(id);
    } else {
      const latest = await this.#commands().history(id, {});
      this.#change(id, () => denseEnd(latest));
    }
  }

  /** The page before or after a message: from the database as far as it goes, else from the server. */
  async #page(id: ConversationId, query: HistoryQuery): Promise<readonly Message[]> {
    const isOlder = query.before !== undefined;
    const next = isOlder ? (query.before ?? 0) - 1 : (query.after ?? 0) + 1;
    const range = rangeOf(this.#stateOf(id)?.ranges ?? [], next);
    if (range !== undefined) {
      const from = isOlder ? Math.max(range.from, next - PAGE + 1) : next;
      const to = isOlder ? next : Math.min(range.to, next + PAGE - 1);
      const kept = await this.#keeper.messages(id, from, to);
      if (kept.length === to - from + 1) {
        return kept;
      }
    }

    return await this.#commands().history(id, query);
  }

  /** A window that lies in what is a hole now (the device was away for too long) begins anew at the end. */
  #mendWindows(): void {
    for (const [id, window] of Object.entries(this.#store.getState().windows)) {
      const state = this.#stateOf(id);
      const last = window.messages.at(-1);
      if (state === undefined) {
        this.#remove(id);
      } else if (last !== undefined && !window.isLoading && rangeOf(state.ranges, last.seq) === undefined) {
        if (this.#open.has(id)) {
          void this.#once(`latest/${id}`, () => this.#whileLoading(id, () => this.#showLatest(id)));
        } else {
          this.#remove(id);
        }
      } else if (last === undefined && window.isLoaded && !window.isLoading && state.ranges.length > 0) {
        void this.#once(`begin/${id}`, () => this.#whileLoading(id, () => this.#showKept(id)));
      }
    }
  }

  #divider(id: ConversationId): Pick<Window, "firstUnreadSeq"> {
    const head = this.#stateOf(id)?.head;
    const read = Math.max(head?.readSeq ?? 0, head?.joinedSeq ?? 0);
    return head !== undefined && head.seq > read ? { firstUnreadSeq: read + 1 } : {};
  }

  #close(id: ConversationId): void {
    const left = (this.#open.get(id) ?? 1) - 1;
    if (left > 0) {
      this.#open.set(id, left);
    } else {
      this.#open.delete(id);
      this.#forgetOthers();
    }
  }

  /** Closed conversations go when there are too many, the one opened first before the others. */
  #forgetOthers(): void {
    const closed = Object.keys(this.#store.getState().windows).filter((id) => !this.#open.has(id));
    for (const id of closed.slice(0, Math.max(0, closed.length - KEPT_WINDOWS))) {
      this.#remove(id);
    }
  }

  #isAtEnd(id: ConversationId): boolean {
    const last = this.#windowOf(id)?.messages.at(-1);
    return last !== undefined && last.seq >= (this.#stateOf(id)?.head.seq ?? 0);
  }

  #stateOf(id: ConversationId): ConversationState | undefined {
    return this.#keeper.data.conversations[id];
  }

  #windowOf(id: ConversationId): Window | undefined {
    return this.#store.getState().windows[id];
  }

  #put(id: ConversationId, window: Window): void {
    this.#store.setState((state) => ({ windows: { ...state.windows, [id]: window } }));
  }

  #remove(id: ConversationId): void {
    this.#store.setState((state) => {
      const { [id]: _, ...windows } = state.windows;
      return { windows };
    });
  }

  #change(id: ConversationId, change: (messages: readonly Message[]) => readonly Message[]): void {
    const window = this.#windowOf(id);
    if (window !== undefined) {
      this.#put(id, { ...window, isLoaded: true, messages: change(window.messages) });
    }
  }

  /** Shows that something is being loaded, and survives that the server cannot be reached. */
  async #whileLoading(id: ConversationId, load: () => Promise<void>): Promise<void> {
    this.#setLoading(id, true);
    const isLoaded = await ifReachable(load).finally(() => this.#setLoading(id, false));
    if (isLoaded) {
      this.#mendWindows();
    }
  }

  #setLoading(id: ConversationId, isLoading: boolean): void {
    const window = this.#windowOf(id);
    if (window !== undefined) {
      this.#put(id, { ...window, isLoading });
    }
  }

  #once(key: string, run: () => Promise<void>): Promise<void> {
    const underWay = this.#loading.get(key);
    if (underWay !== undefined) {
      return underWay;
    }

    const started = run().finally(() => this.#loading.delete(key));
    this.#loading.set(key, started);
    return started;
  }
}

function withoutDivider({ firstUnreadSeq: _, ...window }: Window): Window {
  return window;
}

/** Whether it went through; what cannot be reached now is asked for again when the connection is back. */
async function ifReachable(run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }

    if (!error.retryable) {
      logWarning("history cannot be had", { code: error.code });
    }

    return false;
  }
}
