import { type KeyboardEvent, type RefObject, useEffect } from "react";

interface Options {
  /** Around the list's links, each with its row's id in `data-row`. */
  list: RefObject<HTMLElement | null>;
  rows: readonly { id: string }[];
  selected: string | undefined;
  open: (id: string) => void;
}

/**
 * A list is one stop for the Tab key; within it the arrow keys, Home and End move. Alt with an arrow key opens the next
 * one from anywhere; Ctrl or ⌘ with K goes to the filter, and the down key goes from there into the list.
 */
export function useListKeys({ list, rows, selected, open }: Options) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        filterBox()?.focus();
      } else if (event.altKey && step !== 0) {
        const next = rows[rows.findIndex((row) => row.id === selected) + step];
        if (next !== undefined) {
          event.preventDefault();
          open(next.id);
        }
      } else if (step === 1 && document.activeElement === filterBox()) {
        event.preventDefault();
        linksIn(list.current)[0]?.focus();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list, rows, selected, open]);

  const onKeyDown = (event: KeyboardEvent) => {
    const links = linksIn(list.current);
    const at = links.indexOf(document.activeElement as HTMLElement);
    const next = {
      ArrowDown: links[at + 1],
      ArrowUp: at > 0 ? links[at - 1] : filterBox(),
      Home: links[0],
      End: links.at(-1),
    }[event.key];
    if (at >= 0 && next && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      next.focus();
    }
  };

  /** The row that the Tab key stops at. */
  const stop = rows.some((row) => row.id === selected) ? selected : rows[0]?.id;
  return { onKeyDown, tabIndexOf: (id: string) => (id === stop ? 0 : -1) };
}

const filterBox = () => document.querySelector<HTMLInputElement>("[data-filter]");
const linksIn = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>("a[data-row]") ?? [])];
