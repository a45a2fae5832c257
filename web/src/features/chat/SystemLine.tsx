import { useTranslation } from "react-i18next";
import type { Message } from "../../api/wire";
import { usePerson } from "../../sync/hooks";
import { useMessageText } from "../../ui/messageText";

/** Something that happened in the conversation. */
export function SystemLine({ message, me }: { message: Message; me: string }) {
  const { t } = useTranslation();
  const textOf = useMessageText();
  const sender = usePerson(message.sender === me ? undefined : message.sender);
  const name = message.sender === me ? t("common.you") : (sender?.name ?? "…");
  return (
    <p className="mx-auto my-2 w-fit max-w-[80%] rounded-full bg-sunken px-3 py-1 text-center text-xs text-muted">
      {textOf(message, name)}
    </p>
  );
}
