import type { ClientId, ConversationHead, ConversationId, Me, Message } from "../api/wire";

/** `reason`: the error code of why this device was signed out, when nobody did so here. */
export type SessionState =
  | { state: "loading" }
  | { state: "signedOut"; reason?: string }
  | { state: "signedIn"; me: Me };

/** `offline`: the device has no network; `connecting`: it has, but the server is not connected yet. */
export type ConnectionState = "online" | "connecting" | "offline";

/** A message that is not known to be on the server yet. */
export interface OutboxItem {
  clientId: ClientId;
  conversation: ConversationId;
  text: string;
  createdAt: number;
  state: "queued" | "sending" | "failed";
  /** Why it failed; the text for people is `error.<errorCode>`. */
  errorCode?: string;
}

export type LastPreview = { type: "message"; message: Message } | { type: "pending"; item: OutboxItem };

/** A row of the conversation list, and what a chat's header needs. */
export interface ConversationRow extends ConversationHead {
  unread: number;
  /** What is written but not sent; empty when nothing is. */
  draft: string;
  lastPreview?: LastPreview;
}

/** How far an own message has got; only in a direct conversation does it get further than `sent`. */
export type MessageStatus = "sent" | "delivered" | "read";

export type TimelineItem =
  /** `status` is there for own messages only. */
  | { type: "message"; message: Message; status?: MessageStatus }
  | {
      type: "pending";
      clientId: ClientId;
      text: string;
      createdAt: number;
      state: OutboxItem["state"];
      errorCode?: string;
    };

/** The part of a conversation that is in memory. An item that has not changed is the same object as before. */
export interface Timeline {
  /** Oldest first, messages by `seq` without a gap, then what waits in the outbox. */
  items: readonly TimelineItem[];
  /** The first message that was unread when the timeline was opened; stays until it is opened again. */
  firstUnreadSeq?: number;
  hasOlder: boolean;
  hasNewer: boolean;
  /** Whether a page is being fetched or read. */
  isLoading: boolean;
}

/** Whether a newer version of the client has been downloaded and waits to take over. */
export interface AppUpdate {
  isReady: boolean;
  /** Reloads every tab with the new version. */
  apply: () => void;
}
