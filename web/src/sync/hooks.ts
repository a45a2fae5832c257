import { useEffect } from "react";
import { useStore } from "zustand";
import type { Contact, ContactRequest, ConversationId, Person, UserId } from "../api/wire";
import { appUpdate } from "../lib/appUpdate";
import { avatarKey, avatarUrls } from "./avatars";
import { holdAvatar, meetPerson } from "./client";
import {
  selectContacts,
  selectConversation,
  selectConversations,
  selectPerson,
  selectRequests,
  selectSession,
  selectTimeline,
  selectTyping,
} from "./selectors";
import { store } from "./store";
import type { AppUpdate, ConnectionState, ConversationRow, SessionState, Timeline } from "./types";

export function useSession(): SessionState {
  return useStore(store, selectSession);
}

export function useConnection(): ConnectionState {
  return useStore(store, (state) => state.connection);
}

/** The conversation list, newest activity first. */
export function useConversations(): readonly ConversationRow[] {
  return useStore(store, selectConversations);
}

export function useConversation(id: ConversationId): ConversationRow | undefined {
  return useStore(store, (state) => selectConversation(state, id));
}

/** The part of a conversation that is in memory; nothing until `client.openTimeline` was called for it. */
export function useTimeline(id: ConversationId): Timeline {
  return useStore(store, (state) => selectTimeline(state, id));
}

/** Contacts by the letter they are listed under, '#' last. */
export function useContacts(): readonly Contact[] {
  return useStore(store, selectContacts);
}

/** Contact requests, newest first. */
export function useRequests(): readonly ContactRequest[] {
  return useStore(store, selectRequests);
}

/** Who is typing in a conversation now. */
export function useTyping(id: ConversationId): readonly UserId[] {
  return useStore(store, (state) => selectTyping(state, id));
}

/** What is known of a person; asked for when nothing is. */
export function usePerson(id: UserId | undefined): Person | undefined {
  const person = useStore(store, (state) => (id === undefined ? undefined : selectPerson(state, id)));
  const isUnknown = id !== undefined && person === undefined;
  useEffect(() => {
    if (isUnknown) {
      meetPerson(id);
    }
  }, [id, isUnknown]);
  return person;
}

/** The address of a person's picture, or undefined while there is none: the screen then draws the default. */
export function useAvatarUrl(person: Pick<Person, "id" | "avatar"> | undefined): string | undefined {
  const id = person?.id ?? "";
  const version = person?.avatar ?? "";
  const url = useStore(avatarUrls, (urls) => urls[avatarKey(id, version)]);
  useEffect(() => (version === "" ? undefined : holdAvatar(id, version)), [id, version]);
  return url;
}

export function useAppUpdate(): AppUpdate {
  return useStore(appUpdate);
}
