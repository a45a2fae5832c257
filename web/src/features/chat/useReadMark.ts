import { useEffect, useSyncExternalStore } from "react";
import { client } from "../../sync/client";

function subscribe(onChange: () => void): () => void {
  const events = ["visibilitychange", "focus", "blur"] as const;
  for (const event of events) {
    window.addEventListener(event, onChange);
    document.addEventListener(event, onChange);
  }

  return () => {
    for (const event of events) {
      window.removeEventListener(event, onChange);
      document.removeEventListener(event, onChange);
    }
  };
}

/** Moves the read mark when the newest message is on the screen of somebody who looks at it. */
export function useReadMark(id: string, lastSeq: number, readSeq: number, isNewestShown: boolean): void {
  const isLooking = useSyncExternalStore(
    subscribe,
    () => document.visibilityState === "visible" && document.hasFocus(),
  );
  useEffect(() => {
    if (isLooking && isNewestShown && lastSeq > readSeq) {
      client.markRead(id, lastSeq);
    }
  }, [id, lastSeq, readSeq, isNewestShown, isLooking]);
}
