import { CircleAlert, Clock3 } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { currentLanguage } from "../../i18n/i18n";
import { usePerson, useSession } from "../../sync/hooks";
import type { ConversationRow } from "../../sync/types";
import { Avatar, ConversationIcon } from "../../ui/Avatar";
import { CountBadge } from "../../ui/CountBadge";
import { useMessageText } from "../../ui/messageText";
import { useConversationTitle } from "../../ui/names";
import { listTime } from "../../ui/time";

interface Props {
  row: ConversationRow;
  isSelected: boolean;
  tabIndex: number;
}

/** A conversation in the list: whose it is, what was said last, and what is new. */
export const ChatRow = memo(function ChatRow({ row, isSelected, tabIndex }: Props) {
  const { t } = useTranslation();
  const titleOf = useConversationTitle();
  const time = listTime(row.activeAt, Date.now(), currentLanguage(), t("chats.yesterday"));
  return (
    <li>
      <Link
        href={`/chats/${row.id}`}
        data-row={row.id}
        tabIndex={tabIndex}
        aria-current={isSelected ? "true" : undefined}
        className={`flex items-center gap-3 rounded-xl px-2 py-2.5 -outline-offset-2 transition-colors ${
          isSelected ? "bg-soft" : "hover:bg-sunken"
        }`}
      >
        {row.kind === "direct" && row.peer !== undefined ? (
          <Avatar person={row.peer} />
        ) : (
          <ConversationIcon id={row.id} kind={row.kind === "notes" ? "notes" : "group"} />
        )}
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline justify-between gap-2">
            <span className={`truncate ${row.unread > 0 ? "font-semibold" : "font-medium"}`}>{titleOf(row)}</span>
            <span className="shrink-0 text-xs text-muted tabular-nums">{time}</span>
          </span>
          <span className="mt-0.5 flex items-center justify-between gap-2">
            <span className="flex min-w-0 items-center gap-1 text-sm text-muted">
              <Preview row={row} />
            </span>
            <CountBadge count={row.unread} />
          </span>
        </span>
      </Link>
    </li>
  );
});

function Preview({ row }: { row: ConversationRow }) {
  const { t } = useTranslation();
  const textOf = useMessageText();
  const session = useSession();
  const last = row.lastPreview;
  const sender = usePerson(row.kind === "group" && last?.type === "message" ? last.message.sender : undefined);
  if (row.draft !== "") {
    return (
      <>
        <span className="shrink-0 text-danger">[{t("chats.draft")}]</span>
        <span className="truncate">{row.draft}</span>
      </>
    );
  }

  if (last === undefined) {
    return <span className="truncate">{row.kind === "notes" ? t("discover.notesHint") : "\u00a0"}</span>;
  }

  if (last.type === "pending") {
    const isFailed = last.item.state === "failed";
    const Icon = isFailed ? CircleAlert : Clock3;
    return (
      <>
        <Icon
          role="img"
          aria-label={isFailed ? t("chats.failed") : t("chats.sending")}
          className={`size-3.5 shrink-0 ${isFailed ? "text-danger" : ""}`}
        />
        <span className="truncate">{last.item.text}</span>
      </>
    );
  }

  const isOwn = session.state === "signedIn" && last.message.sender === session.me.id;
  const name = isOwn ? t("common.you") : (sender?.name ?? "");
  const text = textOf(last.message, name);
  const hasPrefix = row.kind === "group" && last.message.body.kind === "text" && name !== "";
  return <span className="truncate">{hasPrefix ? `${name}: ${text}` : text}</span>;
}
