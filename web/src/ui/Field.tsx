import { type InputHTMLAttributes, type ReactNode, useId } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string | undefined;
  /** In a dialog: what has the focus first. */
  "data-autofocus"?: boolean;
  /** What is wrong with what was entered; takes the hint's place. */
  error?: string | undefined;
  /** Stands at the end of the line, such as a button that belongs to it. */
  children?: ReactNode;
}

/** A labelled line of text. */
export function Field({ label, hint, error, className = "", children, ...rest }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          aria-invalid={error !== undefined || undefined}
          className={`h-11 w-full rounded-xl border bg-surface pl-3 outline-none placeholder:text-muted focus:border-accent focus:ring-2 focus:ring-accent/30 ${
            children === undefined ? "pr-3" : "pr-12"
          } ${error === undefined ? "border-line" : "border-danger"}`}
          {...rest}
        />
        {children !== undefined && <div className="absolute top-0 right-0.5 flex h-11 items-center">{children}</div>}
      </div>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          role={error === undefined ? undefined : "alert"}
          className={`mt-1 text-xs ${error === undefined ? "text-muted" : "text-danger"}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}

/** What went wrong, said at once to those who cannot see it. */
export function ErrorLine({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <p role="alert" className="text-sm text-danger">
      {text}
    </p>
  );
}
