// Talks to the server with npm's ws, which shares no code with it: node ws-client.mjs WEB_FOLDER SOCKET_URL TOKEN CONVERSATION
import { createRequire } from "node:module";
import { join } from "node:path";

const [web, url, token, conversation] = process.argv.slice(2);
const { WebSocket } = createRequire(join(web, "package.json"))("ws");
const socket = new WebSocket(url, "hongyan.v1", { perMessageDeflate: true });
const frames = [];
const waiting = [];

function take(type) {
  const index = frames.findIndex((frame) => frame.t === type);
  return index < 0 ? undefined : frames.splice(index, 1)[0];
}

function next(type) {
  const frame = take(type);
  return frame ? Promise.resolve(frame) : new Promise((resolve) => waiting.push({ type, resolve }));
}

let longest = 0;
socket.on("message", (data, isBinary) => {
  longest = Math.max(longest, data.length);
  if (isBinary) {
    throw new Error("a binary message");
  }

  frames.push(...[JSON.parse(data.toString("utf8"))].flat());
  for (const wanted of [...waiting]) {
    const frame = take(wanted.type);
    if (frame) {
      waiting.splice(waiting.indexOf(wanted), 1);
      wanted.resolve(frame);
    }
  }
});

const once = (name) => new Promise((resolve, reject) => socket.once(name, resolve).once("error", reject));
const say = (frame, options = {}) => socket.send(JSON.stringify(frame), options);

await once("open");
const closed = new Promise((resolve) => socket.once("close", resolve));
say({ t: "hello", v: 1, token });
const welcome = await next("welcome");

const pong = once("pong");
socket.ping("wild goose");
const echoed = (await pong).toString();

// In three fragments, with a ping between.
const ids = ["0199e2a4-7e5c-7000-8000-000000000001", "0199e2a4-7e5c-7000-8000-000000000002"];
const send = (clientId, text) => ({ t: "send", conversation, clientId, body: { kind: "text", text } });
const fragmented = JSON.stringify(send(ids[0], "鸿雁 🪿"));
socket.send(fragmented.slice(0, 20), { fin: false });
socket.ping();
socket.send(fragmented.slice(20, 100), { fin: false });
socket.send(fragmented.slice(100), { fin: true });
const first = await next("ack");

say([send(ids[1], "x".repeat(9000)), { t: "ping", id: 3 }]);
const second = await next("ack");
await next("pong");

// The largest message there may be, and an answer longer than 64 KiB.
const largest = JSON.stringify({ t: "ping", id: 4 }).padEnd(256 * 1024);
socket.send(largest);
await next("pong");
const more = [];
for (let i = 3; i < 9; i++) {
  say(send(ids[0].replace(/1$/, String(i)), "雁".repeat(9000)));
  more.push((await next("ack")).seq);
}

say({ t: "history", id: 5, conversation });
await next("history");

socket.close(1000, "done");
const code = await closed;

/** How the server closes a socket that says this first. */
const closeOf = (text) =>
  new Promise((resolve, reject) => {
    const other = new WebSocket(url, "hongyan.v1");
    other.once("open", () => other.send(text)).once("close", resolve).once("error", reject);
  });

console.log(
  JSON.stringify({
    protocol: socket.protocol,
    extensions: socket.extensions,
    user: welcome.user,
    echoed,
    seqs: [first.seq, second.seq, ...more],
    largest: longest,
    code,
    badHello: await closeOf("{}"),
    tooLarge: await closeOf(largest),
  }),
);
