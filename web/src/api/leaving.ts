import { withLock } from "../lib/locks";
import { ApiError } from "./apiError";
import { errorOf } from "./session";
import type { SignedIn } from "./wire";

/** That somebody has signed out while the server could not be reached, and the server does not know yet. */
const LEAVING_KEY = "hongyan.leaving";

const LOCK = "hongyan-leaving";

/** Remembers to tell the server that this browser's session is over. */
export function leaveLater(): void {
  localStorage.setItem(LEAVING_KEY, "1");
}

/** Tells the server now, if that is still to be done and it can be reached; never fails. */
export async function finishLeaving(): Promise<void> {
  if (localStorage.getItem(LEAVING_KEY) === null) {
    return;
  }

  await withLock(LOCK, async () => {
    if (localStorage.getItem(LEAVING_KEY) !== null && (await endSession())) {
      localStorage.removeItem(LEAVING_KEY);
    }
  });
}

/** Before a sign-in, after which the cookie is the new session's, and is not to be ended. */
export async function stopLeaving(): Promise<void> {
  await finishLeaving();
  await withLock(LOCK, async () => localStorage.removeItem(LEAVING_KEY));
}

/**
 * Ends the session whose refresh token is still in the cookie, without taking it up again.
 *
 * @returns Whether it is over.
 */
async function endSession(): Promise<boolean> {
  try {
    const refreshed = await fetch("/api/sessions/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    if (refreshed.status === 401) {
      return true;
    }

    if (!refreshed.ok) {
      throw await errorOf(refreshed);
    }

    const { accessToken } = (await refreshed.json()) as SignedIn;
    const ended = await fetch("/api/sessions/current", {
      method: "DELETE",
      headers: { Authorization: `Bearer ${accessToken}` },
    });
    return ended.ok || ended.status === 401;
  } catch (error) {
    if (error instanceof TypeError || (error instanceof ApiError && error.retryable)) {
      return false; // not reached, or not now
    }

    throw error;
  }
}
