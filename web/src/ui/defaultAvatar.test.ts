import { describe, expect, it } from "vitest";
import { defaultAvatar, HUES, initialsOf } from "./defaultAvatar";

describe("initialsOf", () => {
  it.each([
    ["张三", "张三"],
    ["欧阳修文", "修文"],
    ["Ann", "A"],
    ["ann lee smith", "AL"],
    ["Ann 李", "李"],
    ["🪿 goose", "🪿G"],
    ["  ", "?"],
  ])("%s becomes %s", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe("defaultAvatar", () => {
  it("is the same for the same person", () => {
    expect(defaultAvatar("123", "Ann")).toEqual(defaultAvatar("123", "Ann"));
  });

  it("spreads people over the colours", () => {
    const hues = new Set(Array.from({ length: 100 }, (_, i) => defaultAvatar(String(250_000_000 + i * 4096), "A").hue));
    expect(hues.size).toBe(HUES.length);
  });
});
