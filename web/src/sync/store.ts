import { createStore } from "zustand/vanilla";
import type { ConversationId, UserId } from "../api/wire";
import { type Data, emptyData } from "./data";
import type { ConnectionState } from "./types";
import type { Window } from "./window";

/** Everything the screens are drawn from, in one tab. */
export interface State {
  readonly session: "loading" | "signedOut" | "signedIn";
  /** Why the server ended the session, as an error code. */
  readonly endedBy: string | undefined;
  readonly connection: ConnectionState;
  readonly data: Data;
  /** The part of each open conversation that is in memory. */
  readonly windows: Readonly<Record<ConversationId, Window>>;
  /** Who is typing where. */
  readonly typing: Readonly<Record<ConversationId, readonly UserId[]>>;
}

export const initialState: State = {
  session: "loading",
  endedBy: undefined,
  connection: "connecting",
  data: emptyData,
  windows: {},
  typing: {},
};

export type Store = ReturnType<typeof createAppStore>;

export function createAppStore() {
  return createStore<State>(() => initialState);
}

export const store: Store = createAppStore();
