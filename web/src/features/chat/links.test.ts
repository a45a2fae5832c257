import { describe, expect, it } from "vitest";
import { findLinks } from "./links";

const links = (text: string) => findLinks(text).flatMap(({ href }) => (href === undefined ? [] : [href]));

describe("findLinks", () => {
  it.each([
    ["see https://example.org/a?b=c.", ["https://example.org/a?b=c"]],
    ["(https://example.org/wiki/Goose_(bird))", ["https://example.org/wiki/Goose_(bird)"]],
    ["看 https://example.org/路径，很好", ["https://example.org/路径"]],
    ["javascript:alert(1) and data:text/html,x", []],
    ["http://a.example and https://b.example", ["http://a.example", "https://b.example"]],
    ["https://bank.example/\u202egpj.exe", ["https://bank.example/"]],
    ["https://bank.example/\u200bhidden", ["https://bank.example/"]],
    ["no link", []],
  ])("%s", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it("loses nothing of the text", () => {
    const text = "a https://example.org, b <script>alert(1)</script> https://x.example!";
    expect(
      findLinks(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });
});
