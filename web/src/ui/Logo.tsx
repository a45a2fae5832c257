/** The goose with its letter. */
export function Logo({ className = "size-10" }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" className={className} aria-hidden="true">
      <rect width="64" height="64" rx="16" fill="#17645f" />
      <path
        d="M8 37c9-1 15-5 20-12 2-3 6-12 12-14 3-1 6 0 8 2l6 2-6 2c-1 3-4 5-5 8 6 1 10 4 13 9-6-2-11-2-15 0-6 4-9 11-17 15-5 2-9 2-13 1 5-1 9-3 12-6-6 0-11-2-15-7z"
        fill="#fff"
      />
      <path d="M41 40h12v9H41z" fill="#f4b63f" />
      <path d="m41 40 6 5 6-5" fill="none" stroke="#17645f" strokeWidth="1.6" />
    </svg>
  );
}
