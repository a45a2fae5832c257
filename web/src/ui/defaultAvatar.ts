/** The picture of somebody who has none: made from who they are, and so the same everywhere. */
export interface DefaultAvatar {
  text: string;
  hue: number;
}

const HAN = /\p{Script=Han}/u;

/** The last two Han characters of a Chinese name, otherwise the first letter of up to two words. */
export function initialsOf(name: string): string {
  const characters = Array.from(name.trim());
  const han = characters.filter((character) => HAN.test(character));
  if (han.length > 0) {
    return han.slice(-2).join("");
  }

  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  const initials = words.slice(0, 2).map((word) => Array.from(word)[0] ?? "");
  return initials.join("").toUpperCase() || "?";
}

export function defaultAvatar(id: string, name: string): DefaultAvatar {
  return { text: initialsOf(name), hue: hueOf(id) };
}

/** Hues that the eye tells apart: it sees a quarter of the whole circle as one green, and so few of them are green. */
export const HUES = [2, 20, 38, 90, 150, 176, 200, 220, 245, 270, 300, 335] as const;

/** The colour of whatever has this id. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) {
    hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  }

  // Ids made one after the other differ in little; the high bits of this product differ in much.
  return HUES[(Math.imul(hash, 0x9e3779b1) >>> 8) % HUES.length] ?? 0;
}
