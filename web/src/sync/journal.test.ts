import "fake-indexeddb/auto";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Database } from "./db";
import { Journal } from "./journal";
import { Keeper } from "./keeper";
import { createAppStore } from "./store";

const ME = "journal";
const CHAT = "7";
const draft = (text: string, changedAt: number) => ({ drafts: [{ conversation: CHAT, text, changedAt }] });
const row = (clientId: string, text = clientId) => ({
  clientId,
  conversation: CHAT,
  text,
  createdAt: 1,
  seenSeq: 0,
  state: "queued" as const,
});

const pages: Keeper[] = [];

async function openPage(): Promise<Keeper> {
  const keeper = new Keeper(createAppStore(), new Journal(localStorage, ME), () => undefined);
  pages.push(keeper);
  await keeper.open(ME);
  await keeper.settled();
  return keeper;
}

/** From here on the disk is so slow that the page is gone before anything is written. */
function stopDisk({ database }: Keeper): void {
  const never = () => new Promise<never>(() => undefined);
  if (database !== undefined) {
    vi.spyOn(database, "write").mockImplementation(never);
    vi.spyOn(database, "addToOutbox").mockImplementation(never);
  }
}

const draftOf = (keeper: Keeper) => keeper.data.drafts[CHAT]?.text;
const waiting = (keeper: Keeper) => keeper.data.outbox[CHAT]?.map((each) => each.text);

beforeEach(() => localStorage.clear());
afterEach(async () => {
  for (const { database } of pages.splice(0)) {
    database?.close();
  }

  await Database.delete(ME);
});

describe("what was written right before a page went away", () => {
  it("is the draft of the next page", async () => {
    const before = await openPage();
    await before.commit([draft("half", 1)]);
    stopDisk(before);
    void before.commit([draft("half a thought", 2)]);

    const after = await openPage();
    expect(draftOf(after)).toBe("half a thought");
    expect(localStorage.length).toBe(0);
    await after.close();
    expect(draftOf(await openPage())).toBe("half a thought");
  });

  it("is not brought back when it was deleted last", async () => {
    const before = await openPage();
    await before.commit([draft("regrettable", 1)]);
    stopDisk(before);
    void before.commit([draft("", 2)]);

    expect(draftOf(await openPage())).toBeUndefined();
  });

  it("gives way to what another page kept later", async () => {
    const open = await openPage();
    await open.commit([draft("later", 2)]);
    localStorage.setItem(`hongyan.unkept.${ME}.dead`, JSON.stringify({ ...draft("earlier", 1), outbox: [] }));

    expect(draftOf(await openPage())).toBe("later");
    expect(localStorage.length).toBe(0);
  });

  it("waits in the outbox once and in order, with the draft it was made of gone", async () => {
    const before = await openPage();
    await before.addToOutbox(row("one"));
    await before.commit([draft("two", 1)]);
    stopDisk(before);
    void before.addToOutbox(row("two"));
    void before.addToOutbox(row("three"));
    void before.commit([draft("", 2)]);

    const after = await openPage();
    expect(waiting(after)).toEqual(["one", "two", "three"]);
    expect(draftOf(after)).toBeUndefined();
    await after.close();
    expect(waiting(await openPage())).toEqual(["one", "two", "three"]);
  });

  it("is not doubled when the database had it after all", async () => {
    const before = await openPage();
    await before.addToOutbox(row("one"));
    localStorage.setItem(`hongyan.unkept.${ME}.dead`, JSON.stringify({ drafts: [], outbox: [row("one")] }));
    expect(waiting(await openPage())).toEqual(["one"]);
  });
});

describe("the journal", () => {
  it("is empty once everything is kept", async () => {
    const open = await openPage();
    const kept = [open.commit([draft("a", 1)]), open.commit([draft("ab", 2)]), open.addToOutbox(row("one"))];
    expect(localStorage.length).toBe(1);
    await Promise.all(kept);
    await open.settled();
    expect(localStorage.length).toBe(0);
  });

  it("holds on to everything while there is no database, except what is settled", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.spyOn(Database, "open").mockResolvedValue(undefined);
    const open = await openPage();
    await open.commit([draft("a", 1)]);
    await open.addToOutbox(row("one"));
    await open.addToOutbox(row("two"));
    await open.commit([{ outboxRemoved: ["one"] }]);

    const next = await openPage();
    expect(draftOf(next)).toBe("a");
    expect(waiting(next)).toEqual(["two"]);
  });

  it("survives entries that it cannot read, and a storage that is full", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    localStorage.setItem(`hongyan.unkept.${ME}.1`, "{");
    localStorage.setItem(`hongyan.unkept.${ME}.2`, JSON.stringify({ drafts: [null, { text: "x" }], outbox: 7 }));
    const open = await openPage();
    expect(localStorage.length).toBe(0);

    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await open.commit([draft("a", 1)]);
    await open.close();
    vi.restoreAllMocks();
    warn.mockRestore();
    expect(draftOf(await openPage())).toBe("a");
  });

  it("is cleared for one person only", async () => {
    localStorage.setItem(`hongyan.unkept.${ME}.1`, "{}");
    localStorage.setItem("hongyan.unkept.other.1", "{}");
    new Journal(localStorage, ME).clear();
    expect(Object.keys(localStorage)).toEqual(["hongyan.unkept.other.1"]);
  });
});
