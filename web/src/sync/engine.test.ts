import "fake-indexeddb/auto";

import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../api/wire";
import { Device } from "./testing/device";
import { FakeServer } from "./testing/fakeServer";
import { VirtualTimers } from "./testing/virtualTimers";

const ME = "1";
const PEER = "2";

let timers: VirtualTimers;
let server: FakeServer;
let direct: string;

const text = (value: string) => ({ kind: "text" as const, text: value });
let nextClientId = 1;
const say = (conversation: string, value: string, sender = PEER) =>
  server.send(conversation, sender, text(value), `other-${nextClientId++}`);
const textOf = (message: Message | undefined) => (message?.body.kind === "text" ? message.body.text : undefined);
const textsOnServer = (conversation: string) => server.conversations.get(conversation)?.messages.map(textOf);

beforeEach(() => {
  localStorage.clear();
  timers = new VirtualTimers();
  server = new FakeServer(timers.now());
  server.addUser(ME);
  server.addUser(PEER);
  server.addContact(ME, PEER);
  direct = server.create("direct", [ME, PEER]);
});

const device = () => new Device(server, ME, timers);
const stateOf = (from: Device, id = direct) => from.keeper.data.conversations[id];
const outboxOf = (from: Device, id = direct) => from.keeper.data.outbox[id] ?? [];

describe("coming up to date", () => {
  it("knows the person, the contacts and the conversations after the first sync", async () => {
    say(direct, "hello");
    const mine = await device().start();
    expect(mine.keeper.data.me).toEqual(server.users.get(ME)?.me);
    expect(Object.keys(mine.keeper.data.contacts)).toEqual([PEER]);
    expect(stateOf(mine)?.head).toEqual(server.head(direct, ME));
    expect(mine.store.getState().connection).toBe("online");
  });

  it("reads ahead the newest page of a conversation it has nothing of", async () => {
    for (let i = 1; i <= 120; i++) {
      say(direct, `m${i}`);
    }

    const mine = await device().start();
    expect(stateOf(mine)?.ranges).toEqual([{ from: 71, to: 120 }]);
  });

  it("fetches the difference of what it has when it comes back", async () => {
    say(direct, "one");
    say(direct, "two");
    const mine = await device().start();
    mine.line?.cut();
    for (let i = 0; i < 30; i++) {
      say(direct, `missed ${i}`);
    }

    timers.advance(1000);
    await mine.quiet();
    expect(mine.line?.heard.filter((frame) => frame.t === "difference")).toHaveLength(1);
    expect(stateOf(mine)).toMatchObject({ pts: 32, ranges: [{ from: 1, to: 32 }] });
  });

  it("keeps the newest page and leaves a hole when it was away for too long", async () => {
    say(direct, "one");
    const mine = await device().start();
    mine.line?.cut();
    for (let i = 0; i < 300; i++) {
      say(direct, `missed ${i}`);
    }

    timers.advance(1000);
    await mine.quiet();
    expect(mine.line?.heard.some((frame) => frame.t === "difference")).toBe(false);
    expect(stateOf(mine)).toMatchObject({ pts: 301, ranges: [{ from: 252, to: 301 }] });

    await mine.engine.history(direct, { before: 252 });
    expect(stateOf(mine)?.ranges).toEqual([{ from: 202, to: 301 }]);
  });

  it("pages through all heads at first, and only through those that can have changed later", async () => {
    for (let i = 0; i < 130; i++) {
      const group = server.create("group", [ME, PEER], `g${i}`);
      server.now += 1000;
      say(group, "hi");
    }

    const mine = await device().start();
    const heads = () => mine.line?.heard.filter((frame) => frame.t === "heads").length;
    expect(heads()).toBe(3);
    expect(Object.keys(mine.keeper.data.conversations)).toHaveLength(131);

    server.now += 300_000;
    timers.advance(30_000);
    await mine.quiet();
    mine.line?.cut();
    say(direct, "new");
    timers.advance(1000);
    await mine.quiet();
    expect(heads()).toBe(1);
    expect(stateOf(mine)?.head.seq).toBe(1);
  });

  it("starts afresh when the server knows less than it does", async () => {
    say(direct, "hello");
    const mine = await device().start();
    mine.line?.cut();
    const other = new FakeServer(timers.now());
    other.addUser(ME);
    server.users.clear();
    server.conversations.clear();
    server.addUser(ME);
    timers.advance(1000);
    await mine.quiet();
    expect(mine.keeper.data).toMatchObject({ conversations: {}, contacts: {}, personalPts: 1 });
  });

  it("finds out at once whether the line holds when the browser says that the network is gone", async () => {
    const mine = await device().start();
    mine.isOnline = false;
    mine.socket.sleep();
    await mine.quiet();
    timers.advance(10_000);
    await mine.quiet();
    expect(mine.store.getState().connection).toBe("online");

    if (mine.line !== undefined) {
      mine.line.isFast = false;
    }

    mine.socket.sleep();
    timers.advance(5_000);
    await mine.quiet();
    expect(mine.store.getState().connection).toBe("offline");
  });

  it("stops for good when the session is revoked", async () => {
    const mine = await device().start();
    mine.line?.cut(4403);
    timers.advance(120_000);
    await mine.quiet();
    expect(mine.isRevoked).toBe(true);
    expect(mine.line?.readyState).toBe(3);
  });
});

describe("what is pushed", () => {
  it("applies a message that is the next change", async () => {
    const mine = await device().start();
    say(direct, "hello");
    await mine.quiet();
    expect(stateOf(mine)).toMatchObject({ pts: 1, head: { seq: 1, lastMessage: { body: text("hello") } } });
  });

  it("fetches the difference when a change is missing before it", async () => {
    const mine = await device().start();
    const line = mine.line;
    expect(line).toBeDefined();
    if (line !== undefined) {
      line.isFast = false;
    }

    say(direct, "lost");
    line?.drop(0);
    say(direct, "seen");
    line?.deliver(0);
    await mine.quiet();
    line?.deliverAll();
    await mine.quiet();
    expect(stateOf(mine)).toMatchObject({ pts: 2, ranges: [{ from: 1, to: 2 }] });
  });

  it("notices by the pong that the last change was lost", async () => {
    const mine = await device().start();
    const line = mine.line;
    if (line !== undefined) {
      line.isFast = false;
    }

    say(direct, "lost");
    line?.drop(0);
    if (line !== undefined) {
      line.isFast = true;
    }

    timers.advance(30_000);
    await mine.quiet();
    expect(stateOf(mine)).toMatchObject({ pts: 1, head: { seq: 1 } });
  });

  it("fetches the head of a conversation it does not know", async () => {
    const mine = await device().start();
    const line = mine.line;
    if (line !== undefined) {
      line.isFast = false;
    }

    const group = server.create("group", [ME, PEER], "new");
    line?.drop(0);
    if (line !== undefined) {
      line.isFast = true;
    }

    say(group, "welcome");
    await mine.quiet();
    expect(stateOf(mine, group)?.head).toEqual(server.head(group, ME));
  });

  it("forgets a conversation that the person left on another device", async () => {
    const group = server.create("group", [ME, PEER], "g");
    const mine = await device().start();
    server.leave(group, ME);
    await mine.quiet();
    expect(stateOf(mine, group)).toBeUndefined();
  });

  it("shows a change of an old message", async () => {
    for (let i = 0; i < 5; i++) {
      say(direct, `m${i}`);
    }

    const mine = await device().openDatabase();
    await mine.start();
    server.change(direct, 2, text("changed"));
    await mine.quiet();
    const kept = await mine.keeper.messages(direct, 1, 5);
    expect(kept.map(textOf)).toEqual(["m0", "changed", "m2", "m3", "m4"]);
    expect(stateOf(mine)).toMatchObject({ pts: 6, head: { seq: 5 } });
    await mine.stop();
  });

  it("forgets after 6 seconds that somebody types, and when their message comes", async () => {
    const mine = await device().start();
    const peer = await new Device(server, PEER, timers).start();
    await peer.engine.type(direct);
    await mine.quiet();
    expect(mine.store.getState().typing).toEqual({ [direct]: [PEER] });
    timers.advance(6000);
    expect(mine.store.getState().typing).toEqual({});

    await peer.engine.type(direct);
    await mine.quiet();
    say(direct, "there");
    await mine.quiet();
    expect(mine.store.getState().typing).toEqual({});
  });

  it("tells of its own typing at most every 3 seconds", async () => {
    const mine = await device().start();
    const told = () => mine.line?.heard.filter((frame) => frame.t === "typing").length;
    await mine.engine.type(direct);
    await mine.engine.type(direct);
    await mine.quiet();
    expect(told()).toBe(1);
    timers.advance(3000);
    await mine.engine.type(direct);
    await mine.quiet();
    expect(told()).toBe(2);
  });
});

describe("the outbox", () => {
  it("sends in order, each after the ack of the one before", async () => {
    const mine = await device().start();
    const line = mine.line;
    if (line !== undefined) {
      line.isFast = false;
    }

    await Promise.all([mine.write(direct, "a"), mine.write(direct, "b"), mine.write(direct, "c")]);
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["a"]);
    expect(outboxOf(mine).map((row) => row.state)).toEqual(["sending", "queued", "queued"]);
    if (line !== undefined) {
      line.isFast = true;
    }

    line?.deliverAll();
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["a", "b", "c"]);
    expect(outboxOf(mine)).toEqual([]);
    expect(stateOf(mine)?.head).toMatchObject({ seq: 3, readSeq: 3 });
  });

  it("sends what was written offline once the connection is back, exactly once", async () => {
    const mine = await device().start();
    mine.line?.cut();
    await mine.write(direct, "offline 1");
    await mine.write(direct, "offline 2");
    expect(outboxOf(mine).map((row) => row.state)).toEqual(["queued", "queued"]);
    timers.advance(1000);
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["offline 1", "offline 2"]);
    expect(outboxOf(mine)).toEqual([]);
  });

  it("does not double a message whose ack was lost", async () => {
    const mine = await device().start();
    if (mine.line !== undefined) {
      mine.line.isFast = false;
    }

    await mine.write(direct, "once");
    await mine.quiet();
    mine.line?.cut();
    timers.advance(1000);
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["once"]);
    expect(outboxOf(mine)).toEqual([]);
    expect(stateOf(mine)).toMatchObject({ pts: 1, head: { readSeq: 1 }, ranges: [{ from: 1, to: 1 }] });
  });

  it("sends what a page that was closed had written", async () => {
    const before = await device().openDatabase();
    await before.start();
    before.line?.cut();
    await before.write(direct, "kept");
    await before.stop();

    const after = await device().openDatabase();
    expect(outboxOf(after).map((row) => row.text)).toEqual(["kept"]);
    await after.start();
    expect(textsOnServer(direct)).toEqual(["kept"]);
    await after.stop();
  });

  it("waits and tries again when the error passes", async () => {
    let attempts = 0;
    server.refuseSend = () => (attempts++ === 0 ? { code: "store_unavailable", retryable: true } : undefined);
    const mine = await device().start();
    await mine.write(direct, "patient");
    await mine.write(direct, "second");
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual([]);
    timers.advance(1000);
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["patient", "second"]);
  });

  it("waits as long as the server says when it sends too much, and keeps the order", async () => {
    let allowed = 2;
    server.refuseSend = () =>
      allowed-- > 0 ? undefined : { code: "rate_limited", retryable: true, retryAfterMs: 20_000 };
    const mine = await device().start();
    const texts = ["one", "two", "three", "four"];
    for (const each of texts) {
      await mine.write(direct, each);
    }

    await mine.quiet();
    timers.advance(19_999);
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["one", "two"]);
    expect(outboxOf(mine).map((row) => row.state)).not.toContain("failed");
    allowed = 2;
    timers.advance(1);
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(texts);
  });

  it("marks a message as failed when the error stays, and sends the next", async () => {
    server.refuseSend = (value) => (value === "bad" ? { code: "not_contacts", retryable: false } : undefined);
    const mine = await device().start();
    await mine.write(direct, "bad");
    await mine.write(direct, "good");
    await mine.quiet();
    expect(textsOnServer(direct)).toEqual(["good"]);
    expect(outboxOf(mine)).toMatchObject([{ text: "bad", state: "failed", errorCode: "not_contacts" }]);
  });

  it("leaves unread what came in while it was written", async () => {
    const mine = await device().start();
    mine.line?.cut();
    await mine.write(direct, "mine");
    say(direct, "theirs");
    timers.advance(1000);
    await mine.quiet();
    expect(stateOf(mine)?.head).toMatchObject({ seq: 2, readSeq: 0 });
  });
});

describe("marks", () => {
  it("tells what has arrived, once and soon", async () => {
    const mine = await device().start();
    for (let i = 0; i < 5; i++) {
      say(direct, `m${i}`);
      await mine.quiet();
    }

    timers.advance(200);
    await mine.quiet();
    expect(mine.line?.heard.filter((frame) => frame.t === "mark")).toEqual([
      { t: "mark", conversation: direct, delivered: 5 },
    ]);
    expect(server.conversations.get(direct)?.members.get(ME)).toMatchObject({ deliveredSeq: 5, readSeq: 0 });
  });

  it("tells what was read, and again over the next connection when the first was lost", async () => {
    say(direct, "hello");
    const mine = await device().start();
    await mine.engine.mark(direct, 1);
    expect(stateOf(mine)?.head.readSeq).toBe(1);
    mine.line?.cut();
    timers.advance(2000);
    await mine.quiet();
    timers.advance(200);
    await mine.quiet();
    expect(server.head(direct, ME)?.readSeq).toBe(1);
  });

  it("does not echo what another device has read", async () => {
    say(direct, "hello");
    const mine = await device().start();
    server.mark(direct, ME, 1);
    await mine.quiet();
    timers.advance(1000);
    await mine.quiet();
    expect(mine.line?.heard.filter((frame) => frame.t === "mark" && frame.read !== undefined)).toEqual([]);
  });
});
