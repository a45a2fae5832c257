import { useTranslation } from "react-i18next";
import { useAppUpdate } from "../sync/hooks";

/** Offers a newer version of the client; it is not forced on anybody. */
export function UpdateLine() {
  const { t } = useTranslation();
  const update = useAppUpdate();
  return update.isReady ? (
    <p role="status" className="flex items-center justify-center gap-3 bg-accent px-4 py-1.5 text-sm text-on-accent">
      {t("update.ready")}
      <button type="button" className="font-semibold underline" onClick={update.apply}>
        {t("update.apply")}
      </button>
    </p>
  ) : null;
}
