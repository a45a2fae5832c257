import { useTranslation } from "react-i18next";
import type { Message } from "../api/wire";

/** A message in one line of plain text. */
export function useMessageText(): (message: Message, sender: string) => string {
  const { t } = useTranslation();
  return ({ body }, name) => {
    switch (body.kind) {
      case "text":
        return body.text;
      case "became_contacts":
        return t("chat.became_contacts");
      case "group_created":
        return t("chat.group_created", { name, title: body.title });
      case "group_renamed":
        return t("chat.group_renamed", { name, title: body.title });
      case "member_left":
        return t("chat.member_left", { name });
      default:
        return t("chat.unsupported");
    }
  };
}
