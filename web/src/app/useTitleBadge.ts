import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useConversations } from "../sync/hooks";

/** The number of unread messages in the window's title, and on the icon of the installed app. */
export function useTitleBadge(): void {
  const { t } = useTranslation();
  const unread = useConversations().reduce((sum, row) => sum + row.unread, 0);
  const name = t("app.name");
  useEffect(() => {
    document.title = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${name}` : name;
    if ("setAppBadge" in navigator) {
      void (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined);
    }
  }, [unread, name]);
}
