import { EmojiPicker } from "frimousse";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n/i18n";
import { useIsWide } from "../../ui/useMediaQuery";
import { loadRecent, saveRecent, withRecent } from "./emoji";

const CELL = "flex size-10 items-center justify-center rounded-lg text-2xl phone:size-11";
const MOST_COLUMNS = 8;
/** The room for them on a phone: its width without the margins, in cells of 44 pixels. */
const columnsOnPhone = () => Math.max(1, Math.min(MOST_COLUMNS, Math.floor((window.innerWidth - 32) / 44)));

/** All emoji, searchable in one's own language, with those used last above them. The data comes from this server. */
export function EmojiPanel({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  const isWide = useIsWide();
  const [search, setSearch] = useState("");
  // As they were when the panel opened: what one points at does not move away.
  const [recent] = useState(loadRecent);
  const columns = isWide ? MOST_COLUMNS : columnsOnPhone();
  const pick = (emoji: string) => {
    saveRecent(withRecent(loadRecent(), emoji));
    onPick(emoji);
  };
  return (
    <EmojiPicker.Root
      className="flex h-full flex-col"
      emojibaseUrl={`${location.origin}/emoji`}
      locale={currentLanguage() === "zh-CN" ? "zh" : "en"}
      columns={columns}
      onEmojiSelect={({ emoji }) => pick(emoji)}
    >
      <EmojiPicker.Search
        aria-label={t("chat.emojiSearch")}
        placeholder={t("chat.emojiSearch")}
        value={search}
        // A phone's keyboard would cover what one is to choose from.
        autoFocus={isWide}
        onChange={(event) => setSearch(event.target.value)}
        className="m-2 h-9 rounded-xl bg-sunken px-3 text-sm outline-none placeholder:text-muted focus:ring-2 focus:ring-accent phone:h-11 phone:text-base"
      />
      {recent.length > 0 && search === "" && (
        <section aria-label={t("chat.emojiRecent")} className="border-b border-line px-1.5 pb-1">
          <p className="px-1.5 pb-1 text-xs text-muted">{t("chat.emojiRecent")}</p>
          <div className="flex flex-wrap phone:max-h-22 phone:overflow-hidden">
            {recent.map((emoji) => (
              <button key={emoji} type="button" className={`${CELL} hover:bg-sunken`} onClick={() => pick(emoji)}>
                {emoji}
              </button>
            ))}
          </div>
        </section>
      )}
      <EmojiPicker.Viewport className="relative flex-1 overflow-y-auto outline-none">
        <EmojiPicker.Loading className="block p-4 text-sm text-muted">{t("common.loading")}</EmojiPicker.Loading>
        <EmojiPicker.Empty className="block p-4 text-sm text-muted">{t("chat.emojiEmpty")}</EmojiPicker.Empty>
        <EmojiPicker.List
          className="pb-2 select-none"
          // The picker counts rows and columns from 0, ARIA from 1.
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div className="bg-surface px-3 py-1.5 text-xs text-muted" {...props}>
                {category.label}
              </div>
            ),
            Row: ({ children, "aria-rowindex": row = 0, ...props }) => (
              <div className="px-1.5" {...props} aria-rowindex={row + 1}>
                {children}
              </div>
            ),
            Emoji: ({ emoji, "aria-colindex": column = 0, ...props }) => (
              <button type="button" className={`${CELL} data-[active]:bg-sunken`} {...props} aria-colindex={column + 1}>
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  );
}
