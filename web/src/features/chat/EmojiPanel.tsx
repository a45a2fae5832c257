import { EmojiPicker } from "frimousse";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n/i18n";

/** All emoji, searchable in one's own language. The data comes from this server. */
export function EmojiPanel({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  return (
    <EmojiPicker.Root
      className="flex h-full flex-col"
      emojibaseUrl={`${location.origin}/emoji`}
      locale={currentLanguage() === "zh-CN" ? "zh" : "en"}
      columns={8}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
    >
      <EmojiPicker.Search
        aria-label={t("chat.emojiSearch")}
        placeholder={t("chat.emojiSearch")}
        className="m-2 h-9 rounded-xl bg-sunken px-3 text-sm outline-none placeholder:text-muted"
      />
      <EmojiPicker.Viewport className="relative flex-1 overflow-y-auto outline-none">
        <EmojiPicker.Loading className="p-4 text-sm text-muted">{t("common.loading")}</EmojiPicker.Loading>
        <EmojiPicker.Empty className="p-4 text-sm text-muted">{t("chat.emojiEmpty")}</EmojiPicker.Empty>
        <EmojiPicker.List
          className="pb-2 select-none"
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div className="bg-surface px-3 py-1.5 text-xs text-muted" {...props}>
                {category.label}
              </div>
            ),
            Row: ({ children, ...props }) => (
              <div className="px-1.5" {...props}>
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...props }) => (
              <button
                type="button"
                className="flex size-10 items-center justify-center rounded-lg text-xl data-[active]:bg-sunken"
                {...props}
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  );
}
