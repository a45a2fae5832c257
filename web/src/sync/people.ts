import type { Api } from "../api/api";
import { ApiError } from "../api/apiError";
import type { ConversationId, ConversationMember, UserId } from "../api/wire";
import { logWarning } from "../lib/log";
import type { Keeper } from "./keeper";

/** Learns who people are that are met without an introduction, such as members of a group. */
export class People {
  readonly #api: Pick<Api, "getPerson" | "listMembers">;
  readonly #keeper: Keeper;
  /** Asked for already, whatever the answer was. */
  readonly #asked = new Set<UserId>();

  constructor(api: Pick<Api, "getPerson" | "listMembers">, keeper: Keeper) {
    this.#api = api;
    this.#keeper = keeper;
  }

  /** Asks for somebody who is not known; the answer appears in the state. */
  meet(user: UserId): void {
    if (!this.#asked.has(user) && this.#keeper.data.persons[user] === undefined) {
      this.#asked.add(user);
      void this.#ask(user);
    }
  }

  async members(conversation: ConversationId): Promise<ConversationMember[]> {
    const members = await this.#api.listMembers(conversation);
    await this.#keeper.commit([{ persons: members.map((member) => member.person) }]);
    return members;
  }

  /** The connection is back: those who could not be asked for can be now. */
  askAgain(): void {
    this.#asked.clear();
  }

  async #ask(user: UserId): Promise<void> {
    try {
      const { person } = await this.#api.getPerson(user);
      await this.#keeper.commit([{ persons: [person] }]);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        logWarning("person not met", { error: String(error) });
      }
    }
  }
}
