import type {
  ClientId,
  Contact,
  ContactRequest,
  ContactRequestId,
  ConversationHead,
  ConversationId,
  ConversationMember,
  Me,
  PersonDetails,
  SessionId,
  SessionInfo,
  UpdateProfileRequest,
  UserId,
} from "../api/wire";

/**
 * What the screens can ask for. What returns a promise goes to the server and rejects with an `ApiError`; the rest takes
 * effect here at once and reaches the server when it can.
 */
export interface Client {
  /** Begins: reads what this device knows, then connects. Called once, before the first screen. */
  start: () => void;

  register: (account: { handle: string; name: string; password: string }) => Promise<void>;
  signIn: (account: { handle: string; password: string }) => Promise<void>;
  /** Ends the session and forgets everything of the person on this device. */
  signOut: () => Promise<void>;
  changePassword: (current: string, next: string) => Promise<void>;
  updateProfile: (profile: UpdateProfileRequest) => Promise<Me>;
  setAvatar: (picture: Blob) => Promise<Me>;
  removeAvatar: () => Promise<Me>;
  listSessions: () => Promise<SessionInfo[]>;
  revokeSession: (session: SessionId) => Promise<void>;

  /** Rejects with `not_found` when nobody has exactly this handle. */
  findPerson: (handle: string) => Promise<PersonDetails>;
  getPerson: (user: UserId) => Promise<PersonDetails>;
  sendContactRequest: (user: UserId, greeting: string) => Promise<ContactRequest>;
  acceptRequest: (request: ContactRequestId) => Promise<Contact>;
  declineRequest: (request: ContactRequestId) => Promise<ContactRequest>;
  deleteContact: (user: UserId) => Promise<void>;

  openDirect: (user: UserId) => Promise<ConversationHead>;
  openNotes: () => Promise<ConversationHead>;
  createGroup: (title: string, members: UserId[]) => Promise<ConversationHead>;
  renameGroup: (conversation: ConversationId, title: string) => Promise<void>;
  leaveGroup: (conversation: ConversationId) => Promise<void>;
  /** Everybody in it, all pages. */
  listMembers: (conversation: ConversationId) => Promise<ConversationMember[]>;

  /** Puts a text into the outbox; it is sent as soon as that is possible, once, and in order. */
  sendText: (conversation: ConversationId, text: string) => void;
  /** Sends a failed message again. */
  retry: (clientId: ClientId) => void;
  /** Takes a failed message out of the outbox. */
  discard: (clientId: ClientId) => void;
  setDraft: (conversation: ConversationId, text: string) => void;
  /** Everything up to this message has been seen. A lower number than before changes nothing. */
  markRead: (conversation: ConversationId, seq: number) => void;
  /** A key was pressed; call it as often as that happens. */
  typing: (conversation: ConversationId) => void;

  /** Loads the newest messages of a conversation and keeps them current until the returned function is called. */
  openTimeline: (conversation: ConversationId) => () => void;
  /** Resolves once they are there, or could not be had (offline). Calls while one is under way join it. */
  loadOlder: (conversation: ConversationId) => Promise<void>;
  loadNewer: (conversation: ConversationId) => Promise<void>;
  jumpToLatest: (conversation: ConversationId) => Promise<void>;
  /** Moves the timeline to where a message is in the middle. */
  jumpTo: (conversation: ConversationId, seq: number) => Promise<void>;
}

export declare const client: Client;
