import { SendHorizontal, Smile } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../../sync/client";
import { useConversation } from "../../sync/hooks";
import { useIsWide } from "../../ui/useMediaQuery";

const EmojiPanel = lazy(() => import("./EmojiPanel").then(({ EmojiPanel }) => ({ default: EmojiPanel })));

const MAX_LENGTH = 10_000;
const WARN_BELOW = 500;
const MAX_HEIGHT = 180;

/** Where one writes. Enter sends, Shift and Enter begin a new line; a word that is being composed stays untouched. */
export function Composer({ id }: { id: string }) {
  const { t } = useTranslation();
  const isWide = useIsWide();
  const [text, setText] = useState(useConversation(id)?.draft ?? "");
  const [isPicking, setPicking] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  /** Where the cursor is to be once the text is drawn. */
  const cursor = useRef<number>(undefined);
  const left = MAX_LENGTH - text.trim().length;
  const canSend = text.trim() !== "" && left >= 0;

  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null) {
      element.style.height = "auto";
      element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT)}px`;
      element.style.overflowY = element.scrollHeight > MAX_HEIGHT ? "auto" : "hidden";
      if (cursor.current !== undefined) {
        element.setSelectionRange(cursor.current, cursor.current);
        cursor.current = undefined;
      }
    }
  }, [text]);

  useEffect(() => {
    const element = box.current;
    element?.setSelectionRange(element.value.length, element.value.length);
    if (isWide) {
      element?.focus();
    }
  }, [isWide]);

  const change = (next: string) => {
    setText(next);
    client.setDraft(id, next);
    if (next !== "") {
      client.typing(id);
    }
  };

  const send = () => {
    if (canSend) {
      client.sendText(id, text.trim());
      setText("");
      client.setDraft(id, "");
      box.current?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // 229: the key belongs to an input method; Safari says so after the composition has ended.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !isComposing) {
      event.preventDefault();
      send();
    }
  };

  const insert = (emoji: string) => {
    const element = box.current;
    const from = element?.selectionStart ?? text.length;
    const to = element?.selectionEnd ?? from;
    cursor.current = from + emoji.length;
    change(text.slice(0, from) + emoji + text.slice(to));
  };

  return (
    <div className="safe-bottom border-t border-line bg-surface">
      <Popover.Root open={isPicking} onOpenChange={setPicking}>
        <Popover.Anchor className="flex items-end gap-1 p-2">
          <Popover.Trigger
            aria-label={t("chat.emoji")}
            title={t("chat.emoji")}
            className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken data-[state=open]:text-accent"
          >
            <Smile className="size-6" strokeWidth={1.7} />
          </Popover.Trigger>
          <textarea
            ref={box}
            rows={1}
            aria-label={t("chat.message")}
            placeholder={t("chat.placeholder")}
            value={text}
            onChange={(event) => change(event.target.value)}
            onKeyDown={onKeyDown}
            enterKeyHint="send"
            dir="auto"
            className="min-h-11 min-w-0 flex-1 resize-none rounded-xl bg-sunken px-3 py-2.5 leading-6 outline-none placeholder:text-muted focus:ring-1 focus:ring-accent"
          />
          <button
            type="button"
            aria-label={t("chat.send")}
            title={t("chat.send")}
            disabled={!canSend}
            // The box keeps the focus, and a phone its keyboard.
            onPointerDown={(event) => event.preventDefault()}
            onClick={send}
            className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent text-on-accent transition-colors disabled:bg-transparent disabled:text-muted"
          >
            <SendHorizontal className="size-5" />
          </button>
        </Popover.Anchor>
        <Popover.Portal>
          <Popover.Content
            side="top"
            align="start"
            alignOffset={8}
            sideOffset={0}
            collisionPadding={8}
            aria-label={t("chat.emoji")}
            onOpenAutoFocus={(event) => {
              // A phone's keyboard would cover what one is to choose from.
              if (!isWide) {
                event.preventDefault();
              }
            }}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (isWide) {
                box.current?.focus();
              }
            }}
            className="z-20 h-96 max-h-(--radix-popover-content-available-height) w-[21.75rem] phone:w-[calc(100vw-1rem)] phone:max-w-96 overflow-hidden rounded-2xl border border-line bg-surface shadow-xl"
          >
            <Suspense fallback={<p className="p-4 text-sm text-muted">{t("common.loading")}</p>}>
              <EmojiPanel onPick={insert} />
            </Suspense>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {left < WARN_BELOW && (
        <p role="status" className={`px-4 pb-2 text-right text-xs ${left < 0 ? "text-danger" : "text-muted"}`}>
          {left < 0 ? t("chat.tooLong", { count: -left }) : t("chat.left", { count: left })}
        </p>
      )}
    </div>
  );
}
