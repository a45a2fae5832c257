import { Dexie, type EntityTable, type Table } from "dexie";
import type { Contact, ContactRequest, ConversationId, Me, Message, Person, UserId } from "../api/wire";
import { logWarning } from "../lib/log";
import {
  type ConversationState,
  type Data,
  type Draft,
  emptyData,
  type NewOutboxRow,
  type OutboxRow,
  type Patch,
  reduce,
} from "./data";
import { type Changes, foldPatches } from "./foldPatches";

/** Single values: `me`, `personalPts`, `syncedAt`, and `leader`, the tab that may write what comes from the server. */
interface MetaRow {
  key: "me" | "personalPts" | "syncedAt" | "leader";
  value: unknown;
}

export interface AvatarRow {
  id: UserId;
  version: string;
  picture: Blob;
}

class Schema extends Dexie {
  readonly meta!: EntityTable<MetaRow, "key">;
  readonly conversations!: EntityTable<ConversationState, "id">;
  readonly messages!: Table<Message, [ConversationId, number]>;
  readonly contacts!: Table<Contact, UserId>;
  readonly requests!: EntityTable<ContactRequest, "id">;
  readonly persons!: EntityTable<Person, "id">;
  readonly outbox!: Table<OutboxRow, number, NewOutboxRow>;
  readonly drafts!: EntityTable<Draft, "conversation">;
  readonly avatars!: EntityTable<AvatarRow, "id">;

  constructor(name: string) {
    super(name);
    // A change of shape is a new version below this one, with an upgrade; rows that cannot be kept are fetched again.
    this.version(1).stores({
      meta: "key",
      conversations: "id",
      messages: "[conversation+seq]",
      contacts: "person.id",
      requests: "id",
      persons: "id",
      outbox: "++n,&clientId,conversation",
      drafts: "conversation",
      avatars: "id",
    });
  }
}

/** Another tab has taken over; what this one learned from the server is not written any more. */
export class DeposedError extends Error {}

const nameOf = (user: UserId) => `hongyan-${user}`;

/** One person's data on this device. */
export class Database {
  readonly #db: Schema;

  private constructor(db: Schema) {
    this.#db = db;
  }

  /**
   * Opens a person's database and reads what is needed to draw the first screen. One that cannot be opened or read is
   * deleted and begun anew; undefined when even that fails, and then nothing outlives the page.
   */
  static async open(user: UserId): Promise<{ database: Database; data: Data } | undefined> {
    for (const isLast of [false, true]) {
      const db = new Schema(nameOf(user));
      try {
        await db.open();
        const database = new Database(db);
        return { database, data: await database.#load() };
      } catch (error) {
        logWarning("database cannot be used", { error: String(error), isLast });
        db.close();
        await Dexie.delete(nameOf(user)).catch(() => undefined);
      }
    }

    return undefined;
  }

  static async delete(user: UserId): Promise<void> {
    await Dexie.delete(nameOf(user));
  }

  close(): void {
    this.#db.close();
  }

  /** From here on only the tab with this name may write what comes from the server. */
  async lead(leader: string): Promise<Data> {
    await this.#db.meta.put({ key: "leader", value: leader });
    return await this.#load();
  }

  /** Takes patches, all or nothing. What a person wrote here is kept from any tab, the rest only from the leader. */
  async write(patches: readonly Patch[], leader: string | undefined): Promise<void> {
    const changes = foldPatches(patches);
    await this.#db.transaction("rw", this.#db.tables, async () => {
      if (leader !== undefined && (await this.#db.meta.get("leader"))?.value !== leader) {
        throw new DeposedError();
      }

      await this.#apply(changes);
    });
  }

  /** Puts a message into the outbox, once; its number puts it after all that are there. */
  async addToOutbox(row: NewOutboxRow): Promise<OutboxRow> {
    const { outbox } = this.#db;
    return await this.#db.transaction("rw", outbox, async () => {
      const known = await outbox.get({ clientId: row.clientId });
      return known ?? { ...row, n: await outbox.add(row) };
    });
  }

  /** The messages with these numbers that are here, oldest first. */
  async messages(conversation: ConversationId, from: number, to: number): Promise<Message[]> {
    return await this.#db.messages
      .where("[conversation+seq]")
      .between([conversation, from], [conversation, to], true, true)
      .toArray();
  }

  async avatar(user: UserId): Promise<AvatarRow | undefined> {
    return await this.#db.avatars.get(user);
  }

  async putAvatar(row: AvatarRow): Promise<void> {
    await this.#db.avatars.put(row);
  }

  async #load(): Promise<Data> {
    const db = this.#db;
    return await db.transaction("r", db.tables, async () => {
      const [meta, conversations, contacts, requests, persons, outbox, drafts] = await Promise.all([
        db.meta.toArray(),
        db.conversations.toArray(),
        db.contacts.toArray(),
        db.requests.toArray(),
        db.persons.toArray(),
        db.outbox.toArray(),
        db.drafts.toArray(),
      ]);
      const values = new Map(meta.map((row) => [row.key, row.value]));
      const me = values.get("me") as Me | undefined;
      // People kept by themselves come first: who is a contact or the other of a conversation is known better from there.
      return reduce(reduce(emptyData, { persons }), {
        ...(me && { me }),
        personalPts: (values.get("personalPts") as number | undefined) ?? 0,
        syncedAt: (values.get("syncedAt") as number | undefined) ?? 0,
        conversations,
        contacts,
        requests,
        outbox,
        drafts,
      });
    });
  }

  async #apply(changes: Changes): Promise<void> {
    const db = this.#db;
    if (changes.isReset) {
      const fromServer = [db.conversations, db.messages, db.contacts, db.requests, db.persons];
      await Promise.all(fromServer.map((table) => table.clear()));
    }

    for (const conversation of changes.forgotten) {
      await db.messages
        .where("[conversation+seq]")
        .between([conversation, Dexie.minKey], [conversation, Dexie.maxKey])
        .delete();
      await db.outbox.where("conversation").equals(conversation).delete();
    }

    await this.#putMessages(changes.messages);
    await Promise.all([
      db.meta.bulkPut([...changes.meta].map(([key, value]) => ({ key, value }))),
      put(db.conversations, changes.conversations),
      put(db.contacts, changes.contacts),
      put(db.requests, changes.requests),
      put(db.persons, changes.persons),
      put(db.drafts, changes.drafts),
    ]);
    for (const [clientId, row] of changes.outbox) {
      if (row === null) {
        await db.outbox.where("clientId").equals(clientId).delete();
      } else if ((await db.outbox.get(row.n)) !== undefined) {
        // A row that is settled meanwhile stays away.
        await db.outbox.put(row);
      }
    }
  }

  /** Messages change, and can arrive out of order: the row with the higher counter stays. */
  async #putMessages(messages: readonly Message[]): Promise<void> {
    const known = await this.#db.messages.bulkGet(messages.map((message) => [message.conversation, message.seq]));
    await this.#db.messages.bulkPut(messages.filter((message, index) => message.pts > (known[index]?.pts ?? 0)));
  }
}

async function put<T>(table: Table<T, string>, rows: ReadonlyMap<string, T | null>): Promise<void> {
  const gone = [...rows].filter(([, row]) => row === null).map(([key]) => key);
  const present = [...rows.values()].filter((row): row is Awaited<T> & T => row !== null);
  await Promise.all([table.bulkDelete(gone), table.bulkPut(present)]);
}
