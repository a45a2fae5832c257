import { ApiError } from "./apiError";
import { errorOf, type Session } from "./session";
import type {
  ChangePasswordRequest,
  ClientId,
  Contact,
  ContactRequest,
  ContactRequestId,
  ConversationHead,
  ConversationId,
  ConversationMember,
  Me,
  Page,
  PersonDetails,
  RegisterRequest,
  SessionId,
  SessionInfo,
  SignedIn,
  SignInRequest,
  UpdateProfileRequest,
  UserId,
} from "./wire";

interface Call {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** For the calls that make a session. */
  readonly isAnonymous?: boolean;
}

/** The server's HTTP interface. Every call rejects with an `ApiError`. */
export class Api {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  register = (request: RegisterRequest) =>
    this.#call<SignedIn>("POST", "/api/accounts", { body: request, isAnonymous: true });
  signIn = (request: SignInRequest) =>
    this.#call<SignedIn>("POST", "/api/sessions", { body: request, isAnonymous: true });
  signOut = () => this.#call<void>("DELETE", "/api/sessions/current");
  listSessions = () => this.#all<SessionInfo>("/api/sessions");
  revokeSession = (id: SessionId) => this.#call<void>("DELETE", `/api/sessions/${id}`);

  updateMe = (request: UpdateProfileRequest) => this.#call<Me>("PATCH", "/api/me", { body: request });
  changePassword = (request: ChangePasswordRequest) => this.#call<void>("PUT", "/api/me/password", { body: request });
  setAvatar = (picture: Blob) => this.#call<Me>("PUT", "/api/me/avatar", { body: picture });
  removeAvatar = () => this.#call<Me>("DELETE", "/api/me/avatar");

  getPerson = (id: UserId) => this.#call<PersonDetails>("GET", `/api/users/${id}`);
  findPerson = (handle: string) => this.#call<PersonDetails>("GET", `/api/people/${encodeURIComponent(handle)}`);
  sendRequest = (user: UserId, greeting: string) =>
    this.#call<ContactRequest>("POST", "/api/contact-requests", { body: { user, greeting } });
  acceptRequest = (id: ContactRequestId) => this.#call<Contact>("POST", `/api/contact-requests/${id}/accept`);
  declineRequest = (id: ContactRequestId) => this.#call<ContactRequest>("POST", `/api/contact-requests/${id}/decline`);
  deleteContact = (user: UserId) => this.#call<void>("DELETE", `/api/contacts/${user}`);

  openDirect = (user: UserId) => this.#call<ConversationHead>("POST", "/api/conversations/direct", { body: { user } });
  openNotes = () => this.#call<ConversationHead>("POST", "/api/conversations/notes");
  createGroup = (clientId: ClientId, title: string, members: readonly UserId[]) =>
    this.#call<ConversationHead>("POST", "/api/conversations", { body: { clientId, title, members } });
  getConversation = (id: ConversationId) => this.#call<ConversationHead>("GET", `/api/conversations/${id}`);
  renameGroup = (id: ConversationId, clientId: ClientId, title: string) =>
    this.#call<ConversationHead>("PATCH", `/api/conversations/${id}`, { body: { clientId, title } });
  leaveGroup = (id: ConversationId) => this.#call<void>("DELETE", `/api/conversations/${id}/members/me`);
  listMembers = (id: ConversationId) => this.#all<ConversationMember>(`/api/conversations/${id}/members`);

  /** A person's picture, or undefined when there is none to be had. */
  async getAvatar(user: UserId, version: string): Promise<Blob | undefined> {
    const response = await this.#fetch("GET", `/api/users/${user}/avatar`, { query: { v: version } });
    if (response.status === 404) {
      return undefined;
    }

    if (!response.ok) {
      throw await errorOf(response);
    }

    return await response.blob();
  }

  async #all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let after: string | undefined;
    do {
      const page: Page<T> = await this.#call<Page<T>>("GET", path, { query: { after, limit: 200 } });
      items.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return items;
  }

  async #call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const response = await this.#fetch(method, path, call);
    if (!response.ok) {
      throw await errorOf(response);
    }

    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  async #fetch(method: string, path: string, call: Call): Promise<Response> {
    if (call.isAnonymous) {
      return await send(method, path, call, undefined);
    }

    const token = await this.#session.token();
    const response = await send(method, path, call, token);
    return response.status === 401 ? await send(method, path, call, await this.#session.refresh(token)) : response;
  }
}

async function send(method: string, path: string, { body, query }: Call, token: string | undefined): Promise<Response> {
  const headers = new Headers();
  if (token !== undefined) {
    headers.set("Authorization", `Bearer ${token}`);
  }

  const init: RequestInit = { method, headers };
  if (body instanceof Blob) {
    headers.set("Content-Type", body.type);
    init.body = body;
  } else if (body !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(body);
  }

  try {
    return await fetch(path + queryOf(query), init);
  } catch {
    throw ApiError.network();
  }
}

function queryOf(query: Call["query"] = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}
