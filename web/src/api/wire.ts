/** Ids are 64-bit numbers on the server and strings of decimal digits here. */
export type UserId = string;
export type SessionId = string;
export type ConversationId = string;
export type ContactRequestId = string;
/** A UUID version 7 that this device gave to a message or a group. */
export type ClientId = string;

export type DeviceKind = "web" | "phone" | "tablet" | "terminal" | "bot";

export interface Device {
  name: string;
  kind: DeviceKind;
}

export interface Me {
  id: UserId;
  handle: string;
  name: string;
  avatar?: string;
  region: string;
  signature: string;
}

export interface SignedIn {
  session: SessionId;
  me: Me;
  accessToken: string;
  expiresInSeconds: number;
  refreshToken?: string;
}

export interface RegisterRequest {
  handle: string;
  name: string;
  password: string;
  device: Device;
  useCookie?: boolean;
}

export interface SignInRequest {
  handle: string;
  password: string;
  device: Device;
  useCookie?: boolean;
}

export interface UpdateProfileRequest {
  name?: string;
  region?: string;
  signature?: string;
}

export interface ChangePasswordRequest {
  current: string;
  next: string;
}

export interface SessionInfo {
  id: SessionId;
  device: Device;
  signedInAt: number;
  lastActiveAt: number;
  isCurrent: boolean;
}

export interface Page<T> {
  items: T[];
  next?: string;
}

export interface Person {
  id: UserId;
  handle: string;
  name: string;
  avatar?: string;
}

export type Relation = "none" | "self" | "contact" | "requested" | "waiting";

export interface PersonDetails {
  person: Person;
  region: string;
  signature: string;
  relation: Relation;
  request?: ContactRequestId;
}

export interface Contact {
  person: Person;
  region: string;
  signature: string;
  initial: string;
  sortKey: string;
  since: number;
}

export type ContactRequestState = "pending" | "accepted" | "declined";

export interface ContactRequest {
  id: ContactRequestId;
  person: Person;
  isIncoming: boolean;
  greeting: string;
  state: ContactRequestState;
  sentAt: number;
}

export type ConversationKind = "direct" | "group" | "notes";
export type MemberRole = "member" | "owner";

export interface ConversationHead {
  id: ConversationId;
  kind: ConversationKind;
  title?: string;
  peer?: Person;
  memberCount: number;
  role: MemberRole;
  canSend: boolean;
  seq: number;
  pts: number;
  joinedSeq: number;
  readSeq: number;
  peerReadSeq?: number;
  peerDeliveredSeq?: number;
  lastMessage?: Message;
  activeAt: number;
}

export interface ConversationMember {
  person: Person;
  role: MemberRole;
  readSeq: number;
  deliveredSeq: number;
}

export type TextBody = { kind: "text"; text: string };

/** A kind that is not in this list can arrive from a newer server: it is kept and shown as "not supported here". */
export type MessageBody =
  | TextBody
  | { kind: "became_contacts"; greeting: string; requester: UserId }
  | { kind: "group_created"; title: string; members: UserId[] }
  | { kind: "group_renamed"; title: string }
  | { kind: "member_left"; newOwner?: UserId };

export interface Message {
  conversation: ConversationId;
  seq: number;
  pts: number;
  sender: UserId;
  clientId: ClientId;
  body: MessageBody;
  sentAt: number;
}

export interface MessageSent {
  conversation: ConversationId;
  clientId: ClientId;
  seq: number;
  pts: number;
  sentAt: number;
}

export interface HistoryPage {
  messages: Message[];
  hasMore: boolean;
}

export interface MarkRequest {
  read?: number;
  delivered?: number;
}

export interface ConversationDifference {
  conversation: ConversationId;
  messages: Message[];
  pts: number;
  isComplete: boolean;
}

export type PersonalChange =
  | { kind: "me"; me: Me }
  | { kind: "contact"; contact: Contact }
  | { kind: "contact_removed"; user: UserId }
  | { kind: "request"; request: ContactRequest }
  | { kind: "conversation"; head: ConversationHead }
  | { kind: "conversation_removed"; conversation: ConversationId }
  | { kind: "read"; conversation: ConversationId; readSeq: number };

export interface PersonalDifference {
  changes: PersonalChange[];
  pts: number;
  isComplete: boolean;
}

export interface Problem {
  status: number;
  title: string;
  code: string;
  retryable: boolean;
  retryAfterMs?: number;
  detail?: string;
}

export type ClientFrame =
  | { t: "hello"; v: number; token: string }
  | { t: "send"; conversation: ConversationId; clientId: ClientId; body: MessageBody }
  | ({ t: "mark"; conversation: ConversationId } & MarkRequest)
  | { t: "typing"; conversation: ConversationId }
  | { t: "changes"; id: number; since: number; limit?: number }
  | { t: "heads"; id: number; after?: string; limit?: number }
  | { t: "difference"; id: number; conversation: ConversationId; since: number; limit?: number }
  | { t: "history"; id: number; conversation: ConversationId; before?: number; after?: number; limit?: number }
  | { t: "ping"; id: number };

export type ServerFrame =
  | { t: "welcome"; session: SessionId; user: UserId; pts: number; now: number; pingSeconds: number }
  | ({ t: "ack" } & MessageSent)
  | { t: "message"; message: Message }
  | { t: "personal"; pts: number; change: PersonalChange }
  | { t: "marks"; conversation: ConversationId; user: UserId; read: number; delivered: number }
  | { t: "typing"; conversation: ConversationId; user: UserId }
  | { t: "changes"; id: number; result: PersonalDifference }
  | { t: "heads"; id: number; result: Page<ConversationHead> }
  | { t: "difference"; id: number; result: ConversationDifference }
  | { t: "history"; id: number; result: HistoryPage }
  | { t: "pong"; id: number; pushed: number; pts: number; now: number }
  | { t: "resync" }
  | {
      t: "error";
      code: string;
      message: string;
      retryable: boolean;
      id?: number;
      clientId?: ClientId;
      retryAfterMs?: number;
    };
