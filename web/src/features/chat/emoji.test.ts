import { beforeEach, describe, expect, it } from "vitest";
import { countEmoji, loadRecent, RECENT_EMOJI, saveRecent, withRecent } from "./emoji";

describe("countEmoji", () => {
  it.each([
    ["🪿", 1],
    [" 👍🏽 ", 1],
    ["👩‍👩‍👧‍👦❤️", 2],
    ["🇨🇳🇩🇪", 2],
    ["☀️", 1],
    ["1️⃣", 1],
  ])("takes %s for %d", (text, count) => {
    expect(countEmoji(text)).toBe(count);
  });

  it.each(["", "  ", "7", "#", "©", "hi 🪿", "鸿雁", "🪿 🪿"])("finds more than emoji in %j", (text) => {
    expect(countEmoji(text)).toBeUndefined();
  });
});

describe("recent emoji", () => {
  beforeEach(() => localStorage.clear());

  it("has each once, the last one first, and not too many", () => {
    expect(withRecent(["😀", "🪿"], "🪿")).toEqual(["🪿", "😀"]);
    const full = Array.from({ length: RECENT_EMOJI }, (_, i) => String(i));
    expect(withRecent(full, "🪿")).toHaveLength(RECENT_EMOJI);
    expect(withRecent(full, "🪿")[0]).toBe("🪿");
  });

  it("is there again the next time", () => {
    saveRecent(["🪿", "😀"]);
    expect(loadRecent()).toEqual(["🪿", "😀"]);
  });

  it.each(["{", '{"a":1}', "[1,null]"])("survives that %j was kept", (kept) => {
    localStorage.setItem("hongyan.recentEmoji", kept);
    expect(loadRecent()).toEqual([]);
  });
});
