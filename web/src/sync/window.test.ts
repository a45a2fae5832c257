import { describe, expect, it } from "vitest";
import type { Message } from "../api/wire";
import { cutBack, cutBackMany, followMessages, MAX_MESSAGES, prependMessages, WINDOW_MESSAGES } from "./window";

const message = (seq: number, pts = seq): Message => ({
  conversation: "1",
  seq,
  pts,
  sender: "2",
  clientId: `c${seq}`,
  body: { kind: "text", text: `text ${seq}` },
  sentAt: seq,
});
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const ends = (messages: readonly Message[]) => [messages[0]?.seq, messages.at(-1)?.seq];

describe("a window that grows", () => {
  it("takes what goes on at its end, and nothing behind a gap", () => {
    expect(ends(followMessages(run(1, 3), run(4, 5)))).toEqual([1, 5]);
    expect(ends(followMessages(run(1, 3), run(5, 6)))).toEqual([1, 3]);
  });

  it("takes an older page before it, and nothing before a gap", () => {
    expect(ends(prependMessages(run(10, 12), run(5, 9)))).toEqual([5, 12]);
    expect(ends(prependMessages(run(10, 12), run(5, 8)))).toEqual([10, 12]);
  });

  it("replaces a message that has changed", () => {
    expect(followMessages(run(1, 3), [message(2, 9)])[1]?.pts).toBe(9);
  });

  it("never grows at one end and shrinks at the other in one step", () => {
    const full = run(1001, 1000 + WINDOW_MESSAGES);
    expect(prependMessages(full, run(901, 1000))).toHaveLength(WINDOW_MESSAGES + 100);
    expect(followMessages(full, run(1001 + WINDOW_MESSAGES, 1100 + WINDOW_MESSAGES))).toHaveLength(
      WINDOW_MESSAGES + 100,
    );
  });

  it("leaves what arrives for later when it is full", () => {
    const full = run(1, MAX_MESSAGES);
    expect(followMessages(full, [message(full.length + 1)])).toBe(full);
  });
});

describe("a window that is cut back", () => {
  it("forgets the end that is farther away", () => {
    const large = run(1, WINDOW_MESSAGES + 50);
    expect(ends(cutBack(large, "oldest"))).toEqual([1, WINDOW_MESSAGES]);
    expect(ends(cutBack(large, "newest"))).toEqual([51, WINDOW_MESSAGES + 50]);
  });

  it("stays the same when it is small", () => {
    const small = run(1, WINDOW_MESSAGES);
    expect(cutBack(small, "newest")).toBe(small);
  });

  it("is left alone while somebody rests, until it is worth it", () => {
    const little = run(1, WINDOW_MESSAGES + 100);
    expect(cutBackMany(little, "newest")).toBe(little);
  });

  it("loses less than the half that is farther away, however full it is", () => {
    const full = run(1, MAX_MESSAGES);
    expect(ends(cutBackMany(full, "oldest"))).toEqual([1, WINDOW_MESSAGES]);
    expect(MAX_MESSAGES - WINDOW_MESSAGES).toBeLessThan(MAX_MESSAGES / 2 - 100);
  });
});
