import { describe, expect, it } from "vitest";
import type { Contact, ContactRequest, ConversationHead, Person } from "../api/wire";
import { type ConversationState, emptyData, reduce } from "./data";

const cat: Person = { id: "3", handle: "cat", name: "Cat" };
const renamed: Person = { ...cat, name: "雁南飞", avatar: "v2" };

function request(person: Person, state: ContactRequest["state"]): ContactRequest {
  return { id: "9", person, isIncoming: true, greeting: "", state, sentAt: 1 };
}

function contact(person: Person): Contact {
  return { person, region: "", signature: "", initial: "Y", sortKey: "yan", since: 1 };
}

function conversation(peer: Person): ConversationState {
  const head: ConversationHead = {
    id: "7",
    kind: "direct",
    peer,
    memberCount: 2,
    role: "member",
    canSend: true,
    seq: 0,
    pts: 0,
    joinedSeq: 0,
    readSeq: 0,
    activeAt: 1,
  };
  return { id: head.id, head, pts: 0, ranges: [], marked: { read: 0, delivered: 0 } };
}

describe("people", () => {
  it("are in their conversations who they are as contacts", () => {
    const before = reduce(emptyData, { conversations: [conversation(cat)], contacts: [contact(cat)] });
    const after = reduce(before, { contacts: [contact(renamed)] });
    expect(after.conversations["7"]?.head.peer).toEqual(renamed);
    expect(after.persons["3"]).toEqual(renamed);
  });

  it("are not taken back to who they were by an older conversation", () => {
    const before = reduce(emptyData, { contacts: [contact(renamed)] });
    const after = reduce(before, { conversations: [conversation(cat)] });
    expect(after.conversations["7"]?.head.peer).toEqual(renamed);
    expect(after.persons["3"]).toEqual(renamed);
  });

  it("are who they are as contacts when all is read from the device at once", () => {
    const all = { conversations: [conversation(cat)], requests: [request(cat, "accepted")] };
    const data = reduce(emptyData, { ...all, contacts: [contact(renamed)] });
    expect(data.conversations["7"]?.head.peer).toEqual(renamed);
    expect(data.requests["9"]?.person).toEqual(renamed);
    expect(data.persons["3"]).toEqual(renamed);
  });

  it("are in their requests who they are as contacts", () => {
    const before = reduce(emptyData, { requests: [request(cat, "accepted")], contacts: [contact(cat)] });
    const after = reduce(before, { contacts: [contact(renamed)] });
    expect(after.requests["9"]?.person).toEqual(renamed);
    expect(after.persons["3"]).toEqual(renamed);
  });

  it("are who a changed request says as long as they are no contacts", () => {
    const before = reduce(emptyData, { requests: [request(cat, "pending")] });
    const after = reduce(before, { requests: [request(renamed, "pending")] });
    expect(after.persons["3"]).toEqual(renamed);
  });

  it("keep the face they have elsewhere when a declined request does not show it", () => {
    const before = reduce(emptyData, { persons: [renamed] });
    const after = reduce(before, { requests: [request({ ...renamed, avatar: undefined } as Person, "declined")] });
    expect(after.persons["3"]).toEqual(renamed);
  });

  it("are not taken back to who they were by an older request", () => {
    const before = reduce(emptyData, { contacts: [contact(renamed)] });
    const after = reduce(before, { requests: [request(cat, "accepted")] });
    expect(after.persons["3"]).toEqual(renamed);
  });
});
