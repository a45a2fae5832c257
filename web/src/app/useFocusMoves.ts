import { useEffect, useRef } from "react";

/**
 * Where the focus goes when the screen it was on is gone: back to the row that was left, or to the heading of what was
 * opened. A screen that takes the focus itself, such as a chat with its composer, keeps it.
 */
export function useFocusMoves(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    const [, leftSection, left] = before.current.split("/");
    const [, section, detail] = path.split("/");
    const hasMoved = before.current !== path;
    before.current = path;
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (!hasMoved || !isLost) {
      return;
    }

    const row =
      detail === undefined && left !== undefined && leftSection === section
        ? document.querySelector<HTMLElement>(`[data-row="${CSS.escape(left)}"]`)
        : null;
    (row ?? document.querySelector<HTMLElement>("main h1"))?.focus({ preventScroll: row === null });
  }, [path]);
}
