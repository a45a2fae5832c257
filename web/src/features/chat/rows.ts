import type { Timeline, TimelineItem } from "../../sync/types";
import { daysBetween } from "../../ui/time";

/** What the list shows, one after the other. */
export type Row =
  | { type: "day"; key: string; time: number }
  | { type: "new"; key: string }
  | { type: "item"; key: string; item: TimelineItem; isFirst: boolean; isLast: boolean; time: number };

/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60 * 1000;

const timeOf = (item: TimelineItem) => (item.type === "message" ? item.message.sentAt : item.createdAt);

/** An item's key stays the same when a pending message becomes a durable one. */
export const keyOf = (item: TimelineItem) => (item.type === "message" ? item.message.clientId : item.clientId);

function belongTogether(before: TimelineItem, after: TimelineItem, me: string): boolean {
  const isText = (item: TimelineItem) => item.type === "pending" || item.message.body.kind === "text";
  const sender = (item: TimelineItem) => (item.type === "pending" ? me : item.message.sender);
  return (
    isText(before) &&
    isText(after) &&
    sender(before) === sender(after) &&
    timeOf(after) - timeOf(before) < TOGETHER_MS &&
    daysBetween(timeOf(before), timeOf(after)) === 0
  );
}

/** The timeline with its days and the line above what is new. */
export function toRows({ items, firstUnreadSeq }: Pick<Timeline, "items" | "firstUnreadSeq">, me: string): Row[] {
  const rows: Row[] = [];
  // What one did oneself, such as making a group, is nothing new.
  const firstNew = items.find(
    (item) => item.type === "message" && item.message.seq >= (firstUnreadSeq ?? Infinity) && item.message.sender !== me,
  );
  // Only where it is certain that nothing new stands above: the first unread one is here.
  const isDividerHere = items.some((item) => item.type === "message" && item.message.seq === firstUnreadSeq);
  items.forEach((item, index) => {
    const before = items[index - 1];
    const after = items[index + 1];
    const time = timeOf(item);
    if (before === undefined || daysBetween(timeOf(before), time) !== 0) {
      rows.push({ type: "day", key: `day-${keyOf(item)}`, time });
    }

    const isNewHere = item === firstNew && isDividerHere;
    if (isNewHere) {
      rows.push({ type: "new", key: "new" });
    }

    rows.push({
      type: "item",
      key: keyOf(item),
      item,
      isFirst: before === undefined || isNewHere || !belongTogether(before, item, me),
      isLast: after === undefined || !belongTogether(item, after, me),
      time,
    });
  });
  return rows;
}
