import { v7 as uuidv7 } from "uuid";
import type { Api } from "../api/api";
import type { Session } from "../api/session";
import type { ClientId, ConversationId, UserId } from "../api/wire";
import type { ServerClock } from "../lib/serverClock";
import type { Timers } from "../lib/timers";
import { Avatars } from "./avatars";
import type { Commands } from "./commands";
import type { OutboxRow } from "./data";
import { Database } from "./db";
import { Engine } from "./engine";
import { Journal } from "./journal";
import { Keeper } from "./keeper";
import { People } from "./people";
import { Socket } from "./socket";
import type { Store } from "./store";
import { type Shared, Tabs } from "./tabs";
import { Timelines } from "./timelines";
import type { ConnectionState } from "./types";

/** Errors that are about the client id itself: a retry needs another one. Any other keeps it, so nothing is doubled. */
const NEEDS_NEW_ID: ReadonlySet<string> = new Set(["client_id_reused", "invalid_client_id"]);

export interface AccountOptions {
  readonly user: UserId;
  readonly store: Store;
  readonly api: Api;
  readonly session: Session;
  readonly timers: Timers;
  readonly clock: ServerClock;
  readonly storage: Storage;
  readonly socketUrl: string;
  readonly connect: (url: string, protocol: string) => WebSocket;
  readonly isOnline: () => boolean;
  readonly onRevoked: () => void;
}

/** Everything of the person who is signed in, in this tab. */
export class Account {
  readonly user: UserId;
  readonly keeper: Keeper;
  readonly timelines: Timelines;
  readonly avatars: Avatars;
  readonly people: People;
  readonly #options: AccountOptions;
  readonly #tabs: Tabs;
  readonly #journal: Journal;
  #leading: { socket: Socket; engine: Engine } | undefined;
  #stopWatching: () => void = () => undefined;

  constructor(options: AccountOptions) {
    const { user, store, api, timers } = options;
    this.user = user;
    this.#options = options;
    this.#tabs = new Tabs(user, timers, {
      onLead: () => void this.#lead(),
      onFollow: () => this.#follow(),
      onLeader: (connection) => this.#setConnection(connection),
      onShared: (message) => this.#receive(message),
      connection: () => store.getState().connection,
      commands: () => this.#leading?.engine,
    });
    this.#journal = new Journal(options.storage, user);
    this.keeper = new Keeper(store, this.#journal, (message) => this.#tabs.share(message));
    this.keeper.onDeposed = () => this.#tabs.stepDown();
    this.timelines = new Timelines(store, this.keeper, () => this.commands);
    this.avatars = new Avatars(api, () => this.keeper.database);
    this.people = new People(api, this.keeper);
  }

  /** The leading tab's commands, wherever that is. */
  get commands(): Commands {
    return this.#leading?.engine ?? this.#tabs.remote;
  }

  /** Reads what is on this device; then this tab joins the others. */
  async open(): Promise<void> {
    await this.keeper.open(this.user);
    this.#tabs.start();
  }

  /** The network is back, or the page is looked at again. */
  wake(): void {
    if (this.#leading === undefined) {
      this.#tabs.probe();
    } else {
      this.#leading.socket.wake();
    }
  }

  /** The network is gone. */
  sleep(): void {
    this.#leading?.socket.sleep();
  }

  share(message: Shared): void {
    this.#tabs.share(message);
  }

  send(conversation: ConversationId, text: string): void {
    const seenSeq = this.keeper.data.conversations[conversation]?.head.seq ?? 0;
    const row = { clientId: this.newId(), conversation, text, createdAt: this.#options.clock.now(), seenSeq };
    void this.keeper.addToOutbox({ ...row, state: "queued" });
    this.draft(conversation, "");
  }

  retry(clientId: ClientId): void {
    const row = this.#failed(clientId);
    if (row === undefined) {
      return;
    }

    const { n: _, errorCode, ...rest } = row;
    if (errorCode !== undefined && NEEDS_NEW_ID.has(errorCode)) {
      void this.keeper.commit([{ outboxRemoved: [clientId] }]);
      void this.keeper.addToOutbox({ ...rest, clientId: this.newId(), state: "queued" });
    } else {
      void this.keeper.commit([{ outbox: [{ ...rest, n: row.n, state: "queued" }] }]);
    }
  }

  discard(clientId: ClientId): void {
    if (this.#failed(clientId) !== undefined) {
      void this.keeper.commit([{ outboxRemoved: [clientId] }]);
    }
  }

  draft(conversation: ConversationId, text: string): void {
    const before = this.keeper.data.drafts[conversation];
    if ((before?.text ?? "") !== text) {
      // The clock can be set back; what was written later stays the later one.
      const changedAt = Math.max(this.#options.clock.now(), before?.changedAt ?? 0);
      void this.keeper.commit([{ drafts: [{ conversation, text, changedAt }] }]);
    }
  }

  newId(): ClientId {
    return uuidv7({ msecs: this.#options.clock.now() });
  }

  /** Lets go of the connection and of the database; deletes what was kept if it must not stay. */
  async close(isForgotten: boolean): Promise<void> {
    this.#tabs.stop();
    this.timelines.stop();
    this.avatars.stop();
    await this.keeper.close();
    if (isForgotten) {
      this.#journal.clear();
      await Database.delete(this.user);
    }
  }

  async #lead(): Promise<void> {
    await this.keeper.lead(this.#tabs.id);
    if (!this.#tabs.isLeading || this.#leading !== undefined) {
      return;
    }

    const { session, timers, clock, api, store, socketUrl: url, connect, isOnline, onRevoked } = this.#options;
    const socket: Socket = new Socket(
      {
        url,
        timers,
        isOnline,
        connect,
        token: (refused) => (refused === undefined ? session.token() : session.refresh(refused)),
      },
      {
        onWelcome: (welcome) => engine.onWelcome(welcome),
        onPushed: (frames) => engine.onPushed(frames),
        onPong: (pong, isComplete) => engine.onPong(pong, isComplete),
        onState: (state) => {
          // Connected is not yet up to date; that is told when the engine is.
          if (state !== "online") {
            engine.onDisconnected();
            this.#publish(state);
          }
        },
        onRevoked,
        onReplaced: () => this.#tabs.giveWay(),
      },
    );
    const showTyping = (typing: Parameters<ConstructorParameters<typeof Engine>[5]>[0]) => {
      store.setState({ typing });
      this.#tabs.share({ type: "typing", typing });
    };
    const engine = new Engine(this.keeper, socket, api, timers, clock, showTyping, () => this.#publish("online"));
    this.#leading = { socket, engine };
    this.#stopWatching = store.subscribe((state, before) => {
      if (state.data.outbox !== before.data.outbox) {
        engine.onOutbox();
      }
    });
    socket.start();
  }

  #follow(): void {
    this.keeper.leader = undefined;
    this.#stopWatching();
    this.#leading?.socket.stop();
    this.#leading?.engine.onDisconnected();
    this.#leading = undefined;
    this.#setConnection("connecting");
  }

  #publish(connection: ConnectionState): void {
    this.#setConnection(connection);
    this.#tabs.share({ type: "connection", connection });
  }

  #setConnection(connection: ConnectionState): void {
    const before = this.#options.store.getState().connection;
    this.#options.store.setState({ connection });
    if (connection === "online") {
      this.people.askAgain();
      this.timelines.freshen();
    } else if (before === "online") {
      this.#options.store.setState({ typing: {} });
    }
  }

  #receive(message: Shared): void {
    switch (message.type) {
      case "token":
        this.#options.session.receive(message);
        break;
      case "patches":
        this.keeper.receive(message);
        break;
      case "connection":
        this.#setConnection(message.connection);
        break;
      case "typing":
        this.#options.store.setState({ typing: message.typing });
        break;
      default:
        message satisfies never;
    }
  }

  #failed(clientId: ClientId): OutboxRow | undefined {
    const rows = Object.values(this.keeper.data.outbox).flat();
    return rows.find((row) => row.clientId === clientId && row.state === "failed");
  }
}
