import { Search, UserPlus } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useParams, useSearch } from "wouter";
import { useContacts, useRequests } from "../../sync/hooks";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { CountBadge } from "../../ui/CountBadge";
import { EmptyState } from "../../ui/EmptyState";
import { ListHeader } from "../../ui/ListHeader";
import { useListKeys } from "../../ui/useListKeys";
import { AddContactDialog } from "./AddContactDialog";
import { matches, toSections } from "./sections";

/** From this many contacts on the list is worth an index of letters. */
const INDEX_FROM = 12;
const REQUESTS = { id: "requests" };

/** One's contacts under their letters, and the requests above them. */
export function ContactList() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const isAdding = new URLSearchParams(useSearch()).has("add");
  const selected = useParams()["*"];
  const contacts = useContacts();
  const waiting = useRequests().filter((request) => request.isIncoming && request.state === "pending").length;
  const [filter, setFilter] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const shown = useMemo(
    () => (filter.trim() === "" ? contacts : contacts.filter((contact) => matches(contact, filter))),
    [contacts, filter],
  );
  const sections = toSections(shown);
  const rows = useMemo(() => [REQUESTS, ...shown.map(({ person }) => person)], [shown]);
  const open = useCallback((id: string) => navigate(`/contacts/${id}`), [navigate]);
  const keys = useListKeys({ list, rows, selected, open });
  const jump = (initial: string) =>
    list.current?.querySelector(`[data-initial="${CSS.escape(initial)}"]`)?.scrollIntoView({ block: "start" });
  return (
    <>
      <ListHeader title={t("contacts.title")} filterLabel={t("contacts.filter")} filter={filter} onFilter={setFilter}>
        <IconButton label={t("contacts.add")} onClick={() => navigate("/contacts?add")}>
          <UserPlus className="size-5" />
        </IconButton>
      </ListHeader>
      <div className="relative flex min-h-0 flex-1">
        <div ref={list} onKeyDown={keys.onKeyDown} className="min-w-0 flex-1 overflow-y-auto px-2 pb-2">
          <Link
            href="/contacts/requests"
            data-row="requests"
            tabIndex={keys.tabIndexOf("requests")}
            aria-current={selected === "requests" ? "true" : undefined}
            className={`flex items-center gap-3 rounded-xl px-2 py-2 -outline-offset-2 ${selected === "requests" ? "bg-soft" : "hover:bg-sunken"}`}
          >
            <span className="inline-flex size-11 items-center justify-center rounded-[28%] bg-accent text-on-accent">
              <UserPlus className="size-5" aria-hidden="true" />
            </span>
            <span className="flex-1 font-medium">{t("contacts.requests")}</span>
            <CountBadge count={waiting} />
          </Link>
          {contacts.length === 0 ? (
            <div className="h-64">
              <EmptyState title={t("contacts.empty")} hint={t("contacts.emptyHint")}>
                <Button className="mt-2" onClick={() => navigate("/contacts?add")}>
                  {t("contacts.add")}
                </Button>
              </EmptyState>
            </div>
          ) : shown.length === 0 ? (
            <div className="h-64">
              <EmptyState icon={<Search className="size-8 text-muted" />} title={t("chats.noMatch")} />
            </div>
          ) : (
            sections.map(({ initial, contacts: rows }) => (
              <section key={initial} data-initial={initial} aria-label={initial}>
                <h2 className="sticky top-0 z-[1] bg-surface px-2 py-1 text-xs font-semibold text-muted">{initial}</h2>
                <ul>
                  {rows.map(({ person, signature }) => (
                    <li key={person.id}>
                      <Link
                        href={`/contacts/${person.id}`}
                        data-row={person.id}
                        tabIndex={keys.tabIndexOf(person.id)}
                        aria-current={selected === person.id ? "true" : undefined}
                        className={`flex items-center gap-3 rounded-xl px-2 py-2 -outline-offset-2 ${selected === person.id ? "bg-soft" : "hover:bg-sunken"}`}
                      >
                        <Avatar person={person} />
                        <span className="min-w-0">
                          <span className="block truncate font-medium">{person.name}</span>
                          {signature !== "" && <span className="block truncate text-sm text-muted">{signature}</span>}
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </section>
            ))
          )}
          {shown.length > 0 && (
            <p className="py-4 text-center text-xs text-muted">{t("contacts.count", { count: shown.length })}</p>
          )}
        </div>
        {contacts.length >= INDEX_FROM && sections.length > 1 && (
          <nav aria-label={t("contacts.index")} className="flex flex-col justify-center">
            {sections.map(({ initial }) => (
              <button
                key={initial}
                type="button"
                onClick={() => jump(initial)}
                className="h-6 w-8 shrink rounded text-[11px] font-medium text-accent hover:bg-sunken"
              >
                {initial}
              </button>
            ))}
          </nav>
        )}
      </div>
      {isAdding && <AddContactDialog onClose={() => navigate("/contacts", { replace: true })} />}
    </>
  );
}
