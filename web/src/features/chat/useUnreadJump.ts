import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { VListHandle } from "virtua";
import { client } from "../../sync/client";
import type { ConversationRow, Timeline } from "../../sync/types";
import type { Row } from "./rows";

/**
 * The way up to the first message that was unread when the chat was opened: offered until it has been on the screen.
 */
export function useUnreadJump(
  list: RefObject<VListHandle | null>,
  { id, seq }: Pick<ConversationRow, "id" | "seq">,
  { firstUnreadSeq }: Pick<Timeline, "firstUnreadSeq">,
  rows: readonly Row[],
) {
  const [isSeen, setSeen] = useState(false);
  const [isAbove, setAbove] = useState(false);
  /** How many there were; not how many there have been since. */
  const count = useRef<number>(undefined);
  const isJumping = useRef(false);
  const [, redraw] = useState(0);
  if (firstUnreadSeq !== undefined) {
    count.current ??= seq - firstUnreadSeq + 1;
  }

  const look = () => {
    const handle = list.current;
    if (handle === null || firstUnreadSeq === undefined || isSeen || rows.length === 0) {
      return;
    }

    const at = rows.findIndex((row) => row.type === "new");
    const isFirstHere = rows.some(
      (row) => row.type === "item" && row.item.type === "message" && row.item.message.seq === firstUnreadSeq,
    );
    if (at < 0 && isFirstHere) {
      setSeen(true);
      return;
    }

    const isHidden = at < 0 || handle.getItemOffset(at) < handle.scrollOffset;
    setAbove(isHidden);
    if (!isHidden && handle.getItemOffset(at) < handle.scrollOffset + handle.viewportSize) {
      setSeen(true);
    }
  };

  useLayoutEffect(() => {
    const at = rows.findIndex((row) => row.type === "new");
    if (isJumping.current && at >= 0) {
      isJumping.current = false;
      list.current?.scrollToIndex(at, { align: "start" });
    }
  });

  const jump = () => {
    if (firstUnreadSeq !== undefined) {
      void client.jumpTo(id, firstUnreadSeq).then(() => {
        isJumping.current = true;
        redraw((n) => n + 1);
      });
    }
  };

  return { isAbove: isAbove && !isSeen, count: count.current ?? 0, look, jump };
}
