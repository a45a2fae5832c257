import { ArrowLeft, Info } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { Me } from "../../api/wire";
import { useConversation, usePerson, useTyping } from "../../sync/hooks";
import type { ConversationRow } from "../../sync/types";
import { Avatar, ConversationIcon } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
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
    return <EmptyState title={t("chat.gone")} hint={t("chat.goneHint")} />;
  }

  return (
    <>
      <Header row={row} me={me} />
      <MessageList row={row} me={me.id} />
      {row.canSend ? (
        <Composer id={id} />
      ) : (
        <div className="safe-bottom flex flex-wrap items-center justify-center gap-3 border-t border-line bg-surface p-4 text-sm">
          <p className="text-muted">{t("chat.notContacts")}</p>
          {row.peer !== undefined && (
            <Link href={`/contacts/${row.peer.id}`} className="font-semibold text-accent">
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
      <div className="flex h-16 items-center gap-3 px-3">
        {!isWide && (
          <IconButton label={t("common.back")} onClick={() => navigate("/chats")}>
            <ArrowLeft className="size-5" />
          </IconButton>
        )}
        {row.kind === "direct" && row.peer !== undefined ? (
          <Avatar person={row.peer} />
        ) : (
          <ConversationIcon kind={row.kind === "notes" ? "notes" : "group"} />
        )}
        <div className="min-w-0 flex-1">
          <h1 className="truncate font-semibold">{titleOf(row)}</h1>
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
            className="inline-flex size-10 items-center justify-center rounded-xl text-muted hover:bg-sunken"
          >
            <Info className="size-5" aria-hidden="true" />
          </Link>
        )}
      </div>
      {isInfoOpen && <GroupInfo row={row} me={me} onClose={() => setInfoOpen(false)} />}
    </header>
  );
}

function Subtitle({ row }: { row: ConversationRow }) {
  const { t } = useTranslation();
  const typing = useTyping(row.id);
  const first = usePerson(typing[0]);
  const isTyping = typing.length > 0;
  const people = row.kind === "group" ? t("group.count", { count: row.memberCount }) : "";
  return (
    <p aria-live="polite" className={`h-4 truncate text-xs empty:h-0 ${isTyping ? "text-accent" : "text-muted"}`}>
      {isTyping ? (typing.length > 1 ? t("chat.typingMany") : t("chat.typing", { name: first?.name ?? "…" })) : people}
    </p>
  );
}
