import type {
  ConversationDifference,
  ConversationHead,
  HistoryPage,
  Message,
  PersonalChange,
  PersonalDifference,
} from "../api/wire";
import { logWarning } from "../lib/log";
import { type ConversationState, type Data, type Patch, reduce } from "./data";
import { addRange, type Ranges } from "./ranges";

/** What to do with a numbered change: it is the next one, it is known already, or something before it is missing. */
export type Verdict = "apply" | "drop" | "gap";

export function judge(pts: number, mine: number): Verdict {
  if (pts <= mine) {
    return "drop";
  }

  return pts === mine + 1 ? "apply" : "gap";
}

/** The patch that takes one message, new or changed, which is the conversation's next change. */
export function applyMessage(state: ConversationState, message: Message): Patch {
  return {
    messages: [message],
    conversations: [
      {
        ...state,
        pts: message.pts,
        head: headWith(state.head, message),
        ranges: addRange(state.ranges, { from: message.seq, to: message.seq }),
      },
    ],
  };
}

/** The patch that takes what a conversation's difference brought. */
export function applyDifference(state: ConversationState, difference: ConversationDifference): Patch {
  let { head, ranges } = state;
  for (const message of difference.messages) {
    head = headWith(head, message);
    ranges = addRange(ranges, { from: message.seq, to: message.seq });
  }

  const pts = Math.max(state.pts, difference.pts);
  return { messages: difference.messages, conversations: [{ ...state, head, ranges, pts }] };
}

/** The patch that takes a page of history; a page is dense, so it covers everything between its ends. */
export function applyHistory(state: ConversationState, page: HistoryPage): Patch {
  const first = page.messages.at(0);
  const last = page.messages.at(-1);
  if (first === undefined || last === undefined) {
    return {};
  }

  const ranges = addRange(state.ranges, { from: first.seq, to: last.seq });
  return { messages: page.messages, conversations: [{ ...state, ranges }] };
}

/**
 * The patch that takes a head. Of a conversation that was known before only the head moves; its messages follow. One
 * that was left and joined again is another one: what was there before cannot be seen any more.
 */
export function applyHead(state: ConversationState | undefined, head: ConversationHead): Patch {
  if (state !== undefined && head.joinedSeq < state.head.joinedSeq) {
    return {};
  }

  if (state !== undefined && head.joinedSeq === state.head.joinedSeq) {
    return { conversations: [withServerRead({ ...state, head: mergeHeads(state.head, head) }, head.readSeq)] };
  }

  const messages = head.lastMessage ? [head.lastMessage] : [];
  const marked = { read: head.readSeq, delivered: head.readSeq };
  return { messages, conversations: [{ id: head.id, head, pts: head.pts, ranges: rangesOf(messages), marked }] };
}

/** The patch for a conversation of which nothing is here but the last message: with its head it is up to date. */
export function skipAhead(state: ConversationState): Patch {
  const { lastMessage, pts } = state.head;
  return startOver(state, pts, lastMessage ? [lastMessage] : []);
}

/** The patch that leaves a hole behind: only these newest messages are here now, and they are in the state at `pts`. */
export function startOver(state: ConversationState, pts: number, newest: readonly Message[]): Patch {
  const head = newest.reduce(headWith, state.head);
  return { messages: newest, conversations: [{ ...state, head, pts, ranges: rangesOf(newest) }] };
}

/** The patch that takes one change of the person's own log; the counter moves with it. */
export function applyPersonal(data: Data, change: PersonalChange, pts: number): Patch {
  return { ...applyPersonalChange(data, change), personalPts: pts };
}

/** The patches that take what the personal difference brought; the counter moves with the last. */
export function applyPersonalDifference(data: Data, difference: PersonalDifference): Patch[] {
  const patches: Patch[] = [];
  let state = data;
  for (const change of difference.changes) {
    const patch = applyPersonalChange(state, change);
    state = reduce(state, patch);
    patches.push(patch);
  }

  return [...patches, { personalPts: Math.max(data.personalPts, difference.pts) }];
}

/** The patch that takes the other person's marks. */
export function applyPeerMarks(state: ConversationState, read: number, delivered: number): Patch {
  const head = state.head;
  const peerReadSeq = Math.max(head.peerReadSeq ?? 0, read);
  const peerDeliveredSeq = Math.max(head.peerDeliveredSeq ?? 0, delivered, read);
  if (peerReadSeq === head.peerReadSeq && peerDeliveredSeq === head.peerDeliveredSeq) {
    return {};
  }

  return { conversations: [{ ...state, head: { ...head, peerReadSeq, peerDeliveredSeq } }] };
}

/** The patch that moves one's own read mark here; it only ever moves forward, and not past the last message. */
export function applyOwnRead(state: ConversationState, read: number): Patch {
  const readSeq = Math.min(read, state.head.seq);
  return readSeq > state.head.readSeq ? { conversations: [{ ...state, head: { ...state.head, readSeq } }] } : {};
}

/** The server knows of this read mark. The messages it passes may still be under way. */
function withServerRead(state: ConversationState, readSeq: number): ConversationState {
  return {
    ...state,
    head: { ...state.head, readSeq: Math.max(state.head.readSeq, readSeq) },
    marked: { ...state.marked, read: Math.max(state.marked.read, readSeq) },
  };
}

/** Whether enough of a conversation is on this device to be worth the difference: all of it, or more than one message. */
export function hasHistory({ ranges, head }: ConversationState): boolean {
  const first = ranges[0];
  return first !== undefined && (ranges.length > 1 || first.to > first.from || first.from === head.joinedSeq + 1);
}

function applyPersonalChange(data: Data, change: PersonalChange): Patch {
  switch (change.kind) {
    case "me":
      return { me: change.me };
    case "contact":
      return { contacts: [change.contact] };
    case "contact_removed":
      return { contactsRemoved: [change.user] };
    case "request":
      return { requests: [change.request] };
    case "conversation":
      return applyHead(data.conversations[change.head.id], change.head);
    case "conversation_removed":
      return { conversationsRemoved: [change.conversation] };
    case "read": {
      const state = data.conversations[change.conversation];
      return state === undefined ? {} : { conversations: [withServerRead(state, change.readSeq)] };
    }
    default:
      // A newer server can know more kinds; the cursor moves on, and a newer client starts afresh.
      logWarning("unknown personal change", { kind: (change satisfies never as PersonalChange).kind });
      return {};
  }
}

function rangesOf(messages: readonly Message[]): Ranges {
  return messages.reduce<Ranges>((ranges, { seq }) => addRange(ranges, { from: seq, to: seq }), []);
}

/** The head after a message. What is not in its numbers (name, members, rights) comes over the personal log. */
function headWith(head: ConversationHead, message: Message): ConversationHead {
  const last = head.lastMessage;
  const isLast = last === undefined || message.seq > last.seq || (message.seq === last.seq && message.pts > last.pts);
  return {
    ...head,
    ...(isLast && { lastMessage: message }),
    seq: Math.max(head.seq, message.seq),
    pts: Math.max(head.pts, message.pts),
    activeAt: message.seq > head.seq ? message.sentAt : head.activeAt,
  };
}

/**
 * Two views of one head. Marks only move forward; what messages determine comes from the view with the higher counter;
 * the rest comes from the one that arrived last, which is why heads are applied in the order of the personal log.
 */
function mergeHeads(mine: ConversationHead, theirs: ConversationHead): ConversationHead {
  const { seq, pts, activeAt, lastMessage } = theirs.pts >= mine.pts ? theirs : mine;
  return {
    ...theirs,
    seq,
    pts,
    activeAt,
    ...(lastMessage && { lastMessage }),
    readSeq: Math.max(mine.readSeq, theirs.readSeq),
    ...later("peerReadSeq", mine, theirs),
    ...later("peerDeliveredSeq", mine, theirs),
  };
}

function later(
  mark: "peerReadSeq" | "peerDeliveredSeq",
  mine: ConversationHead,
  theirs: ConversationHead,
): Partial<ConversationHead> {
  const known = mine[mark] ?? theirs[mark];
  return known === undefined ? {} : { [mark]: Math.max(known, theirs[mark] ?? 0) };
}
