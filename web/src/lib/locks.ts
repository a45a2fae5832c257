/**
 * Runs something that only one tab of this browser may do at a time. Where the browser has no locks (a page served
 * without TLS from another machine), the tabs are not kept apart.
 */
export async function withLock<T>(name: string, run: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  return locks === undefined ? await run() : await locks.request(name, run);
}
