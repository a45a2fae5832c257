import { NotebookPen, Plus, Search, UserPlus, Users } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useParams } from "wouter";
import { client } from "../../sync/client";
import { useConversations } from "../../sync/hooks";
import { EmptyState } from "../../ui/EmptyState";
import { ListHeader } from "../../ui/ListHeader";
import { useConversationTitle } from "../../ui/names";
import { useListKeys } from "../../ui/useListKeys";
import { ChatRow } from "./ChatRow";
import { NewGroupDialog } from "./NewGroupDialog";

/** One's conversations, newest activity first. */
export function ChatList() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const params = useParams();
  const selected = params["*"];
  const rows = useConversations();
  const titleOf = useConversationTitle();
  const [filter, setFilter] = useState("");
  const [isMaking, setMaking] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const adder = useRef<HTMLButtonElement>(null);
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = wanted === "" ? rows : rows.filter((row) => titleOf(row).toLocaleLowerCase().includes(wanted));
  const open = useCallback((id: string) => navigate(`/chats/${id}`), [navigate]);
  const keys = useListKeys({ list, rows: shown, selected, open });
  const openNotes = async () => {
    const notes = rows.find((row) => row.kind === "notes");
    navigate(`/chats/${(notes ?? (await client.openNotes())).id}`);
  };
  const item =
    "flex h-10 items-center gap-3 rounded-lg px-3 text-sm outline-none select-none data-[highlighted]:bg-sunken phone:h-12 [&>svg]:size-5 [&>svg]:text-accent";
  return (
    <>
      <ListHeader title={t("chats.title")} filterLabel={t("chats.filter")} filter={filter} onFilter={setFilter}>
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger
            ref={adder}
            aria-label={t("chats.new")}
            title={t("chats.new")}
            className="inline-flex size-10 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken phone:size-11"
          >
            <Plus className="size-5" />
          </DropdownMenu.Trigger>
          {/* Not in a portal: that would be outside of every landmark. */}
          <DropdownMenu.Content
            align="end"
            className="z-20 min-w-52 rounded-xl border border-line bg-surface p-1 shadow-lg"
          >
            <DropdownMenu.Item className={item} onSelect={() => setMaking(true)}>
              <Users aria-hidden="true" />
              {t("chats.newGroup")}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={item} onSelect={() => navigate("/contacts?add")}>
              <UserPlus aria-hidden="true" />
              {t("chats.addContact")}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={item} onSelect={() => void openNotes()}>
              <NotebookPen aria-hidden="true" />
              {t("chats.notes")}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Root>
      </ListHeader>
      {rows.length === 0 ? (
        <EmptyState title={t("chats.empty")} hint={t("chats.emptyHint")} />
      ) : shown.length === 0 ? (
        <EmptyState icon={<Search className="size-8 text-muted" />} title={t("chats.noMatch")} />
      ) : (
        <ul
          ref={list}
          aria-label={t("chats.title")}
          onKeyDown={keys.onKeyDown}
          className="flex-1 overflow-y-auto px-2 pb-2"
        >
          {shown.map((row) => (
            <ChatRow key={row.id} row={row} isSelected={row.id === selected} tabIndex={keys.tabIndexOf(row.id)} />
          ))}
        </ul>
      )}
      {isMaking && (
        <NewGroupDialog
          opener={adder}
          onClose={() => setMaking(false)}
          onMade={(id) => {
            setMaking(false);
            navigate(`/chats/${id}`);
          }}
        />
      )}
    </>
  );
}
