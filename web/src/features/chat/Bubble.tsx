import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n/i18n";
import { client } from "../../sync/client";
import { usePerson } from "../../sync/hooks";
import type { TimelineItem } from "../../sync/types";
import { Avatar } from "../../ui/Avatar";
import { copyText } from "../../ui/copy";
import { clockTime, fullTime } from "../../ui/time";
import { useErrorText } from "../../ui/useError";
import { findLinks } from "./links";
import { StatusTick } from "./StatusTick";
import { SystemLine } from "./SystemLine";

interface Props {
  item: TimelineItem;
  me: string;
  isGroup: boolean;
  isFirst: boolean;
  isLast: boolean;
  time: number;
}

/** A message. */
export const Bubble = memo(function Bubble({ item, me, isGroup, isFirst, isLast, time }: Props) {
  if (item.type === "message" && item.message.body.kind !== "text") {
    return <SystemLine message={item.message} me={me} />;
  }

  const isOwn = item.type === "pending" || item.message.sender === me;
  const text = item.type === "pending" ? item.text : item.message.body.kind === "text" ? item.message.body.text : "";
  return (
    <div className={`flex gap-2 px-4 ${isFirst ? "pt-3" : "pt-0.5"} ${isOwn ? "justify-end" : ""}`}>
      {!isOwn && isGroup && item.type === "message" && (
        <div className="w-8">{isFirst && <SenderAvatar id={item.message.sender} />}</div>
      )}
      <div className={`flex max-w-[min(34rem,78%)] flex-col ${isOwn ? "items-end" : "items-start"}`}>
        {!isOwn && isGroup && isFirst && item.type === "message" && <SenderName id={item.message.sender} />}
        <Text text={text} isOwn={isOwn} />
        {(isLast || item.type === "pending") && (
          <p className="mt-0.5 flex items-center gap-1 px-1 text-[11px] text-muted tabular-nums">
            <time dateTime={new Date(time).toISOString()} title={fullTime(time, currentLanguage())}>
              {clockTime(time, currentLanguage())}
            </time>
            {isOwn && <StatusTick item={item} />}
          </p>
        )}
        {item.type === "pending" && item.state === "failed" && <Failed item={item} />}
      </div>
    </div>
  );
});

function Text({ text, isOwn }: { text: string; isOwn: boolean }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 1200);
  };
  return (
    <div className={`group relative rounded-2xl px-3 py-2 ${isOwn ? "bg-own" : "bg-surface shadow-sm"}`}>
      <p className="break-words whitespace-pre-wrap" dir="auto">
        {findLinks(text).map((piece, index) =>
          piece.href === undefined ? (
            piece.text
          ) : (
            <a
              key={index}
              href={piece.href}
              target="_blank"
              rel="noopener noreferrer"
              className="text-accent underline"
            >
              {piece.text}
            </a>
          ),
        )}
      </p>
      <button
        type="button"
        onClick={() => void copy()}
        className={`absolute -top-3 rounded-lg border border-line bg-surface px-2 py-0.5 text-xs text-muted opacity-0 shadow-sm transition-opacity group-hover:opacity-100 focus-visible:opacity-100 ${
          isOwn ? "left-1" : "right-1"
        }`}
      >
        {isCopied ? t("common.copied") : t("common.copy")}
      </button>
    </div>
  );
}

function Failed({ item }: { item: Extract<TimelineItem, { type: "pending" }> }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <p role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-2 text-xs text-danger">
      {errorText(item.errorCode)}
      <button type="button" className="font-semibold underline" onClick={() => client.retry(item.clientId)}>
        {t("common.retry")}
      </button>
      <button type="button" className="font-semibold underline" onClick={() => client.discard(item.clientId)}>
        {t("common.delete")}
      </button>
    </p>
  );
}

function SenderAvatar({ id }: { id: string }) {
  const person = usePerson(id);
  return person === undefined ? null : <Avatar person={person} size="sm" />;
}

function SenderName({ id }: { id: string }) {
  const person = usePerson(id);
  return <p className="mb-0.5 px-1 text-xs text-muted">{person?.name ?? "…"}</p>;
}
