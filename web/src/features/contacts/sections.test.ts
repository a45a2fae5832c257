import { describe, expect, it } from "vitest";
import type { Contact } from "../../api/wire";
import { matches, toSections } from "./sections";

const contact = (name: string, initial: string, sortKey: string): Contact => ({
  person: { id: name, handle: `h-${sortKey}`, name },
  region: "",
  signature: "",
  initial,
  sortKey,
  since: 0,
});

const list = [
  contact("Ann", "A", "ann"),
  contact("安安", "A", "anan"),
  contact("张三", "Z", "zhangsan"),
  contact("🪿", "#", ""),
];

describe("toSections", () => {
  it("puts contacts under their letters and keeps their order", () => {
    expect(toSections(list).map(({ initial, contacts }) => [initial, contacts.length])).toEqual([
      ["A", 2],
      ["Z", 1],
      ["#", 1],
    ]);
  });
});

describe("matches", () => {
  it("finds a Chinese name by how it sounds", () => {
    expect(list.filter((candidate) => matches(candidate, "zhang")).map(({ person }) => person.name)).toEqual(["张三"]);
  });

  it("finds by handle and by name", () => {
    expect(list.filter((candidate) => matches(candidate, "H-ANN"))).toHaveLength(1);
    expect(list.filter((candidate) => matches(candidate, "安"))).toHaveLength(1);
  });
});
