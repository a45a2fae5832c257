import { useTranslation } from "react-i18next";
import { EmptyState } from "../../ui/EmptyState";
import { Logo } from "../../ui/Logo";

/** Beside the list, before one is chosen. */
export function NoChat() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<Logo className="mb-3 size-16 opacity-80" />}
      title={t("chats.pick")}
      hint={t("chats.pickHint")}
    />
  );
}
