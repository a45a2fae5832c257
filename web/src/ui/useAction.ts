import { useCallback, useState } from "react";
import { ApiError } from "../api/apiError";
import { useErrorText } from "./useError";

/** Runs something that can fail: whether it is under way, and what went wrong last, until it is tried again. */
export function useAction<A extends unknown[]>(run: (...args: A) => Promise<void>) {
  const errorText = useErrorText();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const start = useCallback(
    async (...args: A) => {
      setBusy(true);
      setError(undefined);
      try {
        await run(...args);
      } catch (failure) {
        setError(failure);
      } finally {
        setBusy(false);
      }
    },
    [run],
  );
  return {
    start,
    isBusy,
    error: error === undefined ? undefined : errorText(error),
    code: error instanceof ApiError ? error.code : undefined,
    reset: () => setError(undefined),
  };
}
