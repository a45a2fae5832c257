import { withLock } from "../lib/locks";
import type { Timers } from "../lib/timers";
import { ApiError } from "./apiError";
import type { Problem, SignedIn } from "./wire";

/** Refresh this long before the token expires, so that no request meets the moment itself. */
const MARGIN_MS = 30_000;

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/** What other tabs of this browser hear. The token stays in memory there too. */
export interface TokenShared {
  readonly type: "token";
  readonly token: Token;
}

/**
 * Holds the access token, in memory only, and gets a new one with the refresh token that is in an HttpOnly cookie. All
 * tabs share that cookie and it changes with every use, so only one of them refreshes at a time.
 */
export class Session {
  #token: Token | undefined;
  #refreshing: Promise<string> | undefined;
  readonly #timers: Timers;
  readonly #share: (message: TokenShared) => void;

  /** Called when a refresh signs in: the profile may be newer than the one known here. */
  onRefreshed: (signedIn: SignedIn) => void = () => undefined;
  /** Called when the server says that the session is over. */
  onEnded: (code: string) => void = () => undefined;

  constructor(timers: Timers, share: (message: TokenShared) => void) {
    this.#timers = timers;
    this.#share = share;
  }

  /** Takes the tokens of a fresh sign-in. */
  adopt(signedIn: SignedIn): void {
    this.#token = {
      value: signedIn.accessToken,
      expiresAt: this.#timers.now() + signedIn.expiresInSeconds * 1000,
    };
    this.#share({ type: "token", token: this.#token });
  }

  /** Takes a token that another tab has got. */
  receive({ token }: TokenShared): void {
    if (token.expiresAt > (this.#token?.expiresAt ?? 0)) {
      this.#token = token;
    }
  }

  forget(): void {
    this.#token = undefined;
  }

  /** A token that is good for now. */
  async token(): Promise<string> {
    return this.#valid() ?? (await this.refresh(this.#token?.value));
  }

  /** A token other than the one that was refused. */
  refresh(refused: string | undefined): Promise<string> {
    this.#refreshing ??= withLock("hongyan-refresh", () => this.#refresh(refused)).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  #valid(): string | undefined {
    const token = this.#token;
    return token !== undefined && token.expiresAt - MARGIN_MS > this.#timers.now() ? token.value : undefined;
  }

  async #refresh(refused: string | undefined): Promise<string> {
    const shared = this.#valid();
    if (shared !== undefined && shared !== refused) {
      return shared;
    }

    const response = await fetch("/api/sessions/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    }).catch(() => {
      throw ApiError.network();
    });
    if (!response.ok) {
      const error = await errorOf(response);
      if (response.status === 401) {
        this.#token = undefined;
        this.onEnded(error.code);
      }

      throw error;
    }

    const signedIn = (await response.json()) as SignedIn;
    this.adopt(signedIn);
    this.onRefreshed(signedIn);
    return signedIn.accessToken;
  }
}

const CODES_BY_STATUS: Readonly<Record<number, string>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  429: "rate_limited",
};

/** The error of an answer that is not a success, also when something between here and the server made the answer. */
export async function errorOf(response: Response): Promise<ApiError> {
  const problem = await response.json().then(
    (body: Partial<Problem> | null) => body,
    () => null,
  );
  return toError(response, problem);
}

export function toError(response: Response, problem: Partial<Problem> | null | undefined): ApiError {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retryAfterMs = problem?.retryAfterMs ?? (Number.isFinite(seconds) ? seconds * 1000 : undefined);
  const isServers = response.status >= 500;
  const code = problem?.code ?? CODES_BY_STATUS[response.status] ?? (isServers ? "internal" : "invalid_request");
  return new ApiError(code, problem?.retryable ?? (isServers || response.status === 429), retryAfterMs);
}
