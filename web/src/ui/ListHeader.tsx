import { Search } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  title: string;
  filterLabel?: string;
  filter?: string;
  onFilter?: (text: string) => void;
  children?: ReactNode;
}

/** The head of a list: its name, what can be added, and a box to narrow it down. */
export function ListHeader({ title, filterLabel, filter = "", onFilter, children }: Props) {
  return (
    <header className="safe-top px-4 pt-3 pb-2">
      <div className="flex h-11 items-center justify-between">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <div className="flex">{children}</div>
      </div>
      {onFilter !== undefined && (
        <div className="relative mt-1">
          <Search className="absolute top-2.5 left-3 size-4 text-muted" aria-hidden="true" />
          <input
            type="search"
            data-filter
            aria-label={filterLabel}
            placeholder={filterLabel}
            value={filter}
            onChange={(event) => onFilter(event.target.value)}
            className="h-9 w-full rounded-xl bg-sunken pr-3 pl-9 text-sm outline-none placeholder:text-muted focus:ring-2 focus:ring-accent"
          />
        </div>
      )}
    </header>
  );
}
