import type { ConversationHead, ConversationId, Message } from "../api/wire";

/** Which page of a conversation; the newest when neither is given. */
export interface HistoryQuery {
  readonly before?: number;
  readonly after?: number;
}

/** What needs the connection, and so the leading tab; the other tabs ask it. */
export interface Commands {
  /** Brings a conversation that is looked at up to date. */
  freshen: (conversation: ConversationId) => Promise<void>;
  /** Fetches a page, keeps it, and returns it, oldest first. */
  history: (conversation: ConversationId, query: HistoryQuery) => Promise<Message[]>;
  mark: (conversation: ConversationId, read: number) => Promise<void>;
  type: (conversation: ConversationId) => Promise<void>;
  adopt: (head: ConversationHead) => Promise<void>;
}
