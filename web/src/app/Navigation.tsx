import { Compass, MessageCircle, UserRound, UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { Me } from "../api/wire";
import { useConversations, useRequests } from "../sync/hooks";
import { Avatar } from "../ui/Avatar";
import { CountBadge } from "../ui/CountBadge";

const PLACES = [
  { id: "chats", icon: MessageCircle },
  { id: "contacts", icon: UsersRound },
  { id: "discover", icon: Compass },
  { id: "me", icon: UserRound },
] as const;

/** What a path's first part names, as a key of its text; unknown ones are taken as chats, where they lead. */
export function placeKey(section: string) {
  const place = PLACES.find(({ id }) => id === section) ?? PLACES[0];
  return `nav.${place.id}` as const;
}

/** The four places of the client: a rail beside the lists, or tabs below them. */
export function Navigation({ me, isRail }: { me: Me; isRail: boolean }) {
  const { t } = useTranslation();
  const [path] = useLocation();
  const unread = useConversations().reduce((sum, row) => sum + row.unread, 0);
  const waiting = useRequests().filter((request) => request.isIncoming && request.state === "pending").length;
  const counts = { chats: unread, contacts: waiting, discover: 0, me: 0 };
  return (
    <nav
      aria-label={t("nav.label")}
      className={
        isRail
          ? "flex w-[4.5rem] flex-col items-center gap-1 border-r border-line bg-paper py-4"
          : "safe-bottom grid grid-cols-4 border-t border-line bg-surface"
      }
    >
      {isRail && (
        <div className="mb-4">
          <Avatar person={me} />
        </div>
      )}
      {PLACES.map(({ id, icon: Icon }) => {
        const isHere = path === `/${id}` || path.startsWith(`/${id}/`);
        return (
          <Link
            key={id}
            href={`/${id}`}
            aria-current={isHere ? "page" : undefined}
            className={`relative flex flex-col items-center justify-center gap-0.5 rounded-xl text-[11px] transition-colors ${
              isRail ? "size-14" : "h-14"
            } ${isHere ? "font-semibold text-accent" : "text-muted hover:text-ink"}`}
          >
            <span className="relative">
              <Icon className="size-6" strokeWidth={isHere ? 2.2 : 1.7} aria-hidden="true" />
              <span className="absolute -top-1.5 left-3.5">
                <CountBadge count={counts[id]} />
              </span>
            </span>
            {t(`nav.${id}`)}
          </Link>
        );
      })}
    </nav>
  );
}
