import { createStore } from "zustand/vanilla";
import type { Api } from "../api/api";
import { ApiError } from "../api/apiError";
import type { UserId } from "../api/wire";
import { logWarning } from "../lib/log";
import type { Database } from "./db";

/** Pictures that nobody shows are let go of above this many. */
const KEPT = 300;

interface Held {
  count: number;
  url?: string;
}

/** The addresses of pictures, by person and version. */
export const avatarUrls = createStore<Readonly<Record<string, string>>>(() => ({}));

export const avatarKey = (user: UserId, version: string) => `${user}/${version}`;

/** People's pictures: from this device, else from the server, as addresses that an image can show. */
export class Avatars {
  readonly #api: Pick<Api, "getAvatar">;
  readonly #database: () => Database | undefined;
  readonly #held = new Map<string, Held>();
  #isStopped = false;

  constructor(api: Pick<Api, "getAvatar">, database: () => Database | undefined) {
    this.#api = api;
    this.#database = database;
  }

  /** Loads a picture, and keeps its address valid until the returned function is called. */
  hold(user: UserId, version: string): () => void {
    const key = avatarKey(user, version);
    const held = this.#held.get(key) ?? { count: 0 };
    const isNew = held.count === 0 && held.url === undefined;
    held.count++;
    // The most recently used come last.
    this.#held.delete(key);
    this.#held.set(key, held);
    if (isNew) {
      void this.#load(user, version, key);
    }

    return () => {
      held.count--;
      this.#trim();
    };
  }

  stop(): void {
    this.#isStopped = true;
    this.#revoke([...this.#held.keys()]);
  }

  async #load(user: UserId, version: string, key: string): Promise<void> {
    try {
      const picture = await this.#picture(user, version);
      const held = this.#held.get(key);
      if (picture !== undefined && held !== undefined && !this.#isStopped) {
        held.url = URL.createObjectURL(picture);
        avatarUrls.setState({ [key]: held.url });
      }
    } catch (error) {
      // Without it the default picture stays; the next screen that shows it tries again.
      this.#held.delete(key);
      if (!(error instanceof ApiError)) {
        logWarning("picture not loaded", { error: String(error) });
      }
    }
  }

  async #picture(user: UserId, version: string): Promise<Blob | undefined> {
    const kept = await this.#database()?.avatar(user);
    if (kept?.version === version) {
      return kept.picture;
    }

    const picture = await this.#api.getAvatar(user, version);
    if (picture !== undefined) {
      await this.#database()?.putAvatar({ id: user, version, picture });
    }

    return picture;
  }

  #trim(): void {
    const unused = [...this.#held].filter(([, held]) => held.count <= 0).map(([key]) => key);
    this.#revoke(unused.slice(0, Math.max(0, this.#held.size - KEPT)));
  }

  #revoke(keys: readonly string[]): void {
    if (keys.length === 0) {
      return;
    }

    const urls = { ...avatarUrls.getState() };
    for (const key of keys) {
      const url = this.#held.get(key)?.url;
      this.#held.delete(key);
      delete urls[key];
      if (url !== undefined) {
        URL.revokeObjectURL(url);
      }
    }

    avatarUrls.setState(urls, true);
  }
}
