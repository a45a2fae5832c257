import { useTranslation } from "react-i18next";
import type { ConversationHead } from "../api/wire";

/** What a conversation is called. */
export function useConversationTitle(): (head: Pick<ConversationHead, "kind" | "title" | "peer">) => string {
  const { t } = useTranslation();
  return (head) => {
    switch (head.kind) {
      case "notes":
        return t("chats.notes");
      case "direct":
        return head.peer?.name ?? "";
      case "group":
        return head.title ?? t("chats.group");
    }
  };
}
