import type { Api } from "../../api/api";
import type { UserId } from "../../api/wire";
import { ServerClock } from "../../lib/serverClock";
import { Engine } from "../engine";
import { Journal } from "../journal";
import { Keeper } from "../keeper";
import { Socket } from "../socket";
import { createAppStore, type Store } from "../store";
import { FakeLine } from "./fakeLine";
import type { FakeServer } from "./fakeServer";
import type { VirtualTimers } from "./virtualTimers";

/** One leading tab of a person, on a model of the server. */
export class Device {
  readonly store: Store = createAppStore();
  readonly keeper: Keeper;
  readonly socket: Socket;
  readonly engine: Engine;
  /** The connection of now, or the last one. */
  line: FakeLine | undefined;
  /** Whether what the server says arrives by itself. */
  isFast = true;
  isOnline = true;
  liveCount = 0;
  isRevoked = false;
  #nextId = 1;
  readonly #user: UserId;
  readonly #timers: VirtualTimers;

  constructor(server: FakeServer, user: UserId, timers: VirtualTimers) {
    this.#user = user;
    this.#timers = timers;
    const clock = new ServerClock(timers, undefined);
    const api = { getConversation: (id: string) => server.getConversation(id, user) } as Api;
    this.keeper = new Keeper(this.store, new Journal(localStorage, user), () => undefined);
    this.socket = new Socket(
      {
        url: "ws://test/ws",
        timers,
        token: () => Promise.resolve("token"),
        isOnline: () => this.isOnline,
        connect: () => {
          this.line = new FakeLine(server, user, this.isFast);
          return this.line as unknown as WebSocket;
        },
      },
      {
        onWelcome: (welcome) => this.engine.onWelcome(welcome),
        onPushed: (frames) => this.engine.onPushed(frames),
        onPong: (pong, isComplete) => this.engine.onPong(pong, isComplete),
        onState: (connection) => {
          if (connection !== "online") {
            this.engine.onDisconnected();
            this.store.setState({ connection });
          }
        },
        onRevoked: () => {
          this.isRevoked = true;
        },
        onReplaced: () => undefined,
      },
    );
    this.engine = new Engine(
      this.keeper,
      this.socket,
      api,
      timers,
      clock,
      (typing) => this.store.setState({ typing }),
      () => {
        this.liveCount++;
        this.store.setState({ connection: "online" });
      },
    );
    this.store.subscribe((state, before) => {
      if (state.data.outbox !== before.data.outbox) {
        this.engine.onOutbox();
      }
    });
  }

  /** Reads and keeps what it knows in the database of this user. */
  async openDatabase(): Promise<this> {
    await this.keeper.open(this.#user);
    await this.keeper.lead(`tab ${Math.random()}`);
    return this;
  }

  async start(): Promise<this> {
    this.socket.start();
    await this.quiet();
    return this;
  }

  /** Writes a text, as the screen would. */
  write(conversation: string, text: string): Promise<unknown> {
    const seenSeq = this.keeper.data.conversations[conversation]?.head.seq ?? 0;
    const clientId = `${this.#user}-${this.#nextId++}-${text}`;
    const createdAt = this.#timers.now();
    return this.keeper.addToOutbox({ clientId, conversation, text, createdAt, seenSeq, state: "queued" });
  }

  /** Resolves when nothing is under way but what waits for time to pass or frames to arrive. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await this.keeper.settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async stop(): Promise<void> {
    this.socket.stop();
    this.engine.onDisconnected();
    this.line?.close();
    await this.keeper.close();
  }
}
