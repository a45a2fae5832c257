import { Api } from "../api/api";
import { ApiError } from "../api/apiError";
import { finishLeaving, leaveLater, stopLeaving } from "../api/leaving";
import { Session } from "../api/session";
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
  SignedIn,
  UpdateProfileRequest,
  UserId,
} from "../api/wire";
import { registerServiceWorker } from "../lib/appUpdate";
import { describeDevice } from "../lib/device";
import { ServerClock } from "../lib/serverClock";
import { systemTimers } from "../lib/timers";
import { Account } from "./account";
import { initialState, store } from "./store";

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
  /** Lets go of messages far from where somebody reads, who has stopped scrolling nearer to this end; tells whether. */
  restTimeline: (conversation: ConversationId, nearer: "oldest" | "newest") => boolean;
  jumpToLatest: (conversation: ConversationId) => Promise<void>;
  /** Moves the timeline to where a message is in the middle. */
  jumpTo: (conversation: ConversationId, seq: number) => Promise<void>;
}

/** Who is signed in on this device; the other tabs hear when it changes. */
const USER_KEY = "hongyan.user";

const timers = systemTimers;
const clock = new ServerClock(timers, localStorage);
const session = new Session(timers, (message) => account?.share(message));
const api = new Api(session);
let account: Account | undefined;

/** The person's side of things; asked for only where somebody is signed in. */
function current(): Account {
  if (account === undefined) {
    throw new ApiError("unauthenticated", false);
  }

  return account;
}

async function begin(user: UserId, me?: Me): Promise<void> {
  const opened = new Account({
    user,
    store,
    api,
    session,
    timers,
    clock,
    storage: localStorage,
    socketUrl: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
    connect: (url, protocol) => new WebSocket(url, protocol),
    isOnline: () => navigator.onLine,
    onRevoked: () => void end(true, "session_revoked"),
  });
  account = opened;
  await opened.open();
  if (account === opened) {
    await opened.keeper.commit(me ? [{ me }] : []);
    store.setState({ session: "signedIn" });
  }
}

/** Back to the sign-in screen. What is kept of the person is forgotten when the session was ended on purpose. */
async function end(isForgotten: boolean, endedBy?: string): Promise<void> {
  const ended = account;
  account = undefined;
  session.forget();
  localStorage.removeItem(USER_KEY);
  store.setState({ ...initialState, session: "signedOut", endedBy });
  await ended?.close(isForgotten);
}

async function signedIn(answer: SignedIn): Promise<void> {
  await account?.close(false);
  store.setState(initialState);
  session.adopt(answer);
  localStorage.setItem(USER_KEY, answer.me.id);
  await begin(answer.me.id, answer.me);
}

function listen(): void {
  session.onRefreshed = (answer) => {
    if (account?.user === answer.me.id) {
      void account.keeper.commit([{ me: answer.me }]);
    } else {
      void signedIn(answer);
    }
  };
  session.onEnded = (code) => void end(code === "session_revoked", code);
  window.addEventListener("online", () => {
    account?.wake();
    void finishLeaving();
  });
  window.addEventListener("offline", () => account?.sleep());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      account?.wake();
    }
  });
  window.addEventListener("storage", (event) => {
    if (event.key === USER_KEY && event.newValue !== (account?.user ?? null)) {
      void end(false).then(() => (event.newValue === null ? undefined : resume(event.newValue)));
    }
  });
}

/** Another tab has signed in, or this device was signed in before. */
async function resume(user: UserId): Promise<void> {
  localStorage.setItem(USER_KEY, user);
  store.setState(initialState);
  await begin(user);
}

/** Shows a conversation that one has just opened or made, and hands it on. */
async function adopted(head: ConversationHead): Promise<ConversationHead> {
  await current().commands.adopt(head);
  return head;
}

/** Takes one's own profile as the server has it now. */
async function profiled(me: Me): Promise<Me> {
  await current().keeper.commit([{ me }]);
  return me;
}

async function introduced(details: PersonDetails): Promise<PersonDetails> {
  await current().keeper.commit([{ persons: [details.person] }]);
  return details;
}

const device = () => describeDevice(navigator.userAgent);

export const client: Client = {
  start: () => {
    listen();
    if (import.meta.env.PROD) {
      void registerServiceWorker("/sw.js");
    }

    const user = localStorage.getItem(USER_KEY);
    if (user === null) {
      store.setState({ session: "signedOut" });
      void finishLeaving();
    } else {
      void begin(user);
    }
  },

  register: async (request) => {
    await stopLeaving();
    await signedIn(await api.register({ ...request, device: device(), useCookie: true }));
  },
  signIn: async (request) => {
    await stopLeaving();
    await signedIn(await api.signIn({ ...request, device: device(), useCookie: true }));
  },
  signOut: async () => {
    try {
      await api.signOut();
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "network")) {
        throw error;
      }

      // Whoever leaves a device wants to leave now; the server hears of it as soon as it can.
      leaveLater();
    }

    await end(true);
  },
  changePassword: (before, next) => api.changePassword({ current: before, next }),
  updateProfile: async (profile) => profiled(await api.updateMe(profile)),
  setAvatar: async (picture) => profiled(await api.setAvatar(picture)),
  removeAvatar: async () => profiled(await api.removeAvatar()),
  listSessions: () => api.listSessions(),
  revokeSession: (id) => api.revokeSession(id),

  findPerson: async (handle) => introduced(await api.findPerson(handle)),
  getPerson: async (user) => introduced(await api.getPerson(user)),
  sendContactRequest: (user, greeting) => api.sendRequest(user, greeting),
  acceptRequest: (request) => api.acceptRequest(request),
  declineRequest: (request) => api.declineRequest(request),
  deleteContact: (user) => api.deleteContact(user),

  openDirect: async (user) => adopted(await api.openDirect(user)),
  openNotes: async () => adopted(await api.openNotes()),
  createGroup: async (title, members) => adopted(await api.createGroup(current().newId(), title, members)),
  renameGroup: async (conversation, title) => {
    await api.renameGroup(conversation, current().newId(), title);
  },
  leaveGroup: (conversation) => api.leaveGroup(conversation),
  listMembers: (conversation) => current().people.members(conversation),

  sendText: (conversation, text) => current().send(conversation, text),
  retry: (clientId) => current().retry(clientId),
  discard: (clientId) => current().discard(clientId),
  setDraft: (conversation, text) => account?.draft(conversation, text),
  markRead: (conversation, seq) => void tell(current().commands.mark(conversation, seq)),
  typing: (conversation) => void tell(current().commands.type(conversation)),

  openTimeline: (conversation) => account?.timelines.open(conversation) ?? (() => undefined),
  loadOlder: (conversation) => current().timelines.loadOlder(conversation),
  loadNewer: (conversation) => current().timelines.loadNewer(conversation),
  restTimeline: (conversation, nearer) => current().timelines.rest(conversation, nearer),
  jumpToLatest: (conversation) => current().timelines.jumpToLatest(conversation),
  jumpTo: (conversation, seq) => current().timelines.jumpTo(conversation, seq),
};

/** What a screen needs of a person it shows: their name, when that is not known, and their picture. */
export const holdAvatar = (user: UserId, version: string) => account?.avatars.hold(user, version) ?? (() => undefined);
export const meetPerson = (user: UserId) => account?.people.meet(user);

/** Something that is repeated anyway: when the leading tab has just gone away, the next one will do. */
async function tell(told: Promise<void>): Promise<void> {
  try {
    await told;
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
  }
}
