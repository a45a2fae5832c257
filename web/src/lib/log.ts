/** Tells a developer that something unexpected was survived. Ids and codes only; never what people write. */
export function logWarning(event: string, details: Readonly<Record<string, unknown>> = {}): void {
  console.warn(`hongyan: ${event}`, details);
}
