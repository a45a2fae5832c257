import { describe, expect, it } from "vitest";
import type { TimelineItem } from "../../sync/types";
import { toRows } from "./rows";

const noon = new Date("2026-03-10T12:00:00").getTime();
const MINUTE = 60_000;

function message(seq: number, sender: string, sentAt: number, kind: "text" | "member_left" = "text"): TimelineItem {
  return {
    type: "message",
    message: {
      conversation: "1",
      seq,
      pts: seq,
      sender,
      clientId: `id-${seq}`,
      body: kind === "text" ? { kind, text: "hello" } : { kind },
      sentAt,
    },
  };
}

const pending: TimelineItem = {
  type: "pending",
  clientId: "id-9",
  text: "x",
  createdAt: noon + 3 * MINUTE,
  state: "queued",
};

describe("toRows", () => {
  it("begins each day with its name", () => {
    const rows = toRows({ items: [message(1, "a", noon - 24 * 60 * MINUTE), message(2, "a", noon)] }, "me");
    expect(rows.map((row) => row.type)).toEqual(["day", "item", "day", "item"]);
  });

  it("puts messages of one person together, until somebody else writes or time passes", () => {
    const items = [
      message(1, "a", noon),
      message(2, "a", noon + MINUTE),
      message(3, "b", noon + 2 * MINUTE),
      message(4, "b", noon + 20 * MINUTE),
    ];
    const ends = toRows({ items }, "me").flatMap((row) => (row.type === "item" ? [[row.isFirst, row.isLast]] : []));
    expect(ends).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it("counts what is on its way as one's own", () => {
    const rows = toRows({ items: [message(1, "me", noon + 2 * MINUTE), pending] }, "me");
    expect(rows.at(-1)).toMatchObject({ key: "id-9", isFirst: false });
  });

  it("draws the line above the first new message", () => {
    const rows = toRows({ items: [message(1, "a", noon), message(2, "a", noon)], firstUnreadSeq: 2 }, "me");
    expect(rows.map((row) => row.type)).toEqual(["day", "item", "new", "item"]);
    expect(rows.at(-1)).toMatchObject({ isFirst: true });
  });

  it("takes nothing that one did oneself as new", () => {
    const items = [message(1, "me", noon, "member_left"), message(2, "a", noon)];
    expect(toRows({ items, firstUnreadSeq: 1 }, "me").map((row) => row.type)).toEqual(["day", "item", "new", "item"]);
    expect(toRows({ items: items.slice(0, 1), firstUnreadSeq: 1 }, "me").map((row) => row.type)).toEqual([
      "day",
      "item",
    ]);
  });

  it("draws no line while what is new begins further up", () => {
    const rows = toRows({ items: [message(8, "a", noon)], firstUnreadSeq: 2 }, "me");
    expect(rows.map((row) => row.type)).toEqual(["day", "item"]);
  });

  it("keeps what the server tells apart from what people say", () => {
    const rows = toRows({ items: [message(1, "a", noon), message(2, "a", noon, "member_left")] }, "me");
    expect(rows.at(-1)).toMatchObject({ isFirst: true });
  });
});
