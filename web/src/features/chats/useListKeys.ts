import { type RefObject, useEffect } from "react";

/** Arrow keys move through the list; Alt with them opens the next chat from anywhere; Ctrl or ⌘ with K goes to the filter. */
export function useListKeys(
  list: RefObject<HTMLElement | null>,
  rows: readonly { id: string }[],
  selected: string | undefined,
  open: (id: string) => void,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        document.querySelector<HTMLInputElement>("[data-filter]")?.focus();
        return;
      }

      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step === 0) {
        return;
      }

      if (event.altKey) {
        const next = rows[rows.findIndex((row) => row.id === selected) + step];
        if (next !== undefined) {
          event.preventDefault();
          open(next.id);
        }
      } else if (list.current?.contains(document.activeElement)) {
        const links = [...list.current.querySelectorAll<HTMLElement>("a")];
        const next = links[links.indexOf(document.activeElement as HTMLElement) + step];
        if (next !== undefined) {
          event.preventDefault();
          next.focus();
        }
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list, rows, selected, open]);
}
