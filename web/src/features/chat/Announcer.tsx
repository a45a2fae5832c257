import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { usePerson } from "../../sync/hooks";
import type { Row } from "./rows";

/** Says a message that comes in while the chat is open, to those who listen to the screen. */
export function Announcer({ rows, me }: { rows: readonly Row[]; me: string }) {
  const { t } = useTranslation();
  const newest = rows.findLast((row) => row.type === "item");
  const message =
    newest?.item.type === "message" && newest.item.message.sender !== me ? newest.item.message : undefined;
  const sender = usePerson(message?.sender);
  // What was there when the chat was opened is not news.
  const opened = useRef(newest?.key);
  const isNews = message?.body.kind === "text" && newest?.key !== opened.current;
  return (
    <p className="sr-only" aria-live="polite">
      {isNews && message.body.kind === "text"
        ? t("chat.says", { name: sender?.name ?? "", text: message.body.text })
        : ""}
    </p>
  );
}
