import { describe, expect, it } from "vitest";
import { fitting } from "./pictures";

const MIB = 1024 * 1024;

describe("fitting", () => {
  it("leaves a picture alone that the server takes", async () => {
    const picture = new Blob([new Uint8Array(5 * MIB)], { type: "image/png" });
    expect(await fitting(picture)).toBe(picture);
  });

  it("refuses what is too large and cannot be made smaller", async () => {
    const picture = new Blob([new Uint8Array(5 * MIB + 1)], { type: "image/png" });
    await expect(fitting(picture)).rejects.toMatchObject({ code: "picture_too_large" });
  });
});
