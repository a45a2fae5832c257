import type { ClientId, ConversationId, UserId } from "../api/wire";
import { logWarning } from "../lib/log";
import type { Draft, NewOutboxRow, Patch } from "./data";

const PREFIX = "hongyan.unkept.";

/** What one page has left. */
export interface Unkept {
  readonly drafts: readonly Draft[];
  readonly outbox: readonly NewOutboxRow[];
}

/**
 * What a person has just written, until the database holds it. The database takes a moment, and a page that is closed
 * or dies has none; this storage is written before the key press is over. The next page takes over what is left.
 */
export class Journal {
  readonly #storage: Storage | undefined;
  readonly #prefix: string;
  /** A page has an entry of its own, so that it overwrites nobody else's. */
  readonly #key: string;
  readonly #drafts = new Map<ConversationId, Draft>();
  readonly #outbox = new Map<ClientId, NewOutboxRow>();

  constructor(storage: Storage | undefined, user: UserId) {
    this.#storage = storage;
    this.#prefix = `${PREFIX}${user}.`;
    this.#key = this.#prefix + crypto.getRandomValues(new Uint32Array(2)).join("-");
  }

  /**
   * Hands over what other pages have left, and lets go of it once it is kept. A page that is still open can be among
   * them, in the middle of a write: it is then kept twice, which does no harm.
   */
  async takeOver(keep: (left: Unkept) => Promise<boolean>): Promise<void> {
    for (const key of this.#keys()) {
      const entry = this.#storage?.getItem(key);
      if (entry && (await keep(parse(entry))) && this.#storage?.getItem(key) === entry) {
        this.#storage.removeItem(key);
      }
    }
  }

  /** Called before a patch goes to the database. */
  note(patch: Patch): void {
    for (const draft of patch.drafts ?? []) {
      this.#drafts.set(draft.conversation, draft);
    }

    for (const clientId of patch.outboxRemoved ?? []) {
      this.#outbox.delete(clientId);
    }

    for (const conversation of patch.conversationsRemoved ?? []) {
      this.#drafts.delete(conversation);
      for (const row of [...this.#outbox.values()].filter((row) => row.conversation === conversation)) {
        this.#outbox.delete(row.clientId);
      }
    }

    if (patch.drafts || patch.outboxRemoved || patch.conversationsRemoved) {
      this.#write();
    }
  }

  noteRow(row: NewOutboxRow): void {
    this.#outbox.set(row.clientId, row);
    this.#write();
  }

  /** The database holds these now; what was written since then stays. */
  kept(patches: readonly Patch[]): void {
    const drafts = patches.flatMap((patch) => patch.drafts ?? []);
    for (const draft of drafts.filter((draft) => this.#drafts.get(draft.conversation) === draft)) {
      this.#drafts.delete(draft.conversation);
    }

    if (drafts.length > 0) {
      this.#write();
    }
  }

  keptRow(clientId: ClientId): void {
    this.#outbox.delete(clientId);
    this.#write();
  }

  /** Forgets everything of this person, whichever page wrote it. */
  clear(): void {
    this.#drafts.clear();
    this.#outbox.clear();
    for (const key of this.#keys()) {
      this.#storage?.removeItem(key);
    }
  }

  #keys(): string[] {
    const storage = this.#storage;
    const keys = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? "");
    return keys.filter((key) => key.startsWith(this.#prefix));
  }

  #write(): void {
    try {
      if (this.#drafts.size === 0 && this.#outbox.size === 0) {
        this.#storage?.removeItem(this.#key);
      } else {
        const left: Unkept = { drafts: [...this.#drafts.values()], outbox: [...this.#outbox.values()] };
        this.#storage?.setItem(this.#key, JSON.stringify(left));
      }
    } catch (error) {
      // Full, or more than fits: then the database alone has to be fast enough.
      logWarning("journal cannot be written", { error: String(error) });
    }
  }
}

/** Another version of this client may have written it: rows that are none are left out. */
function parse(entry: string): Unkept {
  const isDraft = (row: unknown): row is Draft => has(row, ["conversation", "text"], ["changedAt"]);
  const isRow = (row: unknown): row is NewOutboxRow =>
    has(row, ["clientId", "conversation", "text", "state"], ["createdAt", "seenSeq"]);
  try {
    const { drafts, outbox } = JSON.parse(entry) as { drafts?: unknown; outbox?: unknown };
    return {
      drafts: Array.isArray(drafts) ? drafts.filter(isDraft) : [],
      outbox: Array.isArray(outbox) ? outbox.filter(isRow) : [],
    };
  } catch {
    return { drafts: [], outbox: [] };
  }
}

function has(row: unknown, strings: readonly string[], numbers: readonly string[]): boolean {
  const fields = (row ?? {}) as Readonly<Record<string, unknown>>;
  return (
    strings.every((name) => typeof fields[name] === "string") &&
    numbers.every((name) => typeof fields[name] === "number")
  );
}
