import { useTranslation } from "react-i18next";

/** How many unread; nothing when there are none. */
export function CountBadge({ count }: { count: number }) {
  const { t } = useTranslation();
  return count <= 0 ? null : (
    <span className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-full bg-badge px-1 text-[11px] leading-none font-semibold text-white tabular-nums">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span className="sr-only">{t("chats.unread", { count })}</span>
    </span>
  );
}
