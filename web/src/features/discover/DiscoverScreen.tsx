import { BookOpen, ExternalLink, Keyboard, NotebookPen, Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Me } from "../../api/wire";
import { client } from "../../sync/client";
import { useConversations } from "../../sync/hooks";
import { copyText } from "../../ui/copy";
import { Dialog } from "../../ui/Dialog";
import { ListHeader } from "../../ui/ListHeader";
import { Logo } from "../../ui/Logo";
import { About } from "./About";

type Open = "shortcuts" | "about" | undefined;

/** What else there is. */
export function DiscoverScreen({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [open, setOpen] = useState<Open>();
  const [isCopied, setCopied] = useState(false);
  const invite = async () => {
    setCopied(await copyText(t("discover.inviteText", { handle: me.handle, address: location.origin })));
    setTimeout(() => setCopied(false), 2000);
  };
  const notes = useConversations().find((row) => row.kind === "notes");
  const openNotes = async () => navigate(`/chats/${(notes ?? (await client.openNotes())).id}`);
  return (
    <>
      <ListHeader title={t("discover.title")} />
      <div className="flex flex-col gap-1 px-2">
        <Item
          icon={<NotebookPen strokeWidth={1.7} />}
          title={t("discover.notes")}
          hint={t("discover.notesHint")}
          onClick={() => void openNotes()}
        />
        <Item
          icon={<Send strokeWidth={1.7} />}
          title={t("discover.invite")}
          hint={isCopied ? t("common.copied") : t("discover.inviteHint")}
          onClick={() => void invite()}
        />
        <Item
          icon={<Keyboard strokeWidth={1.7} />}
          title={t("discover.shortcuts")}
          onClick={() => setOpen("shortcuts")}
        />
        <Item icon={<Logo className="size-6" />} title={t("discover.about")} onClick={() => setOpen("about")} />
        <a
          href="/docs"
          target="_blank"
          rel="noopener"
          className="flex min-h-14 items-center gap-4 rounded-xl px-3 py-2 hover:bg-sunken"
        >
          <BookOpen className="size-6 text-accent" strokeWidth={1.7} aria-hidden="true" />
          <span className="flex-1">{t("discover.api")}</span>
          <ExternalLink className="size-4 text-muted" aria-hidden="true" />
        </a>
      </div>
      {open === "about" && (
        <Dialog title={t("discover.about")} onClose={() => setOpen(undefined)}>
          <About />
        </Dialog>
      )}
      {open === "shortcuts" && (
        <Dialog title={t("discover.shortcuts")} onClose={() => setOpen(undefined)}>
          <Shortcuts />
        </Dialog>
      )}
    </>
  );
}

interface ItemProps {
  icon: ReactNode;
  title: string;
  hint?: string;
  onClick: () => void;
}

function Item({ icon, title, hint, onClick }: ItemProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex min-h-14 items-center gap-4 rounded-xl px-3 py-2 text-left hover:bg-sunken"
    >
      <span className="text-accent [&>svg]:size-6" aria-hidden="true">
        {icon}
      </span>
      <span>
        <span className="block">{title}</span>
        {hint !== undefined && <span className="block text-sm text-muted">{hint}</span>}
      </span>
    </button>
  );
}

const KEYS = [
  ["send", "Enter"],
  ["newline", "Shift + Enter"],
  ["filter", "Ctrl + K"],
  ["next", "Alt + ↓ / ↑"],
  ["escape", "Esc"],
] as const;

function Shortcuts() {
  const { t } = useTranslation();
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-3">
      {KEYS.map(([action, keys]) => (
        <div key={action} className="contents">
          <dt>{t(`shortcuts.${action}`)}</dt>
          <dd>
            <kbd className="rounded-md bg-sunken px-2 py-0.5 text-sm">{keys}</kbd>
          </dd>
        </div>
      ))}
    </dl>
  );
}
