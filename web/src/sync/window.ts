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

/** How many messages a window holds before it forgets those at its far end. */
export const WINDOW_MESSAGES = 1_200;

/** Which end of the window stays when it is too long. */
export type KeptEnd = "oldest" | "newest";

export const emptyWindow: Window = { messages: [], isLoading: false, isLoaded: false };

/**
 * The messages after some arrived: those in the window that changed are replaced, those that go on where it begins or
 * ends are put there, others are left out.
 */
export function joinMessages(
  messages: readonly Message[],
  arrived: readonly Message[],
  kept: KeptEnd = "newest",
): readonly Message[] {
  const bySeq = new Map<number, Message>();
  for (const message of arrived) {
    const known = bySeq.get(message.seq);
    if (known === undefined || message.pts >= known.pts) {
      bySeq.set(message.seq, message);
    }
  }

  if (bySeq.size === 0) {
    return messages;
  }

  let isChanged = false;
  const inside = messages.map((message) => {
    const update = bySeq.get(message.seq);
    if (update === undefined || update.pts <= message.pts) {
      return message;
    }

    isChanged = true;
    return update;
  });
  const start = messages[0]?.seq ?? Math.max(...bySeq.keys()) + 1;
  const end = messages.at(-1)?.seq ?? start - 1;
  const before = runFrom(bySeq, start - 1, -1).reverse();
  const after = runFrom(bySeq, end + 1, 1);
  if (!isChanged && before.length === 0 && after.length === 0) {
    return messages;
  }

  const joined = [...before, ...inside, ...after];
  return kept === "newest" ? joined.slice(-WINDOW_MESSAGES) : joined.slice(0, WINDOW_MESSAGES);
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
