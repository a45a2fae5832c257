import type { Contact, ContactRequest, ConversationId, Message, Person, UserId } from "../api/wire";
import type { ConversationState, Data, Draft, OutboxRow } from "./data";
import type { State } from "./store";
import type { ConversationRow, LastPreview, MessageStatus, SessionState, Timeline, TimelineItem } from "./types";
import type { Window } from "./window";

/**
 * What screens show, derived from the state. Each remembers its last answer, so that what has not changed is the same
 * object and nothing is drawn again for it.
 */

/** Remembers the last answer for the last arguments. */
function memo<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | undefined;
  return (...args) => {
    if (last === undefined || args.some((arg, index) => !Object.is(arg, last?.args[index]))) {
      last = { args, result: compute(...args) };
    }

    return last.result;
  };
}

/** Remembers the last answer for each key, of the keys used most recently. */
function memoByKey<A extends readonly unknown[], R>(
  compute: (...args: A) => R,
  size: number,
): (key: string, ...args: A) => R {
  const memos = new Map<string, (...args: A) => R>();
  return (key, ...args) => {
    const known = memos.get(key) ?? memo(compute);
    memos.delete(key);
    memos.set(key, known);
    const oldest = memos.keys().next();
    if (memos.size > size && !oldest.done) {
      memos.delete(oldest.value);
    }

    return known(...args);
  };
}

const sessionOf = memo((session: State["session"], me: Data["me"], endedBy: string | undefined): SessionState => {
  if (session === "signedOut") {
    return { state: session, ...(endedBy !== undefined && { reason: endedBy }) };
  }

  if (session === "loading") {
    return { state: session };
  }

  return me === undefined ? { state: "loading" } : { state: "signedIn", me };
});

export const selectSession = (state: State): SessionState => sessionOf(state.session, state.data.me, state.endedBy);

interface CachedRow {
  readonly draft: Draft | undefined;
  readonly outbox: readonly OutboxRow[] | undefined;
  readonly row: ConversationRow;
}

const rows = new WeakMap<ConversationState, CachedRow>();

function rowOf(state: ConversationState, draft: Draft | undefined, outbox: readonly OutboxRow[] | undefined) {
  const known = rows.get(state);
  if (known !== undefined && known.draft === draft && known.outbox === outbox) {
    return known.row;
  }

  const { head } = state;
  const pending = outbox?.at(-1);
  const lastPreview: LastPreview | undefined = pending
    ? { type: "pending", item: pending }
    : head.lastMessage && { type: "message", message: head.lastMessage };
  const row: ConversationRow = {
    ...head,
    unread: Math.max(0, head.seq - Math.max(head.readSeq, head.joinedSeq)),
    draft: draft?.text ?? "",
    ...(lastPreview && { lastPreview }),
  };
  rows.set(state, { draft, outbox, row });
  return row;
}

/** When something last happened in a conversation, here or on the server. */
function touchedAt(row: ConversationRow, draft: Draft | undefined): number {
  const pendingAt = row.lastPreview?.type === "pending" ? row.lastPreview.item.createdAt : 0;
  return Math.max(row.activeAt, draft?.changedAt ?? 0, pendingAt);
}

const conversationsOf = memo(
  (conversations: Data["conversations"], drafts: Data["drafts"], outbox: Data["outbox"]): readonly ConversationRow[] =>
    Object.values(conversations)
      .map((state) => {
        const row = rowOf(state, drafts[state.id], outbox[state.id]);
        return { row, at: touchedAt(row, drafts[state.id]) };
      })
      .sort((a, b) => b.at - a.at || compareIds(b.row.id, a.row.id))
      .map(({ row }) => row),
);

/** The conversation list, newest activity first. */
export const selectConversations = (state: State): readonly ConversationRow[] =>
  conversationsOf(state.data.conversations, state.data.drafts, state.data.outbox);

export function selectConversation(state: State, id: ConversationId): ConversationRow | undefined {
  const conversation = state.data.conversations[id];
  return conversation && rowOf(conversation, state.data.drafts[id], state.data.outbox[id]);
}

const contactsOf = memo((contacts: Data["contacts"]): readonly Contact[] =>
  Object.values(contacts).sort(
    (a, b) =>
      Number(a.initial === "#") - Number(b.initial === "#") ||
      compareText(a.sortKey, b.sortKey) ||
      compareIds(a.person.id, b.person.id),
  ),
);

/** Contacts by the letter they are listed under, '#' last. */
export const selectContacts = (state: State): readonly Contact[] => contactsOf(state.data.contacts);

const requestsOf = memo((requests: Data["requests"]): readonly ContactRequest[] =>
  Object.values(requests).sort((a, b) => b.sentAt - a.sentAt || compareIds(b.id, a.id)),
);

/** Contact requests, newest first. */
export const selectRequests = (state: State): readonly ContactRequest[] => requestsOf(state.data.requests);

/** Oneself, or what is known of somebody else. */
export const selectPerson = (state: State, id: UserId): Person | undefined =>
  state.data.me?.id === id ? state.data.me : state.data.persons[id];

const nobody: readonly UserId[] = [];

export const selectTyping = (state: State, id: ConversationId): readonly UserId[] => state.typing[id] ?? nobody;

const messageItems = new WeakMap<Message, TimelineItem & { type: "message" }>();

function messageItem(message: Message, status: MessageStatus | undefined): TimelineItem {
  const known = messageItems.get(message);
  if (known !== undefined && known.status === status) {
    return known;
  }

  const item = { type: "message" as const, message, ...(status && { status }) };
  messageItems.set(message, item);
  return item;
}

const pendingItems = new WeakMap<OutboxRow, TimelineItem>();

function pendingItem(row: OutboxRow): TimelineItem {
  const known = pendingItems.get(row);
  if (known !== undefined) {
    return known;
  }

  const { clientId, text, createdAt, state, errorCode } = row;
  const item: TimelineItem = { type: "pending", clientId, text, createdAt, state, ...(errorCode && { errorCode }) };
  pendingItems.set(row, item);
  return item;
}

function statusOf(
  message: Message,
  conversation: ConversationState,
  me: UserId | undefined,
): MessageStatus | undefined {
  if (message.sender !== me || message.body.kind !== "text") {
    return undefined;
  }

  const { peerReadSeq = 0, peerDeliveredSeq = 0 } = conversation.head;
  if (message.seq <= peerReadSeq) {
    return "read";
  }

  return message.seq <= peerDeliveredSeq ? "delivered" : "sent";
}

const emptyTimeline: Timeline = { items: [], hasOlder: false, hasNewer: false, isLoading: true };

const timelineOf = memoByKey(
  (
    window: Window | undefined,
    conversation: ConversationState | undefined,
    outbox: readonly OutboxRow[] | undefined,
    me: UserId | undefined,
  ): Timeline => {
    if (window === undefined || conversation === undefined) {
      return emptyTimeline;
    }

    const { head } = conversation;
    const first = window.messages[0]?.seq ?? head.seq + 1;
    const last = window.messages.at(-1)?.seq ?? head.seq;
    const sent = new Set(window.messages.slice(-200).map((message) => message.clientId));
    const isAtEnd = last >= (conversation.ranges.at(-1)?.to ?? 0);
    const pending = (isAtEnd && outbox?.filter((row) => !sent.has(row.clientId))) || [];
    return {
      items: [
        ...window.messages.map((message) => messageItem(message, statusOf(message, conversation, me))),
        ...pending.map(pendingItem),
      ],
      ...(window.firstUnreadSeq !== undefined && { firstUnreadSeq: window.firstUnreadSeq }),
      hasOlder: first > head.joinedSeq + 1,
      hasNewer: last < head.seq,
      isLoading: window.isLoading || !window.isLoaded,
    };
  },
  8,
);

export const selectTimeline = (state: State, id: ConversationId): Timeline =>
  timelineOf(id, state.windows[id], state.data.conversations[id], state.data.outbox[id], state.data.me?.id);

/** Ids are numbers without leading zeros, so the longer one is the greater. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
