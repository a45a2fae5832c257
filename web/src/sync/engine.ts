import type { Api } from "../api/api";
import { ApiError } from "../api/apiError";
import type { ConversationHead, ConversationId, Message, MessageSent, PersonalChange } from "../api/wire";
import { backoffMs } from "../lib/backoff";
import { logWarning } from "../lib/log";
import type { ServerClock } from "../lib/serverClock";
import { TaskQueue } from "../lib/taskQueue";
import type { TimerId, Timers } from "../lib/timers";
import {
  applyDifference,
  applyHead,
  applyHistory,
  applyMessage,
  applyOwnRead,
  applyPeerMarks,
  applyPersonal,
  applyPersonalDifference,
  hasHistory,
  judge,
  skipAhead,
  startOver,
} from "./applyChange";
import { Batch } from "./batch";
import type { Commands, HistoryQuery } from "./commands";
import type { ConversationState } from "./data";
import type { Keeper } from "./keeper";
import { MarkSender } from "./marks";
import { OutboxSender } from "./outbox";
import { rangeOf } from "./ranges";
import type { Pong, PushFrame, Socket, Welcome } from "./socket";
import { type Typing, TypingTracker } from "./typing";

/** Further behind than this, the difference is not worth its cost: the newest page and a hole. */
const TOO_FAR_BEHIND = 200;
const PAGE = 50;
const HEADS_PAGE = 50;
/** How many conversations are read ahead on a device that has nothing of them, for the next visit offline. */
const READ_AHEAD = 20;
/** Fewer messages than this are not a page worth showing by itself. */
const THIN = 20;
/** Clocks of several servers, and the time between a commit and its being pushed. */
const CLOCK_MARGIN_MS = 60_000;
/** A head can overtake the message that moved it; that message is on its way. */
const OVERTAKEN_MS = 1_000;
const CATCH_UPS_AT_ONCE = 3;

type Personal = { readonly pts: number; readonly change: PersonalChange };

/** The leading tab's side of the protocol: keeps what is known here equal to what the server knows. */
export class Engine implements Commands {
  readonly #keeper: Keeper;
  readonly #socket: Socket;
  readonly #api: Api;
  readonly #timers: Timers;
  readonly #clock: ServerClock;
  readonly #onLive: () => void;
  readonly #outbox: OutboxSender;
  readonly #marks: MarkSender;
  readonly #typing: TypingTracker;
  readonly #work = new TaskQueue(CATCH_UPS_AT_ONCE);

  #phase: "off" | "syncing" | "live" = "off";
  /** Rises with every sync, and tells what belongs to an older one. */
  #run = 0;
  /** What was pushed while syncing. */
  #held: PushFrame[] = [];
  /** What was pushed to conversations whose difference is being fetched. */
  readonly #catchUps = new Map<ConversationId, { pushed: Message[]; done: Promise<void> }>();
  /** What was pushed to conversations that are not known yet. */
  readonly #strangers = new Map<ConversationId, Message[]>();
  /** Personal changes that arrived while earlier ones are being fetched. */
  #personalGap: Personal[] | undefined;
  /** Conversations one has left since the run began. */
  readonly #left = new Set<ConversationId>();
  /** How often each conversation started over, so that a page asked for before is not taken after. */
  readonly #startedOver = new Map<ConversationId, number>();
  readonly #refreshedHeads = new Set<ConversationId>();
  #overtaken: TimerId | undefined;

  constructor(
    keeper: Keeper,
    socket: Socket,
    api: Api,
    timers: Timers,
    clock: ServerClock,
    showTyping: (typing: Typing) => void,
    onLive: () => void,
  ) {
    this.#keeper = keeper;
    this.#socket = socket;
    this.#api = api;
    this.#timers = timers;
    this.#clock = clock;
    this.#onLive = onLive;
    this.#outbox = new OutboxSender(keeper, socket, timers);
    this.#marks = new MarkSender(keeper, socket, timers);
    this.#typing = new TypingTracker(socket, timers, showTyping);
  }

  // What the socket says.

  onWelcome(welcome: Welcome): void {
    this.#clock.heard(welcome.now);
    if (welcome.pts < this.#keeper.data.personalPts) {
      logWarning("the server knows less than this device; starting afresh");
      void this.#keeper.commit([{ reset: true }]);
    }

    void this.#sync(welcome.now);
  }

  onDisconnected(): void {
    this.#phase = "off";
    this.#run++;
    this.#forgetRun();
    this.#outbox.stop();
    this.#marks.stop();
    this.#typing.stop();
  }

  onPushed(frames: readonly PushFrame[]): void {
    if (this.#phase !== "live") {
      this.#hold(frames);
      return;
    }

    if (frames.some((frame) => frame.t === "resync")) {
      void this.#sync(undefined);
      this.#hold(frames);
      return;
    }

    this.#apply(frames);
  }

  onPong(pong: Pong, isComplete: boolean): void {
    this.#clock.heard(pong.now);
    this.#marks.ponged();
    if (this.#phase !== "live") {
      // The sync under way may have asked before what was lost.
      if (!isComplete && this.#phase === "syncing") {
        void this.#sync(undefined);
      }

      return;
    }

    if (!isComplete) {
      logWarning("a push was lost", { pushed: pong.pushed });
      void this.#sync(undefined);
    } else if (pong.pts > this.#keeper.data.personalPts) {
      this.#fillPersonalGap();
    } else if (this.#catchUps.size === 0 && this.#strangers.size === 0 && this.#personalGap === undefined) {
      void this.#keeper.commit([{ syncedAt: pong.now }]);
    }
  }

  /** Something was put into the outbox, perhaps by another tab. */
  onOutbox(): void {
    this.#outbox.drain();
  }

  // What the screens ask for.

  async freshen(id: ConversationId): Promise<void> {
    if (this.#phase !== "live") {
      return;
    }

    const state = this.#keeper.data.conversations[id];
    if (state === undefined) {
      return;
    }

    if (state.pts < state.head.pts) {
      await this.#catchUp(id, []);
    }

    if (this.#isThin(id)) {
      await this.history(id, {});
    }

    if (state.head.kind === "direct" && !this.#refreshedHeads.has(id)) {
      this.#refreshedHeads.add(id);
      await this.#refreshHead(id);
    }
  }

  async history(id: ConversationId, query: HistoryQuery): Promise<Message[]> {
    for (;;) {
      const before = this.#epochOf(id);
      const page = await this.#socket.request({ t: "history", conversation: id, limit: PAGE, ...query });
      const state = this.#keeper.data.conversations[id];
      if (state === undefined) {
        return [];
      }

      if (before === this.#epochOf(id)) {
        const batch = new Batch(this.#keeper.data);
        batch.add(applyHistory(state, page));
        // The first page can bring what was acked while nothing of the conversation was here.
        this.#settle(batch, page.messages, [id]);
        await this.#keeper.commit(batch.patches);
        return page.messages;
      }
    }
  }

  async mark(id: ConversationId, read: number): Promise<void> {
    const state = this.#keeper.data.conversations[id];
    if (state !== undefined) {
      await this.#keeper.commit([applyOwnRead(state, read)]);
      this.#marks.touch([id]);
    }
  }

  async type(id: ConversationId): Promise<void> {
    this.#typing.say(id);
  }

  /** The answer to a command of this device: shows the conversation before the personal log tells of it. */
  async adopt(head: ConversationHead): Promise<void> {
    if (this.#keeper.data.conversations[head.id] === undefined && !this.#left.has(head.id)) {
      await this.#keeper.commit([applyHead(undefined, head)]);
      this.#joined([head.id]);
    }
  }

  // Coming up to date.

  async #sync(now: number | undefined): Promise<void> {
    const run = ++this.#run;
    this.#phase = "syncing";
    this.#forgetRun();
    for (let attempt = 0; run === this.#run && this.#phase === "syncing"; attempt++) {
      await this.#retrying(attempt, async () => {
        await this.#fetchPersonal(run);
        await this.#fetchHeads(run);
        if (run === this.#run) {
          this.#live(now);
        }
      });
    }
  }

  async #fetchPersonal(run: number): Promise<void> {
    for (let isComplete = false; !isComplete && run === this.#run; ) {
      const since = this.#keeper.data.personalPts;
      const difference = await this.#socket.request({ t: "changes", since });
      if (run === this.#run) {
        for (const change of difference.changes) {
          this.#noticePersonal(change);
        }

        await this.#keeper.commit(applyPersonalDifference(this.#keeper.data, difference));
      }

      isComplete = difference.isComplete || difference.pts <= since;
    }
  }

  /**
   * Heads, newest activity first, down to those that cannot have changed since this device last knew everything. A
   * change that is pushed out of order with others is why it is the time that ends it, and not the first known head.
   */
  async #fetchHeads(run: number): Promise<void> {
    const unchangedBefore = this.#keeper.data.syncedAt - CLOCK_MARGIN_MS;
    let after: string | undefined;
    do {
      const page = await this.#socket.request({ t: "heads", limit: HEADS_PAGE, ...(after && { after }) });
      if (run !== this.#run) {
        return;
      }

      const batch = new Batch(this.#keeper.data);
      for (const head of page.items) {
        batch.add(applyHead(batch.conversation(head.id), head));
      }

      await this.#keeper.commit(batch.patches);
      const last = page.items.at(-1);
      const isKnown = last !== undefined && last.activeAt < unchangedBefore;
      after = isKnown ? undefined : page.next;
    } while (after !== undefined);
  }

  #live(now: number | undefined): void {
    this.#phase = "live";
    const lastOnly = Object.values(this.#keeper.data.conversations).filter(
      (state) => state.pts < state.head.pts && !hasHistory(state),
    );
    void this.#keeper.commit([...lastOnly.map(skipAhead), ...(now === undefined ? [] : [{ syncedAt: now }])]);
    this.#apply(this.#held.splice(0).filter((frame) => frame.t !== "resync"));
    const states = Object.values(this.#keeper.data.conversations).sort((a, b) => b.head.activeAt - a.head.activeAt);
    this.#catchUpLater(states.filter((state) => state.pts < state.head.pts));
    for (const { id } of states.slice(0, READ_AHEAD)) {
      this.#work.add(() => this.#readAhead(id));
    }

    this.#outbox.start();
    this.#marks.start();
    this.#onLive();
  }

  async #readAhead(id: ConversationId): Promise<void> {
    if (this.#phase === "live" && this.#isThin(id)) {
      await this.history(id, {}).catch((error: unknown) => logUnlessApi("read ahead failed", error));
    }
  }

  #catchUpLater(states: readonly ConversationState[]): void {
    for (const { id } of states) {
      this.#work.add(() => this.#catchUp(id, []));
    }
  }

  /** Fetches what has changed in a conversation; what is pushed to it meanwhile waits. */
  #catchUp(id: ConversationId, pushed: readonly Message[]): Promise<void> {
    const underWay = this.#catchUps.get(id);
    if (underWay !== undefined) {
      underWay.pushed.push(...pushed);
      return underWay.done;
    }

    const waiting = [...pushed];
    const done = this.#runCatchUp(id, waiting, this.#run)
      .catch((error: unknown) => {
        // Not to be had, and so not asked for again until the next sync.
        waiting.length = 0;
        logUnlessApi("catch-up failed", error);
      })
      .then(() => {
        if (this.#catchUps.get(id)?.done === done) {
          this.#catchUps.delete(id);
          this.#apply(waiting.map((message) => ({ t: "message", message })));
        }
      });
    this.#catchUps.set(id, { pushed: waiting, done });
    return done;
  }

  async #runCatchUp(id: ConversationId, waiting: readonly Message[], run: number): Promise<void> {
    for (let attempt = 0; run === this.#run; ) {
      const state = this.#keeper.data.conversations[id];
      const target = Math.max(state?.head.pts ?? 0, ...waiting.map((message) => message.pts));
      if (state === undefined || state.pts >= target) {
        return;
      }

      const isFar = target - state.pts > TOO_FAR_BEHIND;
      await this.#retrying(attempt++, () =>
        isFar ? this.#leaveHole(id, target, run) : this.#fetchDifference(state, run),
      );
      if ((this.#keeper.data.conversations[id]?.pts ?? 0) > state.pts) {
        attempt = 0;
      }
    }
  }

  async #fetchDifference({ id, pts }: ConversationState, run: number): Promise<void> {
    const difference = await this.#socket.request({ t: "difference", conversation: id, since: pts });
    const state = this.#keeper.data.conversations[id];
    if (run !== this.#run || state === undefined) {
      return;
    }

    const batch = new Batch(this.#keeper.data);
    batch.add(applyDifference(state, difference));
    this.#settle(batch, difference.messages, [id]);
    await this.#keeper.commit(batch.patches);
    this.#marks.touch([id]);
  }

  async #leaveHole(id: ConversationId, target: number, run: number): Promise<void> {
    const page = await this.#socket.request({ t: "history", conversation: id, limit: PAGE });
    const state = this.#keeper.data.conversations[id];
    if (run !== this.#run || state === undefined) {
      return;
    }

    this.#startedOver.set(id, (this.#startedOver.get(id) ?? 0) + 1);
    const batch = new Batch(this.#keeper.data);
    batch.add(startOver(state, target, page.messages));
    this.#settle(batch, page.messages, [id]);
    await this.#keeper.commit(batch.patches);
    this.#marks.touch([id]);
  }

  async #refreshHead(id: ConversationId): Promise<void> {
    const { personalPts } = this.#keeper.data;
    const run = this.#run;
    try {
      const head = await this.#api.getConversation(id);
      const state = this.#keeper.data.conversations[id];
      // A personal change that came meanwhile is newer than this answer.
      if (run === this.#run && state !== undefined && personalPts === this.#keeper.data.personalPts) {
        await this.#keeper.commit([applyHead(state, head)]);
        this.#awaitOvertaken();
      }
    } catch (error) {
      logUnlessApi("head not refreshed", error);
    }
  }

  // Taking what is pushed.

  #apply(frames: readonly PushFrame[]): void {
    const batch = new Batch(this.#keeper.data);
    const touched = new Set<ConversationId>();
    const joined: ConversationId[] = [];
    const after: (() => void)[] = [];
    for (const frame of frames) {
      switch (frame.t) {
        case "message":
          this.#takeMessage(batch, frame.message, after);
          touched.add(frame.message.conversation);
          break;
        case "ack":
          this.#takeAck(batch, frame, after);
          touched.add(frame.conversation);
          break;
        case "personal":
          this.#takePersonal(batch, frame, joined, after);
          break;
        case "marks": {
          const state = batch.conversation(frame.conversation);
          batch.add(state === undefined ? {} : applyPeerMarks(state, frame.read, frame.delivered));
          break;
        }
        case "typing":
          this.#typing.heard(frame.conversation, frame.user);
          break;
        case "error":
          this.#takeError(frame);
          break;
        case "resync":
          break;
        default:
          frame satisfies never;
      }
    }

    this.#settle(batch, [], touched);
    void this.#keeper.commit(batch.patches);
    this.#marks.touch(touched);
    for (const run of after) {
      run();
    }

    this.#joined(joined);
    this.#outbox.drain();
  }

  #takeMessage(batch: Batch, message: Message, after: (() => void)[]): void {
    const id = message.conversation;
    const state = batch.conversation(id);
    this.#typing.stopped(id, message.sender);
    if (state === undefined) {
      after.push(() => this.#meet(id, message));
      return;
    }

    const catchUp = this.#catchUps.get(id);
    if (catchUp !== undefined) {
      catchUp.pushed.push(message);
      return;
    }

    switch (judge(message.pts, state.pts)) {
      case "drop":
        // The row may still be new to a page that is on its way.
        batch.add({ messages: [message] });
        break;
      case "gap":
        after.push(() => void this.#catchUp(id, [message]));
        break;
      case "apply":
        batch.add(applyMessage(state, message));
        break;
    }

    this.#settle(batch, [message], []);
  }

  /** One's own message: with the body that is still here, the ack is the change itself. */
  #takeAck(batch: Batch, ack: MessageSent, after: (() => void)[]): void {
    const row = this.#outbox.acked(ack);
    const sender = batch.data.me?.id;
    if (row !== undefined && sender !== undefined) {
      const { conversation, clientId, seq, pts, sentAt } = ack;
      const body = { kind: "text" as const, text: row.text };
      this.#typing.said(conversation);
      this.#takeMessage(batch, { conversation, clientId, seq, pts, sentAt, sender, body }, after);
      return;
    }

    // Without the body it only tells that there is a change.
    const state = batch.conversation(ack.conversation);
    if (state !== undefined && ack.pts > state.head.pts) {
      batch.add({ conversations: [{ ...state, head: { ...state.head, pts: ack.pts } }] });
      after.push(() => void this.#catchUp(ack.conversation, []));
    }
  }

  #takePersonal(batch: Batch, personal: Personal, joined: ConversationId[], after: (() => void)[]): void {
    if (this.#personalGap !== undefined) {
      this.#personalGap.push(personal);
      return;
    }

    switch (judge(personal.pts, batch.data.personalPts)) {
      case "drop":
        return;
      case "gap":
        this.#personalGap = [personal];
        after.push(() => this.#fillPersonalGap());
        return;
      case "apply":
        batch.add(applyPersonal(batch.data, personal.change, personal.pts));
        this.#noticePersonal(personal.change);
        if (personal.change.kind === "conversation") {
          joined.push(personal.change.head.id);
        }
    }
  }

  #noticePersonal(change: PersonalChange): void {
    if (change.kind === "conversation") {
      this.#left.delete(change.head.id);
    } else if (change.kind === "conversation_removed") {
      this.#left.add(change.conversation);
      this.#strangers.delete(change.conversation);
    }
  }

  #fillPersonalGap(): void {
    this.#personalGap ??= [];
    void this.#runPersonalGap(this.#run).catch((error: unknown) => logUnlessApi("personal changes not fetched", error));
  }

  async #runPersonalGap(run: number): Promise<void> {
    let isFetched = false;
    for (let attempt = 0; run === this.#run && !isFetched; attempt++) {
      isFetched = await this.#retrying(attempt, () => this.#fetchPersonal(run));
    }

    if (run === this.#run) {
      const waiting = this.#personalGap ?? [];
      this.#personalGap = undefined;
      this.#apply(waiting.map((personal) => ({ t: "personal", ...personal })));
      this.#joined(Object.keys(this.#keeper.data.conversations));
    }
  }

  #takeError(error: Extract<PushFrame, { t: "error" }>): void {
    if (error.clientId === undefined) {
      logWarning("the server refused a frame", { code: error.code });
    } else {
      this.#outbox.failed({ ...error, clientId: error.clientId });
    }
  }

  /** Takes messages out of the outbox that are on the server and among the messages here, and reads up to them. */
  #settle(batch: Batch, messages: readonly Message[], conversations: Iterable<ConversationId>): void {
    const here = messages.filter((message) => message.pts <= (batch.conversation(message.conversation)?.pts ?? 0));
    const acked = [...conversations].flatMap((id) => this.#outbox.arrived(id, batch.conversation(id)?.pts ?? 0));
    for (const { conversation, clientId, seq } of [...here, ...acked].sort((a, b) => a.seq - b.seq)) {
      const row = batch.data.outbox[conversation]?.find((other) => other.clientId === clientId);
      const state = batch.conversation(conversation);
      if (row === undefined || state === undefined) {
        continue;
      }

      batch.add({ outboxRemoved: [clientId] });
      // What one says has seen what was there; what came in between is still to be read.
      if (Math.max(state.head.readSeq, row.seenSeq) >= seq - 1) {
        batch.add(applyOwnRead(state, seq));
      }
    }
  }

  /** A message of a conversation that is not known: its head is on the way, or asked for. */
  #meet(id: ConversationId, message: Message): void {
    const waiting = this.#strangers.get(id);
    if (waiting !== undefined) {
      waiting.push(message);
      return;
    }

    if (this.#left.has(id)) {
      return;
    }

    this.#strangers.set(id, [message]);
    const run = this.#run;
    this.#api
      .getConversation(id)
      .then(async (head) => {
        if (run === this.#run) {
          await this.adopt(head);
        }
      })
      .catch((error: unknown) => {
        this.#strangers.delete(id);
        logUnlessApi("conversation not met", error);
      });
  }

  /** These conversations are known now, or their heads have moved. */
  #joined(conversations: readonly ConversationId[]): void {
    const met = conversations.flatMap((id) => {
      const waiting = this.#keeper.data.conversations[id] && this.#strangers.get(id);
      if (waiting) {
        this.#strangers.delete(id);
      }

      return waiting ?? [];
    });
    if (met.length > 0) {
      this.#apply(met.map((message) => ({ t: "message", message })));
    }

    if (conversations.length > 0) {
      this.#marks.touch(conversations);
      this.#awaitOvertaken();
    }
  }

  /** Heads that are ahead of the messages: if these do not arrive by themselves soon, they are fetched. */
  #awaitOvertaken(): void {
    this.#overtaken ??= this.#timers.set(() => {
      this.#overtaken = undefined;
      if (this.#phase === "live") {
        this.#catchUpLater(Object.values(this.#keeper.data.conversations).filter((row) => row.pts < row.head.pts));
      }
    }, OVERTAKEN_MS);
  }

  #hold(frames: readonly PushFrame[]): void {
    for (const frame of frames) {
      if (frame.t === "error") {
        this.#takeError(frame);
      } else if (frame.t !== "typing") {
        this.#held.push(frame);
      }
    }
  }

  #forgetRun(): void {
    this.#held = [];
    this.#catchUps.clear();
    this.#strangers.clear();
    this.#left.clear();
    this.#refreshedHeads.clear();
    this.#personalGap = undefined;
    this.#work.clear();
    this.#timers.clear(this.#overtaken);
    this.#overtaken = undefined;
  }

  #isThin(id: ConversationId): boolean {
    const state = this.#keeper.data.conversations[id];
    if (state === undefined || state.head.seq <= state.head.joinedSeq) {
      return false;
    }

    const newest = rangeOf(state.ranges, state.head.seq);
    return newest === undefined || (newest.to - newest.from + 1 < THIN && newest.from > state.head.joinedSeq + 1);
  }

  #epochOf(id: ConversationId): string {
    return `${this.#run}/${this.#startedOver.get(id) ?? 0}`;
  }

  /** Whether it succeeded; if not, the time to try again has come. */
  async #retrying(attempt: number, run: () => Promise<void>): Promise<boolean> {
    const epoch = this.#run;
    try {
      if (attempt > 0) {
        await this.#pause(backoffMs(attempt, this.#timers));
      }

      await run();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError && error.retryable)) {
        throw error;
      }

      // A lost line ends the run, and there is nothing to wait for.
      if (epoch === this.#run && error.retryAfterMs !== undefined) {
        await this.#pause(error.retryAfterMs);
      }

      return false;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.set(resolve, ms);
    });
  }
}

/** A call that failed is nothing to report; anything else is a mistake of this program. */
function logUnlessApi(event: string, error: unknown): void {
  if (!(error instanceof ApiError)) {
    logWarning(event, { error: String(error) });
  }
}
