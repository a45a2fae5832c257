import type { Device } from "../api/wire";

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/CriOS\/|Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, "Windows"],
  [/iPad/, "iPadOS"],
  [/iPhone/, "iOS"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

function first(names: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}

/** The name and sort of this device, as its owner would call it in a list: "Firefox on Linux". */
export function describeDevice(userAgent: string): Device {
  const browser = first(BROWSERS, userAgent) ?? "Browser";
  const system = first(SYSTEMS, userAgent);
  const isTablet = /iPad|Tablet/.test(userAgent) || (/Android/.test(userAgent) && !/Mobile/.test(userAgent));
  const isPhone = !isTablet && /iPhone|Android|Mobile/.test(userAgent);
  return {
    name: system === undefined ? browser : `${browser} on ${system}`,
    kind: isTablet ? "tablet" : isPhone ? "phone" : "web",
  };
}
