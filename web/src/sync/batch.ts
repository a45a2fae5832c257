import { type ConversationState, type Data, type Patch, reduce } from "./data";

/** Patches that build on one another, to be committed together. */
export class Batch {
  readonly patches: Patch[] = [];
  #data: Data;

  constructor(data: Data) {
    this.#data = data;
  }

  get data(): Data {
    return this.#data;
  }

  add(...patches: readonly Patch[]): void {
    for (const patch of patches) {
      this.#data = reduce(this.#data, patch);
      this.patches.push(patch);
    }
  }

  conversation(id: string): ConversationState | undefined {
    return this.#data.conversations[id];
  }
}
