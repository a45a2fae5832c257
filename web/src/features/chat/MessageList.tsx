import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { VList, type VListHandle } from "virtua";
import { currentLanguage } from "../../i18n/i18n";
import { client } from "../../sync/client";
import { useTimeline } from "../../sync/hooks";
import type { ConversationRow } from "../../sync/types";
import { EmptyState } from "../../ui/EmptyState";
import { dayName } from "../../ui/time";
import { Bubble } from "./Bubble";
import { type Row, toRows } from "./rows";
import { useReadMark } from "./useReadMark";

/** How near to an end the next page is fetched, and how near to the bottom still counts as the bottom. */
const NEAR = 600;
const BOTTOM = 48;

/** The messages, however many there are; older ones appear above without moving what one reads. */
export function MessageList({ row, me }: { row: ConversationRow; me: string }) {
  const { t } = useTranslation();
  const { id } = row;
  useEffect(() => client.openTimeline(id), [id]);
  const timeline = useTimeline(id);
  const rows = useMemo(() => toRows(timeline, me), [timeline, me]);
  const list = useRef<VListHandle>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const wasAtBottom = useRef(true);
  const ends = useRef<{ first?: string; last?: string }>({});
  const first = rows.find((candidate) => candidate.type === "item")?.key;
  const last = rows.at(-1)?.key;
  const isPrepending = ends.current.first !== undefined && ends.current.first !== first && ends.current.last === last;
  const lastSeq = row.seq;
  useReadMark(id, lastSeq, row.readSeq, isAtBottom && !timeline.hasNewer);

  const toBottom = useCallback(() => {
    list.current?.scrollToIndex(Number.MAX_SAFE_INTEGER, { align: "end" });
  }, []);

  useLayoutEffect(() => {
    ends.current = { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
  }, [first, last]);

  useLayoutEffect(() => {
    if (wasAtBottom.current && rows.length > 0) {
      list.current?.scrollToIndex(rows.length - 1, { align: "end" });
    }
  }, [last, rows.length]);

  const onScroll = () => {
    const handle = list.current;
    if (handle === null) {
      return;
    }

    const below = handle.scrollSize - handle.viewportSize - handle.scrollOffset;
    wasAtBottom.current = below < BOTTOM;
    setAtBottom(wasAtBottom.current);
    if (handle.scrollOffset < NEAR && timeline.hasOlder && !timeline.isLoading) {
      void client.loadOlder(id);
    } else if (below < NEAR && timeline.hasNewer && !timeline.isLoading) {
      void client.loadNewer(id);
    }
  };

  const jump = async () => {
    if (timeline.hasNewer) {
      await client.jumpToLatest(id);
    }

    wasAtBottom.current = true;
    toBottom();
  };

  if (rows.length === 0) {
    return (
      <div className="min-h-0 flex-1" aria-busy={timeline.isLoading}>
        {!timeline.isLoading && <EmptyState title={t("chat.empty")} />}
      </div>
    );
  }

  return (
    <div className="relative min-h-0 flex-1">
      <VList
        ref={list}
        shift={isPrepending}
        onScroll={onScroll}
        role="log"
        aria-label={t("chat.messages")}
        aria-live="off"
        tabIndex={0}
        className="h-full overscroll-contain pb-3"
      >
        {rows.map((shown) => (
          <ListRow key={shown.key} row={shown} me={me} isGroup={row.kind === "group"} />
        ))}
      </VList>
      {(!isAtBottom || timeline.hasNewer) && (
        <button
          type="button"
          aria-label={t("chat.jump")}
          onClick={() => void jump()}
          className="absolute right-4 bottom-4 inline-flex h-10 min-w-10 items-center justify-center gap-1 rounded-full border border-line bg-surface px-2.5 text-accent shadow-lg"
        >
          {row.unread > 0 && <span className="text-sm font-semibold tabular-nums">{row.unread}</span>}
          <ArrowDown className="size-5" aria-hidden="true" />
        </button>
      )}
      <Announcer rows={rows} me={me} />
    </div>
  );
}

function ListRow({ row, me, isGroup }: { row: Row; me: string; isGroup: boolean }) {
  const { t } = useTranslation();
  switch (row.type) {
    case "day":
      return (
        <p className="pt-4 pb-1 text-center text-xs text-muted">{dayName(row.time, Date.now(), currentLanguage())}</p>
      );
    case "new":
      return (
        <p className="flex items-center gap-3 px-4 pt-3 text-xs font-medium text-accent before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          {t("chat.newMessages")}
        </p>
      );
    case "item":
      return (
        <Bubble item={row.item} me={me} isGroup={isGroup} isFirst={row.isFirst} isLast={row.isLast} time={row.time} />
      );
  }
}

/** Says a message that comes in while the chat is open, to those who listen to the screen. */
function Announcer({ rows, me }: { rows: readonly Row[]; me: string }) {
  const newest = rows.at(-1);
  const isForeign = newest?.type === "item" && newest.item.type === "message" && newest.item.message.sender !== me;
  const body = isForeign && newest.item.type === "message" ? newest.item.message.body : undefined;
  const opened = useRef(newest?.key);
  return (
    <p className="sr-only" aria-live="polite">
      {body?.kind === "text" && newest?.key !== opened.current ? body.text : ""}
    </p>
  );
}
