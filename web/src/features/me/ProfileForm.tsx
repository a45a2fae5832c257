import { type FormEvent, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api/wire";
import { client } from "../../sync/client";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { ErrorLine, Field } from "../../ui/Field";
import { useAction } from "../../ui/useAction";
import { fitting } from "./pictures";

/** One's picture, name and what else others see. */
export function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [name, setName] = useState(me.name);
  const [region, setRegion] = useState(me.region);
  const [signature, setSignature] = useState(me.signature);
  const [isSaved, setSaved] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const save = useAction(
    useCallback(async () => {
      await client.updateProfile({ name: name.trim(), region: region.trim(), signature: signature.trim() });
      setSaved(true);
    }, [name, region, signature]),
  );
  const upload = useAction(
    useCallback(async (picture: File) => void (await client.setAvatar(await fitting(picture))), []),
  );
  const remove = useAction(useCallback(async () => void (await client.removeAvatar()), []));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.start();
  };
  const edit = (set: (text: string) => void) => (text: string) => {
    setSaved(false);
    set(text);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-4">
        <Avatar person={me} size="lg" />
        <input
          ref={file}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          className="sr-only"
          tabIndex={-1}
          aria-label={t("me.avatar")}
          onChange={(event) => {
            const picture = event.target.files?.[0];
            event.target.value = "";
            if (picture !== undefined) {
              void upload.start(picture);
            }
          }}
        />
        <div className="flex flex-wrap gap-2">
          <Button look="quiet" disabled={upload.isBusy} onClick={() => file.current?.click()}>
            {t("me.changeAvatar")}
          </Button>
          {me.avatar !== undefined && (
            <Button look="quiet" disabled={remove.isBusy} onClick={() => void remove.start()}>
              {t("me.removeAvatar")}
            </Button>
          )}
        </div>
      </div>
      <ErrorLine text={upload.error ?? remove.error} />
      <Field
        label={t("me.name")}
        value={name}
        onChange={(event) => edit(setName)(event.target.value)}
        maxLength={64}
        required
      />
      <Field
        label={t("me.region")}
        value={region}
        onChange={(event) => edit(setRegion)(event.target.value)}
        maxLength={64}
      />
      <Field
        label={t("me.signature")}
        value={signature}
        onChange={(event) => edit(setSignature)(event.target.value)}
        maxLength={120}
      />
      <ErrorLine text={save.error} />
      <div className="flex items-center gap-3">
        <Button type="submit" disabled={save.isBusy}>
          {t("common.save")}
        </Button>
        <span role="status" className="text-sm text-accent">
          {isSaved ? t("common.saved") : ""}
        </span>
      </div>
    </form>
  );
}
