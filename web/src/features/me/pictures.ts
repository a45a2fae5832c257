import { ApiError } from "../../api/apiError";

/** As much as the server takes (docs/protocol.md, Limits). */
const MAX_BYTES = 5 * 1024 * 1024;
/** The longer side of a picture that was too large. The server makes it smaller still. */
const SIDE = 1024;

/**
 * The picture as it can be sent: photos are often larger than the server takes, and are made smaller here.
 *
 * @throws {ApiError} `picture_too_large` when it is too large and not a picture that the browser can read.
 */
export async function fitting(picture: Blob): Promise<Blob> {
  if (picture.size <= MAX_BYTES) {
    return picture;
  }

  const smaller = await shrunk(picture).catch(() => undefined);
  if (smaller === undefined || smaller.size > MAX_BYTES) {
    throw new ApiError("picture_too_large", false);
  }

  return smaller;
}

async function shrunk(picture: Blob): Promise<Blob | undefined> {
  const bitmap = await createImageBitmap(picture);
  try {
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    if (context === null) {
      return undefined;
    }

    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const type = picture.type === "image/jpeg" ? "image/jpeg" : "image/png";
    return await new Promise((done) => canvas.toBlob((made) => done(made ?? undefined), type, 0.9));
  } finally {
    bitmap.close();
  }
}
