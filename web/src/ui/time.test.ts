import { describe, expect, it } from "vitest";
import { dayName, daysBetween, listTime } from "./time";

const at = (text: string) => new Date(text).getTime();
const now = at("2026-03-10T15:00:00");

describe("daysBetween", () => {
  it("counts by the calendar, not by hours", () => {
    expect(daysBetween(at("2026-03-09T23:59:00"), at("2026-03-10T00:01:00"))).toBe(1);
    expect(daysBetween(at("2026-03-10T00:01:00"), at("2026-03-10T23:59:00"))).toBe(0);
  });
});

describe("listTime", () => {
  it.each([
    ["2026-03-10T08:05:00", "08:05"],
    ["2026-03-09T23:00:00", "Yesterday"],
    ["2026-03-06T12:00:00", "Fri"],
    ["2026-02-01T12:00:00", "Feb 1"],
    ["2025-02-01T12:00:00", "Feb 1, 2025"],
  ])("%s is shown as %s", (time, text) => {
    expect(listTime(at(time), now, "en", "Yesterday")).toBe(text);
  });

  it("speaks Chinese", () => {
    expect(listTime(at("2026-03-06T12:00:00"), now, "zh-CN", "昨天")).toBe("周五");
  });
});

describe("dayName", () => {
  it("names today and yesterday", () => {
    expect(dayName(now, now, "en")).toBe("Today");
    expect(dayName(at("2026-03-09T01:00:00"), now, "zh-CN")).toBe("昨天");
  });
});
