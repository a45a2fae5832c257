import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

function keys(texts: object, path = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [`${path}${key}`] : keys(value as object, `${path}${key}.`),
  );
}

function placeholders(texts: object): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of keys(texts)) {
    const text = path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], texts) as string;
    found.set(
      path,
      [...text.matchAll(/\{\{(\w+)\}\}/g)]
        .map((match) => match[1])
        .sort()
        .join(),
    );
  }

  return found;
}

describe("texts", () => {
  it("has the same keys in both languages", () => {
    expect(keys(zh).sort()).toEqual(keys(en).sort());
  });

  it("has the same placeholders in both languages", () => {
    expect(placeholders(zh)).toEqual(placeholders(en));
  });

  it("has a text for every error of the protocol", () => {
    const source = readFileSync("../src/Hongyan.Contracts/Errors/ErrorCode.cs", "utf8");
    const codes = [...source.matchAll(/public const string \w+ = "([a-z_]+)";/g)].map((match) => match[1] as string);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !(code in en.error))).toEqual([]);
  });
});
