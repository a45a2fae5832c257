import { ApiError } from "../api/apiError";
import type { ClientFrame, ServerFrame } from "../api/wire";
import { backoffMs } from "../lib/backoff";
import { logWarning } from "../lib/log";
import type { TimerId, Timers } from "../lib/timers";
import { packFrames, parseFrames } from "./frames";
import type { ConnectionState } from "./types";

type Frame<T extends ServerFrame["t"]> = Extract<ServerFrame, { t: T }>;
export type Welcome = Frame<"welcome">;
export type Pong = Frame<"pong">;
/** What the server says by itself, or about a send. */
export type PushFrame = Frame<"ack" | "message" | "personal" | "marks" | "typing" | "resync" | "error">;

type Query = Extract<ClientFrame, { t: "changes" | "heads" | "difference" | "history" }>;
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
type ResultOf<T extends Query["t"]> = Frame<T>["result"];

/** Close codes after which a client does not come back by itself. */
const FINAL_CODES: ReadonlySet<number> = new Set([1003, 4400, 4403, 4409]);
/** `WebSocket.OPEN`. */
const OPEN = 1;
const UNAUTHENTICATED = 4401;
const SESSION_REVOKED = 4403;
const REPLACED = 4409;
/** Codes that ask for a pause, and the attempt whose back-off is pause enough. */
const PAUSES: Readonly<Record<number, number>> = { 1012: 3, 4429: 6 };

/** From the start of a connection to the welcome; from a request to its answer; from a ping after sleep to its pong. */
const CONNECT_MS = 12_000;
const ANSWER_MS = 20_000;
const PROBE_MS = 5_000;
/** A connection that held this long was a good one: the next attempt is a first attempt. */
const STABLE_MS = 10_000;

export interface SocketHandlers {
  onWelcome: (welcome: Welcome) => void;
  /** Frames that arrived together, in their order. */
  onPushed: (frames: readonly PushFrame[]) => void;
  /** `isComplete`: everything pushed before the pong has arrived here. */
  onPong: (pong: Pong, isComplete: boolean) => void;
  onState: (state: ConnectionState) => void;
  onRevoked: () => void;
  onReplaced: () => void;
}

export interface SocketOptions {
  readonly url: string;
  readonly timers: Timers;
  /** The access token; `refused` is one that the server did not take. */
  readonly token: (refused?: string) => Promise<string>;
  readonly isOnline: () => boolean;
  readonly connect: (url: string, protocol: string) => WebSocket;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ApiError) => void;
  readonly timer: TimerId;
}

/** One attempt's connection, from the handshake to the close. */
interface Line {
  readonly socket: WebSocket;
  readonly token: string;
  welcomedAt?: number;
}

/** The connection to the server: kept up for as long as it is wanted, with questions answered over it. */
export class Socket {
  readonly #options: SocketOptions;
  readonly #handlers: SocketHandlers;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: ClientFrame[] = [];
  #line: Line | undefined;
  #state: ConnectionState | undefined;
  #isWanted = false;
  /** Rises with every attempt, so that what belongs to an older one is told apart. */
  #attemptId = 0;
  #failures = 0;
  #refused: string | undefined;
  #nextId = 1;
  #counted = 0;
  #pingMs = 30_000;
  #reconnect: TimerId | undefined;
  #ping: TimerId | undefined;
  #deadline: TimerId | undefined;

  constructor(options: SocketOptions, handlers: SocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  start(): void {
    if (!this.#isWanted) {
      this.#isWanted = true;
      this.#connect();
    }
  }

  stop(): void {
    this.#isWanted = false;
    this.#attemptId++;
    this.#drop();
    this.#options.timers.clear(this.#reconnect);
  }

  /** The network is back or the page is looked at again: come back now, or make sure that the line still holds. */
  wake(): void {
    if (!this.#isWanted) {
      return;
    }

    if (this.#line === undefined) {
      this.#failures = 0;
      this.#connect();
    } else if (this.#line.welcomedAt !== undefined) {
      this.#sendPing(PROBE_MS);
    }
  }

  /**
   * The network is gone, says the browser. The line may hold all the same, when the server is on this machine; whether
   * it does is found out now, and not at the next ping.
   */
  sleep(): void {
    if (this.#line?.welcomedAt === undefined) {
      this.#setState("connecting");
    } else {
      this.#sendPing(PROBE_MS);
    }
  }

  /** The line is not to be trusted any more. */
  restart(): void {
    this.#lost(1006);
  }

  /** Sends frames if there is a connection; what is posted in one turn goes out as one array. */
  post(...frames: ClientFrame[]): void {
    if (this.#line?.welcomedAt === undefined) {
      return;
    }

    if (this.#outgoing.length === 0) {
      queueMicrotask(() => this.#flush());
    }

    this.#outgoing.push(...frames);
  }

  /** Asks, and waits for the answer. */
  request<Q extends WithoutId<Query>>(query: Q): Promise<ResultOf<Q["t"]>> {
    if (this.#line?.welcomedAt === undefined) {
      return Promise.reject(ApiError.network());
    }

    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = this.#options.timers.set(() => this.restart(), ANSWER_MS);
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, timer });
      this.post({ ...query, id });
    });
  }

  #connect(): void {
    const attempt = ++this.#attemptId;
    const { timers, token, url, connect } = this.#options;
    timers.clear(this.#reconnect);
    this.#setState("connecting");
    token(this.#refused).then(
      (value) => {
        if (attempt !== this.#attemptId) {
          return;
        }

        const line: Line = { socket: connect(url, "hongyan.v1"), token: value };
        this.#line = line;
        this.#deadline = timers.set(() => this.restart(), CONNECT_MS);
        line.socket.onopen = () => line.socket.send(JSON.stringify({ t: "hello", v: 1, token: value }));
        line.socket.onmessage = (event) => this.#line === line && this.#receive(line, String(event.data));
        line.socket.onclose = (event) => this.#line === line && this.#lost(event.code);
      },
      (error: unknown) => {
        if (attempt === this.#attemptId) {
          this.#failed(error);
        }
      },
    );
  }

  /** There is no token to be had. When the session is over, whoever holds it has stopped this socket already. */
  #failed(error: unknown): void {
    if (!(error instanceof ApiError && error.retryable)) {
      logWarning("no token", { error: String(error) });
    }

    this.#comeBack(this.#failures++, error instanceof ApiError ? error.retryAfterMs : undefined);
  }

  #lost(code: number): void {
    const line = this.#line;
    if (line === undefined) {
      return;
    }

    const wasStable = line.welcomedAt !== undefined && this.#options.timers.now() - line.welcomedAt >= STABLE_MS;
    this.#refused = code === UNAUTHENTICATED ? line.token : undefined;
    this.#drop();
    if (FINAL_CODES.has(code)) {
      this.#end(code);
      return;
    }

    this.#failures = wasStable ? 0 : this.#failures + 1;
    const attempt = Math.max(this.#failures, PAUSES[code] ?? 0);
    const isFirstRefusal = code === UNAUTHENTICATED && this.#failures <= 1;
    this.#comeBack(attempt, isFirstRefusal ? 0 : undefined);
  }

  #end(code: number): void {
    this.#isWanted = false;
    this.#setState("offline");
    if (code === SESSION_REVOKED) {
      this.#handlers.onRevoked();
    } else if (code === REPLACED) {
      this.#handlers.onReplaced();
    } else {
      logWarning("connection refused for good", { code });
    }
  }

  #comeBack(attempt: number, afterMs: number | undefined): void {
    if (!this.#isWanted) {
      return;
    }

    this.#setState("connecting");
    const { timers } = this.#options;
    timers.clear(this.#reconnect);
    this.#reconnect = timers.set(() => this.#connect(), afterMs ?? backoffMs(attempt, timers));
  }

  /** Lets go of the line and of everything that waited on it. */
  #drop(): void {
    const { timers } = this.#options;
    timers.clear(this.#ping);
    timers.clear(this.#deadline);
    const line = this.#line;
    this.#line = undefined;
    this.#outgoing = [];
    line?.socket.close();
    for (const { reject, timer } of [...this.#waiting.values()]) {
      timers.clear(timer);
      reject(ApiError.network());
    }

    this.#waiting.clear();
  }

  #receive(line: Line, text: string): void {
    let pushed: PushFrame[] = [];
    const deliver = () => {
      if (pushed.length > 0) {
        this.#handlers.onPushed(pushed);
        pushed = [];
      }
    };
    for (const frame of parseFrames(text)) {
      switch (frame.t) {
        case "welcome":
          this.#welcomed(line, frame);
          break;
        case "changes":
        case "heads":
        case "difference":
        case "history":
          this.#answered(frame.id)?.resolve(frame.result);
          break;
        case "pong":
          deliver();
          this.#ponged(frame);
          break;
        case "error": {
          const asked = frame.id === undefined ? undefined : this.#answered(frame.id);
          if (asked === undefined) {
            pushed.push(frame);
          } else {
            asked.reject(new ApiError(frame.code, frame.retryable, frame.retryAfterMs));
          }

          break;
        }
        case "ack":
        case "message":
        case "personal":
          this.#counted++;
          pushed.push(frame);
          break;
        default:
          pushed.push(frame);
      }
    }

    deliver();
  }

  #welcomed(line: Line, welcome: Welcome): void {
    const { timers } = this.#options;
    timers.clear(this.#deadline);
    line.welcomedAt = timers.now();
    this.#refused = undefined;
    this.#counted = 0;
    this.#pingMs = welcome.pingSeconds * 1000;
    this.#setState("online");
    this.#handlers.onWelcome(welcome);
    this.#planPing();
  }

  #answered(id: number): Waiting | undefined {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#options.timers.clear(asked?.timer);
    return asked;
  }

  /** The next ping is planned when a pong arrives: browsers slow down timers of hidden pages that plan themselves. */
  #planPing(): void {
    const { timers } = this.#options;
    timers.clear(this.#ping);
    this.#ping = timers.set(() => this.#sendPing(this.#pingMs), this.#pingMs);
  }

  #sendPing(withinMs: number): void {
    const { timers } = this.#options;
    timers.clear(this.#ping);
    timers.clear(this.#deadline);
    this.post({ t: "ping", id: this.#nextId++ });
    this.#deadline = timers.set(() => this.restart(), withinMs);
  }

  #ponged(pong: Pong): void {
    this.#options.timers.clear(this.#deadline);
    const isComplete = this.#counted >= pong.pushed;
    // What was lost before this pong is told once; from here on the two count together again.
    this.#counted = pong.pushed;
    this.#handlers.onPong(pong, isComplete);
    this.#planPing();
  }

  #flush(): void {
    const line = this.#line;
    const frames = this.#outgoing;
    this.#outgoing = [];
    if (line?.socket.readyState === OPEN) {
      for (const text of packFrames(frames)) {
        line.socket.send(text);
      }
    }
  }

  #setState(state: ConnectionState): void {
    const shown = state === "connecting" && !this.#options.isOnline() ? "offline" : state;
    if (shown !== this.#state) {
      this.#state = shown;
      this.#handlers.onState(shown);
    }
  }
}
