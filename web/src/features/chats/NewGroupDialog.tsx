import { type FormEvent, type RefObject, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact, ConversationId, UserId } from "../../api/wire";
import { currentLanguage } from "../../i18n/i18n";
import { client } from "../../sync/client";
import { useContacts } from "../../sync/hooks";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorLine, Field } from "../../ui/Field";
import { useAction } from "../../ui/useAction";

interface Props {
  opener: RefObject<HTMLElement | null>;
  onClose: () => void;
  onMade: (id: ConversationId) => void;
}

/** Makes a group of contacts. */
export function NewGroupDialog({ opener, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const contacts = useContacts();
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<UserId>>(new Set());
  const make = useAction(
    useCallback(async () => {
      const head = await client.createGroup(title.trim() || namesOf(contacts, chosen), [...chosen]);
      onMade(head.id);
    }, [contacts, chosen, title, onMade]),
  );
  const toggle = (user: UserId) => {
    const next = new Set(chosen);
    if (!next.delete(user)) {
      next.add(user);
    }

    setChosen(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void make.start();
  };
  return (
    <Dialog title={t("chats.newGroup")} opener={opener} onClose={onClose}>
      {contacts.length === 0 ? (
        <p className="text-muted">{t("group.noContacts")}</p>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label={t("group.name")}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            placeholder={namesOf(contacts, chosen)}
            maxLength={64}
            data-autofocus
          />
          <fieldset>
            <legend className="mb-1 text-sm font-medium">{t("group.pickMembers")}</legend>
            <div className="max-h-64 overflow-y-auto rounded-xl border border-line">
              {contacts.map(({ person }) => (
                <label
                  key={person.id}
                  className="flex cursor-pointer items-center gap-3 px-3 py-2 hover:bg-sunken has-focus-visible:bg-sunken"
                >
                  <input
                    type="checkbox"
                    className="size-5 shrink-0 accent-(--accent)"
                    checked={chosen.has(person.id)}
                    onChange={() => toggle(person.id)}
                  />
                  <Avatar person={person} size="sm" />
                  <span className="truncate">{person.name}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <ErrorLine text={make.error} />
          <div className="flex items-center justify-between">
            <span className="text-sm text-muted">{t("group.chosen", { count: chosen.size })}</span>
            <Button type="submit" disabled={chosen.size === 0 || make.isBusy}>
              {t("group.create")}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** What a group is called when nobody gives it a name: its members, as many as fit. */
function namesOf(contacts: readonly Contact[], chosen: ReadonlySet<UserId>): string {
  const names = contacts.filter((contact) => chosen.has(contact.person.id)).map((contact) => contact.person.name);
  return Array.from(names.join(currentLanguage() === "zh-CN" ? "、" : ", "))
    .slice(0, 64)
    .join("");
}
