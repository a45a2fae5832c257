import type { Timers } from "./timers";

const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * How long to wait before attempt number `attempt` (from 0): exponential with full jitter, so that a crowd of clients
 * that lost the same server does not come back at the same moment.
 */
export function backoffMs(attempt: number, timers: Pick<Timers, "random">): number {
  return Math.floor(timers.random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16)));
}
