import type { components } from "./schema";

/*
 * The types of the interface, made from the server's own description of it (scripts/api-types). Ids are 64-bit numbers
 * on the server and strings of decimal digits here.
 */

type Schemas = components["schemas"];

/** The server leaves out what is null. */
type Present<T> = T extends (infer Item)[]
  ? Present<Item>[]
  : T extends object
    ? { [K in keyof T]: Present<Exclude<T[K], null>> }
    : T;

export type UserId = string;
export type SessionId = string;
export type ConversationId = string;
export type ContactRequestId = string;
/** A UUID version 7 that this device gave to a message or a group. */
export type ClientId = string;

export type Device = Present<Schemas["Device"]>;
export type Me = Present<Schemas["Me"]>;
export type SignedIn = Present<Schemas["SignedIn"]>;
export type RegisterRequest = Present<Schemas["RegisterRequest"]>;
export type SignInRequest = Present<Schemas["SignInRequest"]>;
export type UpdateProfileRequest = Present<Schemas["UpdateProfileRequest"]>;
export type ChangePasswordRequest = Present<Schemas["ChangePasswordRequest"]>;
export type SessionInfo = Present<Schemas["SessionInfo"]>;

export interface Page<T> {
  items: T[];
  next?: string;
}

export type Person = Present<Schemas["Person"]>;
export type PersonDetails = Present<Schemas["PersonDetails"]>;
export type Contact = Present<Schemas["Contact"]>;
export type ContactRequest = Present<Schemas["ContactRequest"]>;
export type ConversationHead = Present<Schemas["ConversationHead"]>;
export type ConversationKind = Schemas["ConversationKind"];
export type ConversationMember = Present<Schemas["ConversationMember"]>;

/** A kind that is not in this list can arrive from a newer server: it is kept and shown as "not supported here". */
export type MessageBody = Present<Schemas["MessageBody"]>;
export type Message = Present<Schemas["Message"]>;
export type MessageSent = Present<Schemas["MessageSent"]>;
export type HistoryPage = Present<Schemas["HistoryPage"]>;
export type ConversationDifference = Present<Schemas["ConversationDifference"]>;
export type PersonalChange = Present<Schemas["PersonalChange"]>;
export type PersonalDifference = Present<Schemas["PersonalDifference"]>;
export type Problem = Present<Schemas["Problem"]>;
export type ClientFrame = Present<Schemas["ClientFrame"]>;
export type ServerFrame = Present<Schemas["ServerFrame"]>;
