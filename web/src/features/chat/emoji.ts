const PICTURE = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator}{2}|\p{Emoji}\uFE0F)/u;

/** How many emoji a text consists of; undefined when there is anything else in it. */
export function countEmoji(text: string): number | undefined {
  const characters = Array.from(new Intl.Segmenter().segment(text.trim()), ({ segment }) => segment);
  return characters.length > 0 && characters.every((character) => PICTURE.test(character))
    ? characters.length
    : undefined;
}

/** How many recently used emoji are kept: two lines of them. */
export const RECENT_EMOJI = 16;

/** The recently used emoji after another use, the last one first. */
export function withRecent(recent: readonly string[], emoji: string): readonly string[] {
  return [emoji, ...recent.filter((known) => known !== emoji)].slice(0, RECENT_EMOJI);
}

const KEY = "hongyan.recentEmoji";

export function loadRecent(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept)
      ? kept.filter((emoji): emoji is string => typeof emoji === "string").slice(0, RECENT_EMOJI)
      : [];
  } catch {
    return [];
  }
}

export function saveRecent(recent: readonly string[]): void {
  localStorage.setItem(KEY, JSON.stringify(recent));
}
