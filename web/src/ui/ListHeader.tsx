import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { ConnectionNote } from "./ConnectionNote";

interface Props {
  title: string;
  filterLabel?: string;
  filter?: string;
  onFilter?: (text: string) => void;
  children?: ReactNode;
}

/** The head of a list: its name, the state of the connection, what can be added, and a box to narrow it down. */
export function ListHeader({ title, filterLabel, filter = "", onFilter, children }: Props) {
  return (
    <header className="safe-top">
      <div className="flex h-16 items-center gap-2 pr-2 pl-4">
        <h1 tabIndex={-1} className="truncate text-xl font-semibold tracking-tight outline-none">
          {title}
        </h1>
        <div className="min-w-0 flex-1">
          <ConnectionNote />
        </div>
        {children}
      </div>
      {onFilter !== undefined && (
        <div className="relative mx-4 mb-2">
          <Search
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
            aria-hidden="true"
          />
          <input
            type="search"
            data-filter
            aria-label={filterLabel}
            placeholder={filterLabel}
            value={filter}
            onChange={(event) => onFilter(event.target.value)}
            className="h-9 w-full rounded-xl bg-sunken pr-3 pl-9 text-sm outline-none placeholder:text-muted focus:ring-2 focus:ring-accent phone:h-11 phone:text-base"
          />
        </div>
      )}
    </header>
  );
}
