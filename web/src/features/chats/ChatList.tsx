import { Plus, Search } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useParams } from "wouter";
import { client } from "../../sync/client";
import { useConversations } from "../../sync/hooks";
import { EmptyState } from "../../ui/EmptyState";
import { ListHeader } from "../../ui/ListHeader";
import { useConversationTitle } from "../../ui/names";
import { ChatRow } from "./ChatRow";
import { NewGroupDialog } from "./NewGroupDialog";
import { useListKeys } from "./useListKeys";

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
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = wanted === "" ? rows : rows.filter((row) => titleOf(row).toLocaleLowerCase().includes(wanted));
  useListKeys(list, shown, selected, (id) => navigate(`/chats/${id}`));
  const openNotes = async () => navigate(`/chats/${(await client.openNotes()).id}`);
  const item = "flex h-10 items-center rounded-lg px-3 text-sm outline-none data-[highlighted]:bg-sunken";
  return (
    <>
      <ListHeader title={t("chats.title")} filterLabel={t("chats.filter")} filter={filter} onFilter={setFilter}>
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger
            aria-label={t("chats.new")}
            className="inline-flex size-10 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink"
          >
            <Plus className="size-5" />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content
              align="end"
              className="z-20 w-48 rounded-xl border border-line bg-surface p-1 shadow-lg"
            >
              <DropdownMenu.Item className={item} onSelect={() => setMaking(true)}>
                {t("chats.newGroup")}
              </DropdownMenu.Item>
              <DropdownMenu.Item className={item} onSelect={() => navigate("/contacts?add")}>
                {t("chats.addContact")}
              </DropdownMenu.Item>
              <DropdownMenu.Item className={item} onSelect={() => void openNotes()}>
                {t("chats.notes")}
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </ListHeader>
      {rows.length === 0 ? (
        <EmptyState title={t("chats.empty")} hint={t("chats.emptyHint")} />
      ) : shown.length === 0 ? (
        <EmptyState icon={<Search className="size-8 text-muted" />} title={t("chats.noMatch")} />
      ) : (
        <ul ref={list} aria-label={t("chats.title")} className="flex-1 overflow-y-auto px-2 pb-2">
          {shown.map((row) => (
            <ChatRow key={row.id} row={row} isSelected={row.id === selected} />
          ))}
        </ul>
      )}
      {isMaking && (
        <NewGroupDialog
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
