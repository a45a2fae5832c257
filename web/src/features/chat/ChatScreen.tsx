import type { TFunction } from "i18next";
import { ArrowLeft, Info } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { Me } from "../../api/wire";
import { useConversation, usePerson, useTyping } from "../../sync/hooks";
import type { ConversationRow } from "../../sync/types";
import { Avatar, ConversationIcon } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { useConnectionTrouble } from "../../ui/ConnectionNote";
import { DetailHeader } from "../../ui/DetailHeader";
import { EmptyState } from "../../ui/EmptyState";
import { useConversationTitle } from "../../ui/names";
import { useIsWide } from "../../ui/useMediaQuery";
import { Composer } from "./Composer";
import { GroupInfo } from "./GroupInfo";
import { MessageList } from "./MessageList";

/** A conversation. */
export function ChatScreen({ id, me }: { id: string; me: Me }) {
  const { t } = useTranslation();
  const row = useConversation(id);
  if (row === undefined) {
    return (
      <>
        <DetailHeader title={t("nav.chats")} back="/chats" />
        <div className="min-h-0 flex-1">
          <EmptyState title={t("chat.gone")} hint={t("chat.goneHint")} />
        </div>
      </>
    );
  }

  return (
    <>
      <Header row={row} me={me} />
      <MessageList row={row} me={me.id} />
      {row.canSend ? (
        <Composer id={id} />
      ) : (
        <div className="safe-bottom flex flex-wrap items-center justify-center gap-3 border-t border-line bg-surface px-4 py-2 text-sm">
          <p className="text-muted">{t("chat.notContacts")}</p>
          {row.peer !== undefined && (
            <Link
              href={`/contacts/${row.peer.id}`}
              className="inline-flex min-h-11 items-center font-semibold text-accent hover:underline"
            >
              {t("contacts.add")}
            </Link>
          )}
        </div>
      )}
    </>
  );
}

function Header({ row, me }: { row: ConversationRow; me: Me }) {
  const { t } = useTranslation();
  const isWide = useIsWide();
  const [, navigate] = useLocation();
  const titleOf = useConversationTitle();
  const [isInfoOpen, setInfoOpen] = useState(false);
  return (
    <header className="safe-top border-b border-line bg-surface">
      <div className="flex h-16 items-center gap-3 px-4 phone:gap-1 phone:px-1">
        {!isWide && (
          <IconButton label={t("common.back")} onClick={() => navigate("/chats")}>
            <ArrowLeft className="size-5" />
          </IconButton>
        )}
        {row.kind === "direct" && row.peer !== undefined ? (
          <Avatar person={row.peer} />
        ) : (
          <ConversationIcon id={row.id} kind={row.kind === "notes" ? "notes" : "group"} />
        )}
        <div className="min-w-0 flex-1 phone:pl-2">
          <h1 tabIndex={-1} className="truncate text-base leading-5 font-semibold outline-none">
            {titleOf(row)}
          </h1>
          <Subtitle row={row} />
        </div>
        {row.kind === "group" && (
          <IconButton label={t("group.info")} onClick={() => setInfoOpen(true)}>
            <Info className="size-5" />
          </IconButton>
        )}
        {row.kind === "direct" && row.peer !== undefined && (
          <Link
            href={`/contacts/${row.peer.id}`}
            aria-label={titleOf(row)}
            className="inline-flex size-10 shrink-0 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink phone:size-11"
          >
            <Info className="size-5" aria-hidden="true" />
          </Link>
        )}
      </div>
      {isInfoOpen && <GroupInfo row={row} me={me} onClose={() => setInfoOpen(false)} />}
    </header>
  );
}

/** Who is typing, or what else there is to say; there is always something, so that nothing moves when it changes. */
function Subtitle({ row }: { row: ConversationRow }) {
  const { t } = useTranslation();
  const isWide = useIsWide();
  const trouble = useConnectionTrouble();
  const typing = useTyping(row.id);
  const first = usePerson(typing[0]);
  const isTyping = typing.length > 0;
  return (
    <p aria-live="polite" className={`h-4 truncate text-xs ${isTyping ? "text-accent" : "text-muted"}`}>
      {isTyping
        ? typing.length > 1
          ? t("chat.typingMany")
          : t("chat.typing", { name: first?.name ?? "…" })
        : trouble !== undefined && !isWide
          ? t(`connection.${trouble}`)
          : about(row, t)}
    </p>
  );
}

function about(row: ConversationRow, t: TFunction): string {
  switch (row.kind) {
    case "group":
      return t("group.count", { count: row.memberCount });
    case "direct":
      return row.peer === undefined ? "" : `@${row.peer.handle}`;
    case "notes":
      return t("discover.notesHint");
  }
}
