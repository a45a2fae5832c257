const DAY_MS = 24 * 60 * 60 * 1000;

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** Whole days between two times, by the calendar; 0 is the same day. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY_MS);
}

/** The time of day. */
export function clockTime(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);
}

/** For the conversation list: the time today, then "yesterday", the weekday, the date. */
export function listTime(time: number, now: number, language: string, yesterday: string): string {
  const days = daysBetween(time, now);
  if (days <= 0) {
    return clockTime(time, language);
  }

  if (days === 1) {
    return yesterday;
  }

  if (days < 7) {
    return new Intl.DateTimeFormat(language, { weekday: "short" }).format(time);
  }

  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(
    language,
    isThisYear ? { month: "short", day: "numeric" } : { dateStyle: "medium" },
  ).format(time);
}

/** For the line between two days in a chat. */
export function dayName(time: number, now: number, language: string): string {
  const days = daysBetween(time, now);
  if (days === 0 || days === 1) {
    const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
    return relative.charAt(0).toUpperCase() + relative.slice(1);
  }

  return new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(time);
}

/** A moment in full. */
export function fullTime(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }).format(time);
}
