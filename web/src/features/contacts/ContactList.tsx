import { Search, UserPlus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useParams, useSearch } from "wouter";
import { useContacts, useRequests } from "../../sync/hooks";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { CountBadge } from "../../ui/CountBadge";
import { EmptyState } from "../../ui/EmptyState";
import { ListHeader } from "../../ui/ListHeader";
import { AddContactDialog } from "./AddContactDialog";
import { matches, toSections } from "./sections";

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
  const shown = filter.trim() === "" ? contacts : contacts.filter((contact) => matches(contact, filter));
  const sections = toSections(shown);
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
        <div ref={list} className="flex-1 overflow-y-auto px-2 pb-2">
          <Link
            href="/contacts/requests"
            className={`flex items-center gap-3 rounded-xl px-2 py-2 ${selected === "requests" ? "bg-soft" : "hover:bg-sunken"}`}
          >
            <span className="inline-flex size-11 items-center justify-center rounded-[28%] bg-soft text-accent">
              <UserPlus className="size-5" aria-hidden="true" />
            </span>
            <span className="flex-1 font-medium">{t("contacts.requests")}</span>
            <CountBadge count={waiting} />
          </Link>
          {contacts.length === 0 ? (
            <div className="h-64">
              <EmptyState title={t("contacts.empty")} hint={t("contacts.emptyHint")} />
            </div>
          ) : shown.length === 0 ? (
            <div className="h-64">
              <EmptyState icon={<Search className="size-8 text-muted" />} title={t("chats.noMatch")} />
            </div>
          ) : (
            sections.map(({ initial, contacts: rows }) => (
              <section key={initial} data-initial={initial} aria-label={initial}>
                <h2 className="sticky top-0 bg-surface px-2 py-1 text-xs font-semibold text-muted">{initial}</h2>
                <ul>
                  {rows.map(({ person, signature }) => (
                    <li key={person.id}>
                      <Link
                        href={`/contacts/${person.id}`}
                        aria-current={selected === person.id ? "true" : undefined}
                        className={`flex items-center gap-3 rounded-xl px-2 py-2 ${selected === person.id ? "bg-soft" : "hover:bg-sunken"}`}
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
        {sections.length > 1 && (
          <nav aria-label={t("contacts.index")} className="flex flex-col justify-center pr-1">
            {sections.map(({ initial }) => (
              <button
                key={initial}
                type="button"
                onClick={() => jump(initial)}
                className="size-6 rounded text-[11px] font-medium text-accent hover:bg-sunken"
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
