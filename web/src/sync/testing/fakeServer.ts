import { ApiError } from "../../api/apiError";
import type {
  ClientFrame,
  Contact,
  ContactRequest,
  ConversationHead,
  ConversationId,
  ConversationKind,
  Me,
  Message,
  MessageBody,
  MessageSent,
  PersonalChange,
  ServerFrame,
  UserId,
} from "../../api/wire";
import type { FakeLine } from "./fakeLine";

interface Member {
  joinedSeq: number;
  readSeq: number;
  deliveredSeq: number;
}

interface Conversation {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  title?: string;
  canSend: boolean;
  readonly createdAt: number;
  pts: number;
  readonly members: Map<UserId, Member>;
  readonly messages: Message[];
  /** What each message was acknowledged with; a retry gets the same. */
  readonly acks: Map<string, MessageSent>;
}

type Subject =
  | { kind: "me" }
  | { kind: "contact"; user: UserId }
  | { kind: "request"; id: string }
  | { kind: "conversation"; id: ConversationId }
  | { kind: "read"; id: ConversationId };

interface User {
  me: Me;
  pts: number;
  /** Each thing once, at its last change. */
  readonly log: Map<string, { pts: number; subject: Subject }>;
  readonly contacts: Map<UserId, Contact>;
  readonly requests: Map<string, ContactRequest>;
}

/** A model of the server: the same rules, in memory, at once. */
export class FakeServer {
  readonly users = new Map<UserId, User>();
  readonly conversations = new Map<ConversationId, Conversation>();
  readonly lines = new Set<FakeLine>();
  now: number;
  /** Answers to sends before they are handled; a code makes the send fail with it. */
  refuseSend: ((text: string) => { code: string; retryable: boolean; retryAfterMs?: number } | undefined) | undefined;
  /** The most rows in an answer to `changes` and `heads`, to have several pages of little. */
  pageCap = 200;
  #nextId = 1;

  constructor(now: number) {
    this.now = now;
  }

  addUser(id: UserId): void {
    const me = { id, handle: `u${id}`, name: `User ${id}`, region: "", signature: "" };
    this.users.set(id, { me, pts: 0, log: new Map(), contacts: new Map(), requests: new Map() });
    this.#note(id, { kind: "me" });
  }

  rename(user: UserId, name: string): void {
    const row = this.#user(user);
    row.me = { ...row.me, name };
    this.#note(user, { kind: "me" });
  }

  addContact(owner: UserId, other: UserId): void {
    const { name, handle } = this.#user(other).me;
    this.#user(owner).contacts.set(other, {
      person: { id: other, handle, name },
      region: "",
      signature: "",
      initial: "U",
      sortKey: name.toLowerCase(),
      since: this.now,
    });
    this.#note(owner, { kind: "contact", user: other });
  }

  removeContact(owner: UserId, other: UserId): void {
    this.#user(owner).contacts.delete(other);
    this.#note(owner, { kind: "contact", user: other });
  }

  request(to: UserId, from: UserId, state: ContactRequest["state"]): void {
    const { name, handle } = this.#user(from).me;
    const id = `${from}${to}`;
    const person = { id: from, handle, name };
    this.#user(to).requests.set(id, { id, person, isIncoming: true, greeting: "hi", state, sentAt: this.now });
    this.#note(to, { kind: "request", id });
  }

  create(kind: ConversationKind, members: readonly UserId[], title?: string): ConversationId {
    const id = String(1000 + this.#nextId++);
    const rows = members.map((user) => [user, { joinedSeq: 0, readSeq: 0, deliveredSeq: 0 }] as const);
    this.conversations.set(id, {
      id,
      kind,
      ...(title !== undefined && { title }),
      canSend: true,
      createdAt: this.now,
      pts: 0,
      members: new Map(rows),
      messages: [],
      acks: new Map(),
    });
    this.noteConversation(id);
    return id;
  }

  /** Appends a message, or answers with the one that this client id made before. */
  send(id: ConversationId, sender: UserId, body: MessageBody, clientId: string, from?: FakeLine): void {
    const conversation = this.#conversation(id);
    const known = conversation.acks.get(clientId);
    if (known !== undefined) {
      from?.push({ t: "ack", ...known });
      return;
    }

    conversation.pts++;
    const seq = conversation.messages.length + 1;
    const ack = { conversation: id, clientId, seq, pts: conversation.pts, sentAt: this.now };
    const message = { ...ack, sender, body };
    conversation.messages.push(message);
    conversation.acks.set(clientId, ack);
    for (const line of this.lines) {
      if (line === from) {
        line.push({ t: "ack", ...ack });
      } else if (conversation.members.has(line.user)) {
        line.push({ t: "message", message });
      }
    }
  }

  /** Something about an old message changes, such as a recall will do. */
  change(id: ConversationId, seq: number, body: MessageBody): void {
    const conversation = this.#conversation(id);
    const before = conversation.messages[seq - 1];
    if (before !== undefined) {
      conversation.pts++;
      const message = { ...before, body, pts: conversation.pts };
      conversation.messages[seq - 1] = message;
      this.#toMembers(conversation, { t: "message", message });
    }
  }

  retitle(id: ConversationId, title: string): void {
    this.#conversation(id).title = title;
    this.noteConversation(id);
  }

  setCanSend(id: ConversationId, canSend: boolean): void {
    this.#conversation(id).canSend = canSend;
    this.noteConversation(id);
  }

  leave(id: ConversationId, user: UserId): void {
    this.#conversation(id).members.delete(user);
    this.#note(user, { kind: "conversation", id });
    this.noteConversation(id);
  }

  join(id: ConversationId, user: UserId): void {
    const conversation = this.#conversation(id);
    const seq = conversation.messages.length;
    if (!conversation.members.has(user)) {
      conversation.members.set(user, { joinedSeq: seq, readSeq: seq, deliveredSeq: seq });
      this.noteConversation(id);
    }
  }

  mark(id: ConversationId, user: UserId, read = 0, delivered = 0): void {
    const conversation = this.#conversation(id);
    const member = conversation.members.get(user);
    if (member === undefined) {
      return;
    }

    const last = conversation.messages.length;
    const before = { ...member };
    member.readSeq = Math.max(member.readSeq, Math.min(read, last));
    member.deliveredSeq = Math.max(member.deliveredSeq, member.readSeq, Math.min(delivered, last));
    if (member.readSeq > before.readSeq) {
      this.#note(user, { kind: "read", id });
    }

    if (
      conversation.kind === "direct" &&
      (before.readSeq < member.readSeq || before.deliveredSeq < member.deliveredSeq)
    ) {
      for (const line of this.lines) {
        if (line.user !== user && conversation.members.has(line.user)) {
          line.push({ t: "marks", conversation: id, user, read: member.readSeq, delivered: member.deliveredSeq });
        }
      }
    }
  }

  head(id: ConversationId, user: UserId): ConversationHead | undefined {
    const conversation = this.conversations.get(id);
    const member = conversation?.members.get(user);
    if (conversation === undefined || member === undefined) {
      return undefined;
    }

    const last = conversation.messages.at(-1);
    const [peerId, peer] = [...conversation.members].find(([other]) => other !== user) ?? [];
    const isDirect = conversation.kind === "direct" && peerId !== undefined && peer !== undefined;
    return {
      id,
      kind: conversation.kind,
      ...(conversation.title !== undefined && { title: conversation.title }),
      ...(isDirect && {
        peer: { id: peerId, handle: `u${peerId}`, name: this.#user(peerId).me.name },
        peerReadSeq: peer.readSeq,
        peerDeliveredSeq: peer.deliveredSeq,
      }),
      memberCount: conversation.members.size,
      role: "member",
      canSend: conversation.canSend,
      seq: conversation.messages.length,
      pts: conversation.pts,
      joinedSeq: member.joinedSeq,
      readSeq: member.readSeq,
      ...(last !== undefined && last.seq > member.joinedSeq && { lastMessage: last }),
      activeAt: last?.sentAt ?? conversation.createdAt,
    };
  }

  headsOf(user: UserId): ConversationHead[] {
    return [...this.conversations.keys()]
      .flatMap((id) => this.head(id, user) ?? [])
      .sort((a, b) => b.activeAt - a.activeAt || Number(b.id) - Number(a.id));
  }

  getConversation(id: ConversationId, user: UserId): Promise<ConversationHead> {
    const head = this.head(id, user);
    return head === undefined ? Promise.reject(new ApiError("not_found", false)) : Promise.resolve(head);
  }

  handle(line: FakeLine, frame: ClientFrame): void {
    const { user } = line;
    switch (frame.t) {
      case "hello":
        this.lines.add(line);
        line.answer({ t: "welcome", session: "1", user, pts: this.#user(user).pts, now: this.now, pingSeconds: 30 });
        break;
      case "send":
        this.#handleSend(line, frame);
        break;
      case "mark":
        this.mark(frame.conversation, user, frame.read, frame.delivered);
        break;
      case "typing":
        this.#toOthers(frame.conversation, user, { t: "typing", conversation: frame.conversation, user });
        break;
      case "changes":
        line.answer({ t: "changes", id: frame.id, result: this.#changes(user, frame.since, frame.limit) });
        break;
      case "heads":
        line.answer({ t: "heads", id: frame.id, result: this.#heads(user, frame.after, frame.limit) });
        break;
      case "difference":
      case "history":
        this.#handleReading(line, frame);
        break;
      case "ping":
        line.answer({ t: "pong", id: frame.id, pushed: line.pushed, pts: this.#user(user).pts, now: this.now });
        break;
    }
  }

  noteConversation(id: ConversationId): void {
    for (const user of this.#conversation(id).members.keys()) {
      this.#note(user, { kind: "conversation", id });
    }
  }

  #handleSend(line: FakeLine, { conversation, clientId, body }: Extract<ClientFrame, { t: "send" }>): void {
    const refusal = this.refuseSend?.(body.kind === "text" ? body.text : "");
    const code = this.conversations.get(conversation)?.members.has(line.user) ? refusal?.code : "not_found";
    if (code === undefined) {
      this.send(conversation, line.user, body, clientId, line);
    } else {
      const { retryable = false, retryAfterMs } = refusal ?? {};
      line.answer({ t: "error", code, message: code, retryable, clientId, retryAfterMs });
    }
  }

  #handleReading(line: FakeLine, frame: Extract<ClientFrame, { t: "difference" | "history" }>): void {
    const conversation = this.conversations.get(frame.conversation);
    const member = conversation?.members.get(line.user);
    if (conversation === undefined || member === undefined) {
      line.answer({ t: "error", code: "not_found", message: "", retryable: false, id: frame.id });
      return;
    }

    const visible = conversation.messages.slice(member.joinedSeq);
    const limit = frame.limit ?? (frame.t === "difference" ? 200 : 50);
    if (frame.t === "difference") {
      const changed = visible.filter((message) => message.pts > frame.since).sort((a, b) => a.pts - b.pts);
      const messages = changed.slice(0, limit);
      const isComplete = messages.length === changed.length;
      const pts = isComplete ? conversation.pts : (messages.at(-1)?.pts ?? frame.since);
      line.answer({
        t: "difference",
        id: frame.id,
        result: { conversation: conversation.id, messages, pts, isComplete },
      });
      return;
    }

    const { after, before = Number.POSITIVE_INFINITY } = frame;
    const wanted = visible.filter((message) => message.seq < before && message.seq > (after ?? 0));
    const messages = after === undefined ? wanted.slice(-limit) : wanted.slice(0, limit);
    line.answer({ t: "history", id: frame.id, result: { messages, hasMore: messages.length < wanted.length } });
  }

  #changes(user: UserId, since: number, limit = 200) {
    const { log, pts } = this.#user(user);
    const rows = [...log.values()].filter((row) => row.pts > since).sort((a, b) => a.pts - b.pts);
    const page = rows.slice(0, Math.min(limit, this.pageCap));
    const isComplete = page.length === rows.length;
    return {
      changes: page.map((row) => this.#render(user, row.subject)),
      pts: isComplete ? pts : (page.at(-1)?.pts ?? pts),
      isComplete,
    };
  }

  #heads(user: UserId, after: string | undefined, limit = 50) {
    const [at, id] = (after ?? "Infinity/0").split("/").map(Number);
    const rest = this.headsOf(user).filter(
      (head) => head.activeAt < (at ?? 0) || (head.activeAt === at && Number(head.id) < (id ?? 0)),
    );
    const items = rest.slice(0, Math.min(limit, this.pageCap));
    const last = items.at(-1);
    return { items, ...(items.length < rest.length && last && { next: `${last.activeAt}/${last.id}` }) };
  }

  #note(id: UserId, subject: Subject): void {
    const user = this.#user(id);
    user.pts++;
    user.log.set(JSON.stringify(subject), { pts: user.pts, subject });
    const change = this.#render(id, subject);
    for (const line of this.lines) {
      if (line.user === id) {
        line.push({ t: "personal", pts: user.pts, change });
      }
    }
  }

  #render(id: UserId, subject: Subject): PersonalChange {
    const user = this.#user(id);
    switch (subject.kind) {
      case "me":
        return { kind: "me", me: user.me };
      case "contact": {
        const contact = user.contacts.get(subject.user);
        return contact ? { kind: "contact", contact } : { kind: "contact_removed", user: subject.user };
      }
      case "request":
        return { kind: "request", request: user.requests.get(subject.id) as ContactRequest };
      case "conversation": {
        const head = this.head(subject.id, id);
        return head ? { kind: "conversation", head } : { kind: "conversation_removed", conversation: subject.id };
      }
      case "read": {
        const readSeq = this.#conversation(subject.id).members.get(id)?.readSeq ?? 0;
        return { kind: "read", conversation: subject.id, readSeq };
      }
    }
  }

  #toMembers(conversation: Conversation, frame: ServerFrame): void {
    for (const line of this.lines) {
      if (conversation.members.has(line.user)) {
        line.push(frame);
      }
    }
  }

  #toOthers(id: ConversationId, user: UserId, frame: ServerFrame): void {
    for (const line of this.lines) {
      if (line.user !== user && this.#conversation(id).members.has(line.user)) {
        line.push(frame);
      }
    }
  }

  #user(id: UserId): User {
    return this.users.get(id) as User;
  }

  #conversation(id: ConversationId): Conversation {
    return this.conversations.get(id) as Conversation;
  }
}
