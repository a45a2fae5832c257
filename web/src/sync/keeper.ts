import type { ConversationId, Message, UserId } from "../api/wire";
import { logWarning } from "../lib/log";
import { type Data, type NewOutboxRow, type OutboxRow, type Patch, reduce } from "./data";
import { Database, DeposedError } from "./db";
import { Journal, type Unkept } from "./journal";
import type { State, Store } from "./store";
import { followMessages } from "./window";

/** What other tabs hear once a change is kept. */
export interface PatchesShared {
  readonly type: "patches";
  readonly patches: readonly Patch[];
}

/**
 * The one place where what is known changes: on the screen at once, in the database soon after and in the same order,
 * then in the other tabs.
 */
export class Keeper {
  readonly #store: Store;
  readonly #share: (message: PatchesShared) => void;
  readonly #journal: Journal;
  #database: Database | undefined;
  #waiting: Patch[] = [];
  #writing: Promise<void> | undefined;
  #adding: Promise<unknown> = Promise.resolve();
  #isOpen = false;
  #lastN = 0;

  /** The name of this tab while it leads. */
  leader: string | undefined;
  /** Called when a write shows that another tab leads. */
  onDeposed: () => void = () => undefined;

  constructor(store: Store, journal: Journal, share: (message: PatchesShared) => void) {
    this.#store = store;
    this.#journal = journal;
    this.#share = share;
  }

  get data(): Data {
    return this.#store.getState().data;
  }

  /** Reads what is on this device; changes of other tabs that arrive meanwhile are applied after it. */
  async open(user: UserId): Promise<void> {
    const opened = await Database.open(user);
    this.#database = opened?.database;
    if (opened !== undefined) {
      this.#store.setState({ data: opened.data });
      this.#lastN = Math.max(0, ...Object.values(opened.data.outbox).flatMap((rows) => rows.map((row) => row.n)));
    }

    this.#isOpen = true;
    this.#show(this.#waiting.splice(0));
    await this.#journal.takeOver((left) => this.#adopt(left));
  }

  /** Becomes the tab that writes what comes from the server, and begins with what the one before left. */
  async lead(leader: string): Promise<void> {
    await this.settled();
    const data = await this.#database?.lead(leader).catch((error: unknown) => this.#giveUp(error));
    this.leader = leader;
    if (data !== undefined) {
      this.#store.setState({ data });
    }
  }

  /** Changes what is known. The promise is for those who must not go on before it is kept. */
  commit(patches: readonly Patch[]): Promise<void> {
    const full = patches.filter((patch) => Object.keys(patch).length > 0);
    if (full.length === 0) {
      return Promise.resolve();
    }

    full.forEach((patch) => this.#journal.note(patch));
    this.#show(full);
    this.#waiting.push(...full);
    this.#writing ??= Promise.resolve().then(() => this.#write());
    return this.#writing;
  }

  /** Shows something in every tab that is not worth keeping. */
  commitVolatile(patch: Patch): void {
    this.#show([patch]);
    this.#share({ type: "patches", patches: [patch] });
  }

  /** Takes what another tab has changed. */
  receive({ patches }: PatchesShared): void {
    if (this.#isOpen) {
      this.#show(patches);
    } else {
      this.#waiting.push(...patches);
    }
  }

  /** Keeps a message that is to be sent, and only then shows it. */
  addToOutbox(row: NewOutboxRow): Promise<OutboxRow> {
    this.#journal.noteRow(row);
    const added = this.#adding.then(async () => {
      const stored = await this.#database?.addToOutbox(row).catch((error: unknown) => this.#giveUp(error));
      const kept = stored ?? { ...row, n: this.#lastN + 1 };
      this.#lastN = Math.max(this.#lastN, kept.n);
      if (stored !== undefined) {
        this.#journal.keptRow(row.clientId);
      }

      this.commitVolatile({ outbox: [kept] });
      return kept;
    });
    this.#adding = added;
    return added;
  }

  /** The messages of a range that are kept here; fewer when the database has lost some. */
  async messages(conversation: ConversationId, from: number, to: number): Promise<Message[]> {
    await this.settled();
    const rows = await this.#database?.messages(conversation, from, to).catch((error: unknown) => this.#giveUp(error));
    return rows ?? [];
  }

  /** Pictures are kept in the same database, beside all this. */
  get database(): Database | undefined {
    return this.#database;
  }

  /** Resolves when everything changed so far is kept. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.settled();
    this.#database?.close();
    this.#database = undefined;
  }

  #show(patches: readonly Patch[]): void {
    if (patches.length > 0) {
      this.#store.setState((state) => patches.reduce(show, state));
    }
  }

  /** Takes what a page that is gone had written and not yet kept. Says whether it is kept now. */
  async #adopt({ drafts, outbox }: Unkept): Promise<boolean> {
    for (const row of outbox) {
      await this.addToOutbox(row);
    }

    const known = this.data.drafts;
    await this.commit([
      { drafts: drafts.filter((draft) => draft.changedAt >= (known[draft.conversation]?.changedAt ?? 0)) },
    ]);
    return this.#database !== undefined;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      let patches: readonly Patch[] = this.#waiting.splice(0);
      try {
        await this.#database?.write(patches, this.leader);
        if (this.#database !== undefined) {
          this.#journal.kept(patches);
        }
      } catch (error) {
        if (error instanceof DeposedError) {
          patches = patches.map(ownPart);
          this.#waiting.unshift(...patches);
          this.leader = undefined;
          this.onDeposed();
          continue;
        }

        this.#giveUp(error);
      }

      this.#share({ type: "patches", patches });
    }

    this.#writing = undefined;
  }

  /** The disk is full or the browser took the database away: go on without, and begin anew with the next page. */
  #giveUp(error: unknown): undefined {
    logWarning("database is lost", { error: String(error) });
    this.#database?.close();
    this.#database = undefined;
  }
}

/** What a person wrote in this tab, which is kept whoever leads. */
function ownPart({ outbox, outboxRemoved, drafts }: Patch): Patch {
  return { ...(outbox && { outbox }), ...(outboxRemoved && { outboxRemoved }), ...(drafts && { drafts }) };
}

function show(state: State, patch: Patch): State {
  const data = reduce(state.data, patch);
  let windows = state.windows;
  for (const [id, window] of Object.entries(windows)) {
    const arrived = patch.messages?.filter((message) => message.conversation === id) ?? [];
    const messages = window.isLoaded ? followMessages(window.messages, arrived) : window.messages;
    if (messages !== window.messages) {
      windows = { ...windows, [id]: { ...window, messages } };
    }
  }

  return data === state.data && windows === state.windows ? state : { ...state, data, windows };
}
