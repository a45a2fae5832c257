import { type FormEvent, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonDetails } from "../../api/wire";
import { client } from "../../sync/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { useAction } from "../../ui/useAction";
import { PersonCard } from "./PersonCard";

/** Finds a person by their exact handle, and asks them. */
export function AddContactDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [handle, setHandle] = useState("");
  const [found, setFound] = useState<PersonDetails>();
  const find = useAction(
    useCallback(async () => {
      setFound(undefined);
      setFound(await client.findPerson(handle.trim()));
    }, [handle]),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void find.start();
  };
  return (
    <Dialog title={t("contacts.add")} onClose={onClose}>
      <form onSubmit={submit} className="mb-4 flex items-start gap-2">
        <Field
          label={t("contacts.handle")}
          hint={t("contacts.addHint")}
          value={handle}
          onChange={(event) => setHandle(event.target.value)}
          error={find.error}
          autoCapitalize="none"
          autoComplete="off"
          data-autofocus
          spellCheck={false}
          required
          className="flex-1"
        />
        <Button type="submit" disabled={handle.trim() === "" || find.isBusy} className="mt-[1.6rem] min-h-11">
          {t("contacts.find")}
        </Button>
      </form>
      {found !== undefined && <PersonCard details={found} onChange={setFound} onLeave={onClose} />}
    </Dialog>
  );
}
