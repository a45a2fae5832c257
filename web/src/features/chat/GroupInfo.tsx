import { type FormEvent, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { ConversationMember, Me } from "../../api/wire";
import { client } from "../../sync/client";
import type { ConversationRow } from "../../sync/types";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { ConfirmDialog, Dialog } from "../../ui/Dialog";
import { ErrorLine, Field } from "../../ui/Field";
import { useAction } from "../../ui/useAction";

interface Props {
  row: ConversationRow;
  me: Me;
  onClose: () => void;
}

/** Who is in a group, its name, and the way out. */
export function GroupInfo({ row, me, onClose }: Props) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [title, setTitle] = useState(row.title ?? "");
  const [members, setMembers] = useState<ConversationMember[]>();
  const [isLeaving, setLeaving] = useState(false);
  const load = useAction(useCallback(async () => setMembers(await client.listMembers(row.id)), [row.id]));
  const rename = useAction(useCallback(() => client.renameGroup(row.id, title.trim()), [row.id, title]));
  const leave = useAction(
    useCallback(async () => {
      await client.leaveGroup(row.id);
      navigate("/chats");
    }, [row.id, navigate]),
  );
  const { start } = load;
  useEffect(() => void start(), [start]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void rename.start();
  };

  if (isLeaving) {
    return (
      <ConfirmDialog
        title={t("group.leaveTitle")}
        text={t("group.leaveHint")}
        action={t("group.leave")}
        isBusy={leave.isBusy}
        error={leave.error}
        onConfirm={() => void leave.start()}
        onClose={() => setLeaving(false)}
      />
    );
  }

  return (
    <Dialog title={t("group.info")} onClose={onClose}>
      {row.role === "owner" ? (
        <form onSubmit={submit} className="flex items-end gap-2">
          <Field
            label={t("group.name")}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            maxLength={64}
            required
            className="flex-1"
          />
          <Button type="submit" disabled={rename.isBusy || title.trim() === (row.title ?? "")} className="min-h-11">
            {t("group.rename")}
          </Button>
        </form>
      ) : (
        <p className="text-lg font-semibold">{row.title}</p>
      )}
      <ErrorLine text={rename.error ?? load.error} />
      <h3 className="mt-5 mb-1 text-sm font-medium">{t("group.count", { count: row.memberCount })}</h3>
      <ul aria-label={t("group.members")} aria-busy={members === undefined} className="max-h-72 overflow-y-auto">
        {members?.map(({ person, role }) => (
          <li key={person.id} className="flex items-center gap-3 py-1.5">
            <Avatar person={person} size="sm" />
            <span className="min-w-0 flex-1 truncate">
              {person.name} {person.id === me.id && <span className="text-muted">({t("common.you")})</span>}
            </span>
            {role === "owner" && <span className="text-xs text-muted">{t("group.owner")}</span>}
          </li>
        ))}
      </ul>
      <Button look="danger" className="mt-5 w-full" onClick={() => setLeaving(true)}>
        {t("group.leave")}
      </Button>
    </Dialog>
  );
}
