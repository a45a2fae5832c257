import type {
  ClientId,
  Contact,
  ContactRequest,
  ConversationHead,
  ConversationId,
  Me,
  Message,
  Person,
  UserId,
} from "../api/wire";
import type { Ranges } from "./ranges";
import type { OutboxItem } from "./types";

/** What this device knows of a conversation, its messages aside. */
export interface ConversationState {
  readonly id: ConversationId;
  /** The newest head known; its counters can be ahead of the messages. */
  readonly head: ConversationHead;
  /** The change counter up to which every message in `ranges` is in its present state. */
  readonly pts: number;
  /** Which messages are on this device. */
  readonly ranges: Ranges;
  /** The marks the server has certainly got from this device. */
  readonly marked: Marked;
}

export interface Marked {
  readonly read: number;
  readonly delivered: number;
}

export interface OutboxRow extends OutboxItem {
  /** The order of sending, given by the database; rises across tabs. */
  readonly n: number;
  /** The last message there was when this one was written: what its sending shows as read. */
  readonly seenSeq: number;
}

/** A message on its way into the outbox. */
export type NewOutboxRow = Omit<OutboxRow, "n">;

export interface Draft {
  readonly conversation: ConversationId;
  readonly text: string;
  readonly changedAt: number;
}

/** Everything of one person that is held in memory and kept in the database, except message history. */
export interface Data {
  readonly me?: Me;
  /** The counter of the person's own log. */
  readonly personalPts: number;
  /** The server's time at which this device last knew everything, in Unix milliseconds; 0 for never. */
  readonly syncedAt: number;
  readonly conversations: Readonly<Record<ConversationId, ConversationState>>;
  readonly contacts: Readonly<Record<UserId, Contact>>;
  readonly requests: Readonly<Record<string, ContactRequest>>;
  readonly persons: Readonly<Record<UserId, Person>>;
  readonly outbox: Readonly<Record<ConversationId, readonly OutboxRow[]>>;
  readonly drafts: Readonly<Record<ConversationId, Draft>>;
}

/** One step from one consistent state to the next: all of it is kept, or none. Within one, removals come last. */
export interface Patch {
  /** Forget all that came from the server; what the person wrote here stays. */
  readonly reset?: true;
  readonly me?: Me;
  readonly personalPts?: number;
  readonly syncedAt?: number;
  readonly conversations?: readonly ConversationState[];
  readonly conversationsRemoved?: readonly ConversationId[];
  readonly messages?: readonly Message[];
  readonly contacts?: readonly Contact[];
  readonly contactsRemoved?: readonly UserId[];
  readonly requests?: readonly ContactRequest[];
  readonly persons?: readonly Person[];
  readonly outbox?: readonly OutboxRow[];
  readonly outboxRemoved?: readonly ClientId[];
  readonly drafts?: readonly Draft[];
}

export const emptyData: Data = {
  personalPts: 0,
  syncedAt: 0,
  conversations: {},
  contacts: {},
  requests: {},
  persons: {},
  outbox: {},
  drafts: {},
};

/** The state after a patch. Whatever a patch does not touch stays the same object. */
export function reduce(data: Data, patch: Patch): Data {
  const base: Data = patch.reset
    ? { ...emptyData, ...(data.me && { me: data.me }), outbox: data.outbox, drafts: data.drafts }
    : data;
  const removed = patch.conversationsRemoved;
  const me = patch.me ?? base.me;
  const contacts = without(
    upsert(base.contacts, patch.contacts, (row) => row.person.id),
    patch.contactsRemoved,
  );
  const conversations = upsert(base.conversations, patch.conversations, (row) => row.id);
  const requests = upsert(base.requests, patch.requests, (row) => row.id);
  return {
    ...(me && { me }),
    personalPts: patch.personalPts ?? base.personalPts,
    syncedAt: patch.syncedAt ?? base.syncedAt,
    conversations: without(withPeers(conversations, contacts, patch), removed),
    contacts,
    requests: withContacts(requests, patch.contacts),
    persons: reducePersons(base, patch),
    outbox: without(reduceOutbox(base.outbox, patch), removed),
    drafts: without(reduceDrafts(base.drafts, patch.drafts), removed),
  };
}

function upsert<T>(
  rows: Readonly<Record<string, T>>,
  changed: readonly T[] | undefined,
  keyOf: (row: T) => string,
): Readonly<Record<string, T>> {
  if (changed === undefined || changed.length === 0) {
    return rows;
  }

  const next = { ...rows };
  for (const row of changed) {
    next[keyOf(row)] = row;
  }

  return next;
}

function without<T>(
  rows: Readonly<Record<string, T>>,
  keys: readonly string[] | undefined,
): Readonly<Record<string, T>> {
  const present = keys?.filter((key) => key in rows) ?? [];
  if (present.length === 0) {
    return rows;
  }

  const next = { ...rows };
  for (const key of present) {
    delete next[key];
  }

  return next;
}

function reduceDrafts(
  drafts: Readonly<Record<ConversationId, Draft>>,
  changed: readonly Draft[] | undefined,
): Readonly<Record<ConversationId, Draft>> {
  const emptied = changed?.filter((draft) => draft.text === "").map((draft) => draft.conversation);
  return without(
    upsert(drafts, changed, (row) => row.conversation),
    emptied,
  );
}

function reduceOutbox(outbox: Data["outbox"], patch: Patch): Data["outbox"] {
  const changed = patch.outbox ?? [];
  const removed = new Set(patch.outboxRemoved);
  if (changed.length === 0 && removed.size === 0) {
    return outbox;
  }

  const next: Record<ConversationId, readonly OutboxRow[]> = { ...outbox };
  for (const row of changed) {
    const others = (next[row.conversation] ?? []).filter((other) => other.clientId !== row.clientId);
    next[row.conversation] = [...others, row].sort((a, b) => a.n - b.n);
  }

  for (const [conversation, rows] of Object.entries(next)) {
    const left = rows.filter((row) => !removed.has(row.clientId));
    if (left.length === 0) {
      delete next[conversation];
    } else if (left.length !== rows.length) {
      next[conversation] = left;
    }
  }

  return next;
}

/** A contact is told of once, and is who they are in conversations too. */
function withPeers(
  conversations: Data["conversations"],
  contacts: Data["contacts"],
  patch: Patch,
): Data["conversations"] {
  const touched = patch.contacts?.length ? Object.values(conversations) : (patch.conversations ?? []);
  const met = touched.flatMap((row) => {
    const peer = row.head.peer && contacts[row.head.peer.id]?.person;
    return peer === undefined || isSamePerson(row.head.peer, peer) ? [] : [{ ...row, head: { ...row.head, peer } }];
  });
  return upsert(conversations, met, (row) => row.id);
}

/** So they are in requests. */
function withContacts(requests: Data["requests"], changed: readonly Contact[] | undefined): Data["requests"] {
  const renamed = Object.values(requests).flatMap((request) => {
    const person = changed?.find((contact) => contact.person.id === request.person.id)?.person;
    return person === undefined || isSamePerson(request.person, person) ? [] : [{ ...request, person }];
  });
  return upsert(requests, renamed, (row) => row.id);
}

/**
 * People are known from wherever they appear. Of contacts, a request and a conversation know less; of those one
 * declined, a request says less.
 */
function reducePersons({ persons, contacts }: Data, patch: Patch): Data["persons"] {
  const strangers = (patch.requests ?? [])
    .filter(({ person, state }) => !(person.id in persons) || (state !== "declined" && !(person.id in contacts)))
    .map((request) => request.person);
  const seen = [
    ...strangers,
    ...(patch.persons ?? []),
    ...(patch.conversations?.flatMap(({ head: { peer } }) => (peer && !(peer.id in contacts) ? [peer] : [])) ?? []),
    ...(patch.contacts?.map((contact) => contact.person) ?? []),
  ].filter((person) => !isSamePerson(persons[person.id], person));
  return upsert(persons, seen, (person) => person.id);
}

function isSamePerson(a: Person | undefined, b: Person): boolean {
  return a !== undefined && a.name === b.name && a.handle === b.handle && a.avatar === b.avatar;
}
