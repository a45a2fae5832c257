import type { ReactNode } from "react";

interface Props {
  icon?: ReactNode;
  title: string;
  hint?: string;
  children?: ReactNode;
}

/** Where there is nothing yet: what would be here, and how it comes about. */
export function EmptyState({ icon, title, hint, children }: Props) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      {icon}
      <p className="text-base font-medium">{title}</p>
      {hint !== undefined && <p className="max-w-xs text-sm text-muted">{hint}</p>}
      {children}
    </div>
  );
}
