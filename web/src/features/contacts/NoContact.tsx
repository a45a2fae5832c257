import { UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../ui/EmptyState";

/** Beside the contacts, before one is chosen. */
export function NoContact() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<UsersRound className="mb-2 size-12 text-muted" strokeWidth={1.3} />}
      title={t("contacts.pick")}
    />
  );
}
