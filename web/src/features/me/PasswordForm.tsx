import { type FormEvent, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../../sync/client";
import { Button } from "../../ui/Button";
import { ErrorLine, Field } from "../../ui/Field";
import { useAction } from "../../ui/useAction";

/** Changes the password. */
export function PasswordForm() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isDone, setDone] = useState(false);
  const change = useAction(
    useCallback(async () => {
      setDone(false);
      await client.changePassword(current, next);
      setDone(true);
      setCurrent("");
      setNext("");
    }, [current, next]),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change.start();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t("me.currentPassword")}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        required
      />
      <Field
        label={t("me.newPassword")}
        hint={t("auth.passwordHint")}
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={(event) => setNext(event.target.value)}
        required
      />
      <ErrorLine text={change.error} />
      <p role="status" className="text-sm text-accent">
        {isDone ? t("me.passwordChanged") : ""}
      </p>
      <Button type="submit" disabled={change.isBusy}>
        {t("me.password")}
      </Button>
    </form>
  );
}
