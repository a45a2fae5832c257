import type { ClientFrame, ServerFrame } from "../api/wire";
import { logWarning } from "../lib/log";

/** The protocol's limits for what a client sends at once. */
const FRAMES_PER_ARRAY = 256;
const MESSAGE_BYTES = 200 * 1024;

const KNOWN: ReadonlySet<string> = new Set<ServerFrame["t"]>([
  "welcome",
  "ack",
  "message",
  "personal",
  "marks",
  "typing",
  "changes",
  "heads",
  "difference",
  "history",
  "pong",
  "resync",
  "error",
]);

/** The frames of one socket message; what this client does not know is logged and left out. */
export function parseFrames(text: string): ServerFrame[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    logWarning("frame is not JSON", { length: text.length });
    return [];
  }

  return (Array.isArray(parsed) ? parsed : [parsed]).filter(isKnown);
}

function isKnown(frame: unknown): frame is ServerFrame {
  const type = typeof frame === "object" && frame !== null && "t" in frame ? frame.t : undefined;
  if (typeof type === "string" && KNOWN.has(type)) {
    return true;
  }

  logWarning("unknown frame", { type });
  return false;
}

/** Frames as socket messages: one alone as it is, several as arrays that keep to the limits. */
export function packFrames(frames: readonly ClientFrame[]): string[] {
  const packed: string[] = [];
  let texts: string[] = [];
  let bytes = 0;
  const close = () => {
    if (texts.length > 0) {
      packed.push(texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(",")}]`);
    }

    texts = [];
    bytes = 0;
  };
  for (const frame of frames) {
    const text = JSON.stringify(frame);
    // A UTF-16 code unit is at most three bytes of UTF-8.
    const size = text.length * 3;
    if (texts.length === FRAMES_PER_ARRAY || bytes + size > MESSAGE_BYTES) {
      close();
    }

    texts.push(text);
    bytes += size;
  }

  close();
  return packed;
}
