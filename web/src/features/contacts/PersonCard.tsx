import { type FormEvent, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { PersonDetails } from "../../api/wire";
import { client } from "../../sync/client";
import { useSession } from "../../sync/hooks";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorLine, Field } from "../../ui/Field";
import { useAction } from "../../ui/useAction";

interface Props {
  details: PersonDetails;
  onChange: (details: PersonDetails) => void;
  onLeave?: () => void;
}

/** A person, and what one can do with them. */
export function PersonCard({ details, onChange, onLeave }: Props) {
  const { t } = useTranslation();
  const { person, region, signature } = details;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-4">
        <Avatar person={person} size="lg" />
        <div className="min-w-0">
          <p className="text-lg font-semibold break-words">{person.name}</p>
          <p className="truncate text-sm text-muted">@{person.handle}</p>
        </div>
      </div>
      {region !== "" && <Line label={t("contacts.region")} text={region} />}
      {signature !== "" && <Line label={t("contacts.signature")} text={signature} />}
      <Actions details={details} onChange={onChange} onLeave={onLeave} />
    </div>
  );
}

function Line({ label, text }: { label: string; text: string }) {
  return (
    <p className="flex gap-3 text-sm">
      <span className="w-20 shrink-0 text-muted">{label}</span>
      <span className="min-w-0 break-words">{text}</span>
    </p>
  );
}

function Actions({ details, onChange, onLeave }: Props) {
  const { t } = useTranslation();
  switch (details.relation) {
    case "self":
      return <p className="text-sm text-muted">{t("contacts.self")}</p>;
    case "contact":
      return <ContactActions details={details} onChange={onChange} onLeave={onLeave} />;
    case "requested":
      return (
        <p role="status" className="text-sm text-muted">
          {t("contacts.requested")}
        </p>
      );
    case "waiting":
      return <AnswerActions details={details} onChange={onChange} />;
    case "none":
      return <RequestForm details={details} onChange={onChange} />;
  }
}

function ContactActions({ details, onChange, onLeave }: Props) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [isRemoving, setRemoving] = useState(false);
  const { id, name } = details.person;
  const write = useAction(
    useCallback(async () => {
      const head = await client.openDirect(id);
      onLeave?.();
      navigate(`/chats/${head.id}`);
    }, [id, navigate, onLeave]),
  );
  const remove = useAction(
    useCallback(async () => {
      await client.deleteContact(id);
      setRemoving(false);
      onChange({ ...details, relation: "none" });
    }, [id, details, onChange]),
  );
  return (
    <>
      <ErrorLine text={write.error} />
      <div className="flex flex-wrap gap-2">
        <Button disabled={write.isBusy} onClick={() => void write.start()} className="flex-1">
          {t("contacts.write")}
        </Button>
        <Button look="danger" onClick={() => setRemoving(true)}>
          {t("contacts.remove")}
        </Button>
      </div>
      {isRemoving && (
        <ConfirmDialog
          title={t("contacts.removeTitle", { name })}
          text={t("contacts.removeHint")}
          action={t("contacts.remove")}
          isBusy={remove.isBusy}
          error={remove.error}
          onConfirm={() => void remove.start()}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}

function AnswerActions({ details, onChange }: Props) {
  const { t } = useTranslation();
  const request = details.request;
  const accept = useAction(
    useCallback(async () => {
      if (request !== undefined) {
        await client.acceptRequest(request);
        onChange({ ...details, relation: "contact" });
      }
    }, [request, details, onChange]),
  );
  return (
    <>
      <p className="text-sm text-muted">{t("contacts.incoming", { name: details.person.name })}</p>
      <ErrorLine text={accept.error} />
      <Button disabled={accept.isBusy} onClick={() => void accept.start()}>
        {t("contacts.accept")}
      </Button>
    </>
  );
}

function RequestForm({ details, onChange }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const name = session.state === "signedIn" ? session.me.name : "";
  const [greeting, setGreeting] = useState(t("contacts.greetingDefault", { name }));
  const ask = useAction(
    useCallback(async () => {
      const request = await client.sendContactRequest(details.person.id, greeting.trim());
      onChange({ ...details, relation: request.state === "accepted" ? "contact" : "requested", request: request.id });
    }, [details, greeting, onChange]),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void ask.start();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label={t("contacts.greeting")}
        value={greeting}
        onChange={(event) => setGreeting(event.target.value)}
        maxLength={200}
      />
      <ErrorLine text={ask.error} />
      <Button type="submit" disabled={ask.isBusy}>
        {t("contacts.sendRequest")}
      </Button>
    </form>
  );
}
