import type { ClientId, Contact, ContactRequest, ConversationId, Message, Person, UserId } from "../api/wire";
import type { ConversationState, Draft, OutboxRow, Patch } from "./data";

type Rows<T> = Map<string, T | null>;

/** What several patches, one after the other, leave to be written; null is a row to delete. */
export interface Changes {
  isReset: boolean;
  readonly meta: Map<"me" | "personalPts" | "syncedAt", unknown>;
  /** Conversations whose messages and waiting texts go, before anything is put. */
  readonly forgotten: Set<ConversationId>;
  /** Each message once. */
  readonly messages: readonly Message[];
  readonly conversations: Rows<ConversationState>;
  readonly contacts: Rows<Contact>;
  readonly requests: Rows<ContactRequest>;
  readonly persons: Rows<Person>;
  readonly drafts: Rows<Draft>;
  readonly outbox: Map<ClientId, OutboxRow | null>;
}

/** Puts patches together into one write. */
export function foldPatches(patches: readonly Patch[]): Changes {
  const messages = new Map<string, Message>();
  const changes = {
    isReset: false,
    meta: new Map<"me" | "personalPts" | "syncedAt", unknown>(),
    forgotten: new Set<ConversationId>(),
    conversations: new Map<ConversationId, ConversationState | null>(),
    contacts: new Map<UserId, Contact | null>(),
    requests: new Map<string, ContactRequest | null>(),
    persons: new Map<UserId, Person | null>(),
    drafts: new Map<ConversationId, Draft | null>(),
    outbox: new Map<ClientId, OutboxRow | null>(),
  };
  for (const patch of patches) {
    if (patch.reset) {
      changes.isReset = true;
      messages.clear();
      for (const rows of [changes.conversations, changes.contacts, changes.requests, changes.persons]) {
        rows.clear();
      }

      changes.meta.set("personalPts", 0).set("syncedAt", 0);
    }

    for (const key of ["me", "personalPts", "syncedAt"] as const) {
      if (patch[key] !== undefined) {
        changes.meta.set(key, patch[key]);
      }
    }

    for (const message of patch.messages ?? []) {
      const key = `${message.conversation}/${message.seq}`;
      if (message.pts >= (messages.get(key)?.pts ?? 0)) {
        messages.set(key, message);
      }
    }

    add(changes.conversations, patch.conversations, (row) => row.id);
    add(changes.contacts, patch.contacts, (row) => row.person.id);
    add(changes.requests, patch.requests, (row) => row.id);
    add(changes.persons, patch.persons, (row) => row.id);
    add(changes.outbox, patch.outbox, (row) => row.clientId);
    for (const draft of patch.drafts ?? []) {
      changes.drafts.set(draft.conversation, draft.text === "" ? null : draft);
    }

    for (const user of patch.contactsRemoved ?? []) {
      changes.contacts.set(user, null);
    }

    for (const clientId of patch.outboxRemoved ?? []) {
      changes.outbox.set(clientId, null);
    }

    for (const conversation of patch.conversationsRemoved ?? []) {
      changes.forgotten.add(conversation);
      changes.conversations.set(conversation, null);
      changes.drafts.set(conversation, null);
      for (const [key, message] of messages) {
        if (message.conversation === conversation) {
          messages.delete(key);
        }
      }
    }
  }

  return { ...changes, messages: [...messages.values()] };
}

function add<T>(rows: Rows<T>, changed: readonly T[] | undefined, keyOf: (row: T) => string): void {
  for (const row of changed ?? []) {
    rows.set(keyOf(row), row);
  }
}
