import { Check, Copy } from "lucide-react";
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
import { countEmoji } from "./emoji";
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

/** So few emoji alone are shown large. */
const FEW_EMOJI = 3;

/** A message. */
export const Bubble = memo(function Bubble({ item, me, isGroup, isFirst, isLast, time }: Props) {
  if (item.type === "message" && item.message.body.kind !== "text") {
    return <SystemLine message={item.message} me={me} />;
  }

  const isOwn = item.type === "pending" || item.message.sender === me;
  const text = item.type === "pending" ? item.text : item.message.body.kind === "text" ? item.message.body.text : "";
  const sender = !isOwn && isGroup && item.type === "message" ? item.message.sender : undefined;
  const isLarge = (countEmoji(text) ?? Number.POSITIVE_INFINITY) <= FEW_EMOJI;
  // The corners towards the sender are small where messages stand together.
  const corners = isOwn
    ? `${isFirst ? "" : "rounded-tr-md"} ${isLast ? "" : "rounded-br-md"}`
    : `${isFirst ? "" : "rounded-tl-md"} ${isLast ? "" : "rounded-bl-md"}`;
  const surface = isLarge ? "" : isOwn ? `bg-own ${corners}` : `bg-surface shadow-xs ${corners}`;
  return (
    <div className={`flex gap-2 px-4 phone:px-3 ${isFirst ? "pt-2.5" : "pt-0.5"} ${isOwn ? "justify-end" : ""}`}>
      {sender !== undefined && <div className="w-8 shrink-0">{isFirst && <SenderAvatar id={sender} />}</div>}
      <div
        className={`flex max-w-[min(36rem,80%)] min-w-0 phone:max-w-[86%] flex-col ${isOwn ? "items-end" : "items-start"}`}
      >
        {sender !== undefined && isFirst && <SenderName id={sender} />}
        <div className={`group relative max-w-full rounded-2xl px-3 py-1.5 ${surface}`}>
          <div className="flow-root break-words whitespace-pre-wrap" dir="auto">
            <Text text={text} isLarge={isLarge} />
            <span className="float-end mt-1.5 -mb-0.5 ml-3 flex items-center gap-1 text-[11px] leading-4 text-muted tabular-nums select-none">
              <time dateTime={new Date(time).toISOString()} title={fullTime(time, currentLanguage())}>
                {clockTime(time, currentLanguage())}
              </time>
              {isOwn && <StatusTick item={item} />}
            </span>
          </div>
          <CopyButton text={text} isOwn={isOwn} />
        </div>
        {item.type === "pending" && item.state === "failed" && <Failed item={item} />}
      </div>
    </div>
  );
});

function Text({ text, isLarge }: { text: string; isLarge: boolean }) {
  return (
    <span data-text className={isLarge ? "text-4xl leading-snug" : undefined}>
      {findLinks(text).map((piece, index) =>
        piece.href === undefined ? (
          piece.text
        ) : (
          <a
            key={index}
            href={piece.href}
            target="_blank"
            rel="noopener noreferrer"
            className="break-all text-accent underline underline-offset-2"
          >
            {piece.text}
          </a>
        ),
      )}
    </span>
  );
}

/** Beside the bubble, for a mouse or the keyboard; a finger holds the text down instead. */
function CopyButton({ text, isOwn }: { text: string; isOwn: boolean }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 1200);
  };
  const label = isCopied ? t("common.copied") : t("common.copy");
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => void copy()}
      className={`absolute top-0.5 inline-flex size-8 items-center justify-center rounded-lg text-muted opacity-0 transition-opacity group-hover:opacity-100 hover:bg-sunken hover:text-ink focus-visible:opacity-100 phone:hidden pointer-coarse:hidden ${
        isOwn ? "right-full mr-1" : "left-full ml-1"
      }`}
    >
      <Icon className="size-4" aria-hidden="true" />
    </button>
  );
}

function Failed({ item }: { item: Extract<TimelineItem, { type: "pending" }> }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const button = "min-h-8 rounded-lg px-2 font-semibold hover:bg-sunken phone:min-h-11 phone:min-w-11";
  return (
    <div className="mt-0.5 flex flex-wrap items-center justify-end gap-x-1 text-xs text-danger">
      <p role="alert" className="px-1">
        {errorText(item.errorCode)}
      </p>
      <button type="button" className={button} onClick={() => client.retry(item.clientId)}>
        {t("common.retry")}
      </button>
      <button type="button" className={button} onClick={() => client.discard(item.clientId)}>
        {t("common.delete")}
      </button>
    </div>
  );
}

function SenderAvatar({ id }: { id: string }) {
  const person = usePerson(id);
  return person === undefined ? null : <Avatar person={person} size="sm" />;
}

function SenderName({ id }: { id: string }) {
  const person = usePerson(id);
  return <p className="mb-0.5 max-w-full truncate px-1 text-xs text-muted">{person?.name ?? "…"}</p>;
}
