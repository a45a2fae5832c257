import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { setLanguage } from "../../i18n/i18n";
import { client } from "../../sync/client";
import { Button, IconButton } from "../../ui/Button";
import { ErrorLine, Field } from "../../ui/Field";
import { Logo } from "../../ui/Logo";
import { useAction } from "../../ui/useAction";
import { useErrorText } from "../../ui/useError";

/** Which field an error is about; any other is told below them all. */
const FIELDS: Readonly<Record<string, "handle" | "name" | "password">> = {
  invalid_handle: "handle",
  handle_taken: "handle",
  invalid_name: "name",
  weak_password: "password",
};

/** Sign in, or make an account. `reason`: the code of why this device was signed out, if it was. */
export function AuthScreen({ reason }: { reason: string | undefined }) {
  const { t, i18n } = useTranslation();
  const errorText = useErrorText();
  const [isNew, setNew] = useState(false);
  const [handle, setHandle] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const enter = useAction(
    useCallback(async () => {
      await (isNew ? client.register({ handle, name, password }) : client.signIn({ handle, password }));
    }, [isNew, handle, name, password]),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter.start();
  };
  const turn = () => {
    enter.reset();
    setNew(!isNew);
  };
  const place = FIELDS[enter.code ?? ""];
  const errorOf = (field: string) => (place === field ? enter.error : undefined);
  const title = isNew ? t("auth.createAccount") : t("auth.signIn");
  return (
    <main className="safe-top safe-bottom flex min-h-dvh flex-col items-center justify-center">
      <div className="w-full max-w-md px-6 py-8 phone:px-4">
        <div className="mb-8 flex flex-col items-center text-center">
          <Logo className="mb-4 size-16" />
          <p className="text-2xl font-semibold tracking-tight">鸿雁 Hongyan</p>
          <p className="mt-1 text-sm text-muted">{t("app.tagline")}</p>
        </div>
        {reason !== undefined && enter.error === undefined && (
          <p role="status" className="mb-4 rounded-xl bg-soft px-4 py-3 text-center text-sm">
            {errorText(reason)}
          </p>
        )}
        <form onSubmit={submit} className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-6 shadow-sm">
          <h1 className="text-lg font-semibold">{title}</h1>
          <Field
            label={t("auth.handle")}
            hint={isNew ? t("auth.handleHint") : undefined}
            error={errorOf("handle")}
            value={handle}
            onChange={(event) => setHandle(event.target.value.trim())}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          {isNew && (
            <Field
              label={t("auth.name")}
              error={errorOf("name")}
              value={name}
              onChange={(event) => setName(event.target.value)}
              autoComplete="name"
              maxLength={64}
              required
            />
          )}
          <Field
            label={t("auth.password")}
            hint={isNew ? t("auth.passwordHint") : undefined}
            error={errorOf("password")}
            type={isShown ? "text" : "password"}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete={isNew ? "new-password" : "current-password"}
            maxLength={256}
            required
          >
            <IconButton
              label={isShown ? t("auth.hidePassword") : t("auth.showPassword")}
              onClick={() => setShown(!isShown)}
            >
              {isShown ? <EyeOff className="size-5" /> : <Eye className="size-5" />}
            </IconButton>
          </Field>
          <ErrorLine text={place === undefined ? enter.error : undefined} />
          <Button type="submit" disabled={enter.isBusy} className="min-h-11">
            {enter.isBusy ? t("auth.working") : title}
          </Button>
        </form>
        <p className="mt-4 text-center text-sm text-muted">
          {isNew ? t("auth.hasAccount") : t("auth.noAccount")}{" "}
          <button
            type="button"
            className="min-h-11 rounded-lg px-2 font-semibold text-accent hover:underline"
            onClick={turn}
          >
            {isNew ? t("auth.signIn") : t("auth.createAccount")}
          </button>
        </p>
        <p className="mt-2 flex justify-center gap-1 text-sm">
          {(["en", "zh-CN"] as const).map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={i18n.language === language}
              className={`min-h-11 rounded-lg px-3 hover:bg-sunken ${i18n.language === language ? "font-semibold" : "text-muted"}`}
              onClick={() => setLanguage(language)}
            >
              {language === "en" ? "English" : "简体中文"}
            </button>
          ))}
        </p>
      </div>
    </main>
  );
}
