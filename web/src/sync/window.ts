import type { Message } from "../api/wire";

/** The part of a conversation's history that one tab holds in memory: messages by `seq`, without a gap. */
export interface Window {
  readonly messages: readonly Message[];
  readonly isLoading: boolean;
  /** Whether anything has been loaded into it yet. */
  readonly isLoaded: boolean;
  /** The first message that was unread when the conversation was opened. */
  readonly firstUnreadSeq?: number;
}

/** How many messages a window is cut back to. */
export const WINDOW_MESSAGES = 1_200;
/** From how many on it is worth to cut back while somebody rests. */
const MANY_MESSAGES = 1_600;
/**
 * How many it holds at most. What arrives beyond that is loaded when the screen gets there. From so many, no more go
 * than the half that is farther away, and so none that is on the screen.
 */
export const MAX_MESSAGES = 2_000;

export const emptyWindow: Window = { messages: [], isLoading: false, isLoaded: false };

/** The messages after news arrived: those that changed are replaced, and those that go on at the end are put there. */
export function followMessages(messages: readonly Message[], arrived: readonly Message[]): readonly Message[] {
  const bySeq = newestBySeq(arrived);
  const inside = replaceChanged(messages, bySeq);
  const last = messages.at(-1);
  const after = last === undefined ? denseEnd(sorted(bySeq)) : runFrom(bySeq, last.seq + 1, 1);
  return after.length === 0 || inside.length >= MAX_MESSAGES ? inside : [...inside, ...after];
}

/**
 * The messages without those at the end that is farther away. A step of its own: a list on the screen can grow at one
 * end or shrink at the other without moving what is read, but not do both at once.
 */
export function cutBack(messages: readonly Message[], kept: "oldest" | "newest"): readonly Message[] {
  if (messages.length <= WINDOW_MESSAGES) {
    return messages;
  }

  return kept === "oldest" ? messages.slice(0, WINDOW_MESSAGES) : messages.slice(-WINDOW_MESSAGES);
}

/** The messages cut back, if there are many; for when nobody scrolls. */
export function cutBackMany(messages: readonly Message[], kept: "oldest" | "newest"): readonly Message[] {
  return messages.length < MANY_MESSAGES ? messages : cutBack(messages, kept);
}

/** The messages with an older page before them. */
export function prependMessages(messages: readonly Message[], older: readonly Message[]): readonly Message[] {
  const bySeq = newestBySeq(older);
  const inside = replaceChanged(messages, bySeq);
  const first = messages[0];
  const before = first === undefined ? denseEnd(sorted(bySeq)) : runFrom(bySeq, first.seq - 1, -1).reverse();
  return before.length === 0 ? inside : [...before, ...inside];
}

function newestBySeq(messages: readonly Message[]): ReadonlyMap<number, Message> {
  const bySeq = new Map<number, Message>();
  for (const message of messages) {
    if (message.pts >= (bySeq.get(message.seq)?.pts ?? 0)) {
      bySeq.set(message.seq, message);
    }
  }

  return bySeq;
}

function replaceChanged(messages: readonly Message[], bySeq: ReadonlyMap<number, Message>): readonly Message[] {
  const isStale = (message: Message) => (bySeq.get(message.seq)?.pts ?? 0) > message.pts;
  return bySeq.size > 0 && messages.some(isStale)
    ? messages.map((message) => (isStale(message) ? (bySeq.get(message.seq) ?? message) : message))
    : messages;
}

function sorted(bySeq: ReadonlyMap<number, Message>): Message[] {
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The longest run of messages that is dense and ends with the last. */
export function denseEnd(messages: readonly Message[]): readonly Message[] {
  let start = messages.length - 1;
  while (start > 0 && messages[start - 1]?.seq === (messages[start]?.seq ?? 0) - 1) {
    start--;
  }

  return start > 0 ? messages.slice(start) : messages;
}

function runFrom(bySeq: ReadonlyMap<number, Message>, from: number, step: 1 | -1): Message[] {
  const run: Message[] = [];
  for (let message = bySeq.get(from); message !== undefined; message = bySeq.get(from + step * run.length)) {
    run.push(message);
  }

  return run;
}
