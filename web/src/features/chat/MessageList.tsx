import { ArrowDown, ArrowUp, LoaderCircle } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { VList, type VListHandle } from "virtua";
import { currentLanguage } from "../../i18n/i18n";
import { client } from "../../sync/client";
import { useConnection, useTimeline } from "../../sync/hooks";
import type { ConversationRow } from "../../sync/types";
import { EmptyState } from "../../ui/EmptyState";
import { dayName } from "../../ui/time";
import { Announcer } from "./Announcer";
import { Bubble } from "./Bubble";
import { type Row, toRows } from "./rows";
import { useReadMark } from "./useReadMark";
import { useUnreadJump } from "./useUnreadJump";

/** How near to an end the next page is fetched, and how near to the bottom still counts as the bottom. */
const NEAR = 1_600;
const BOTTOM = 48;
/** How far rows are drawn beyond the screen, so that they have their sizes before they come into sight. */
const BUFFER = 400;

/** The messages, however many there are; older ones appear above without moving what one reads. */
export function MessageList({ row, me }: { row: ConversationRow; me: string }) {
  const { t } = useTranslation();
  const { id } = row;
  useEffect(() => client.openTimeline(id), [id]);
  const timeline = useTimeline(id);
  const rows = useMemo(() => toRows(timeline, me), [timeline, me]);
  const connection = useConnection();
  const list = useRef<VListHandle>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const isSticky = useRef(true);
  const isShifting = useShift(rows);
  /** The start has gone, and the list holds on to its end until it has come to rest; nothing is put there meanwhile. */
  const isSettling = useRef(false);
  const unread = useUnreadJump(list, row, timeline, rows);
  const last = rows.at(-1)?.key;
  const pending = row.lastPreview?.type === "pending" ? row.lastPreview.item.clientId : undefined;
  useReadMark(id, row.seq, row.readSeq, isAtBottom && !timeline.hasNewer);

  const toBottom = useCallback(() => {
    if (rows.length > 0) {
      list.current?.scrollToIndex(rows.length - 1, { align: "end" });
    }
  }, [rows.length]);

  // What comes in is shown to whoever is at the bottom. `last` is what makes it run.
  useLayoutEffect(() => {
    if (isSticky.current && last !== undefined) {
      toBottom();
    }
  }, [last, toBottom]);

  const loadNear = () => {
    const handle = list.current;
    if (handle === null || timeline.isLoading || isSettling.current) {
      return;
    }

    if (handle.scrollOffset < NEAR && timeline.hasOlder) {
      void client.loadOlder(id);
    } else if (belowOf(handle) < NEAR && timeline.hasNewer) {
      void client.loadNewer(id);
    }
  };

  // A list that does not fill the screen is never scrolled, nor is one whose end is shown when more arrives behind it.
  // Each state is tried once: a page that could not be had is asked for again by scrolling.
  const tried = useRef("");
  useEffect(() => {
    const state = `${rows[0]?.key} ${last} ${row.seq} ${connection}`;
    if (!timeline.isLoading && tried.current !== state) {
      tried.current = state;
      loadNear();
    }
  });

  const onScroll = () => {
    const handle = list.current;
    if (handle !== null) {
      // The end of what is loaded is not yet the end: who gets there reads on, and is not carried along.
      isSticky.current = belowOf(handle) < BOTTOM && !timeline.hasNewer;
      setAtBottom(isSticky.current);
      unread.look();
      loadNear();
    }
  };

  const onScrollEnd = () => {
    const handle = list.current;
    const nearer = handle !== null && handle.scrollOffset < belowOf(handle) ? "oldest" : "newest";
    if (isSettling.current) {
      isSettling.current = false;
      loadNear();
    } else if (client.restTimeline(id, nearer)) {
      isSettling.current = nearer === "newest";
    }
  };

  const onResize = () => {
    if (isSticky.current) {
      toBottom();
    }

    unread.look();
  };

  const jump = useCallback(async () => {
    isSticky.current = true;
    await client.jumpToLatest(id);
    setAtBottom(true);
    toBottom();
  }, [id, toBottom]);

  const jumpToUnread = () => {
    isSticky.current = false;
    unread.jump();
  };

  // Whoever writes something looks at it.
  const written = useRef(pending);
  useEffect(() => {
    if (pending !== undefined && pending !== written.current) {
      void jump();
    }

    written.current = pending;
  }, [pending, jump]);

  if (rows.length === 0) {
    return (
      <div className="min-h-0 flex-1" aria-busy={timeline.isLoading}>
        {!timeline.isLoading && <EmptyState title={t("chat.empty")} />}
      </div>
    );
  }

  const pill =
    "absolute right-4 inline-flex h-11 min-w-11 items-center justify-center gap-1.5 rounded-full border border-line bg-surface px-3 text-sm font-semibold text-accent shadow-lg hover:bg-sunken";
  return (
    <div className="relative min-h-0 flex-1">
      <VList
        ref={list}
        data={rows}
        shift={isShifting}
        bufferSize={BUFFER}
        onScroll={onScroll}
        onScrollEnd={onScrollEnd}
        onResize={onResize}
        role="log"
        aria-label={t("chat.messages")}
        aria-live="off"
        tabIndex={0}
        className="h-full overscroll-contain -outline-offset-2"
      >
        {(shown, index) => (
          <div key={shown.key} className={index === rows.length - 1 ? "pb-3" : undefined}>
            <ListRow row={shown} me={me} isGroup={row.kind === "group"} />
          </div>
        )}
      </VList>
      {timeline.isLoading && timeline.hasOlder && (
        <LoaderCircle
          aria-hidden="true"
          className="absolute top-3 left-1/2 size-5 -translate-x-1/2 animate-spin text-muted motion-reduce:animate-none"
        />
      )}
      {unread.isAbove && (
        <button type="button" onClick={jumpToUnread} className={`${pill} top-3`}>
          <ArrowUp className="size-4" aria-hidden="true" />
          {t("chat.unreadAbove", { count: unread.count })}
        </button>
      )}
      {(!isAtBottom || timeline.hasNewer) && (
        <button type="button" aria-label={t("chat.jump")} onClick={() => void jump()} className={`${pill} bottom-3`}>
          {row.unread > 0 && <span className="tabular-nums">{row.unread > 999 ? "999+" : row.unread}</span>}
          <ArrowDown className="size-5" aria-hidden="true" />
        </button>
      )}
      <Announcer rows={rows} me={me} />
    </div>
  );
}

const belowOf = (handle: VListHandle) => handle.scrollSize - handle.viewportSize - handle.scrollOffset;

/** Whether rows have come or gone at the start while the end stayed: then what is on the screen must not move. */
function useShift(rows: readonly Row[]): boolean {
  const ends = useRef<{ first: string | undefined; last: string | undefined }>(undefined);
  const first = rows.find((row) => row.type === "item")?.key;
  const last = rows.at(-1)?.key;
  const before = ends.current;
  useLayoutEffect(() => {
    ends.current = { first, last };
  }, [first, last]);
  return before?.first !== undefined && before.first !== first && before.last === last;
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
