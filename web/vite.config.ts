import { readFileSync } from "node:fs";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:5080";

/** The emoji picker's data in the client's languages, served by the server itself. */
function emojiData(): Plugin {
  const files = ["en", "zh"].flatMap((language) => ["data", "messages"].map((name) => `${language}/${name}.json`));
  const read = (file: string) => readFileSync(`node_modules/emojibase-data/${file}`);
  return {
    name: "emoji-data",
    generateBundle() {
      for (const file of files) {
        this.emitFile({ type: "asset", fileName: `emoji/${file}`, source: read(file) });
      }
    },
    configureServer(development) {
      development.middlewares.use("/emoji", (request, response, next) => {
        const file = files.find((candidate) => request.url === `/${candidate}`);
        return file === undefined ? next() : response.setHeader("content-type", "application/json").end(read(file));
      });
    },
  };
}

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    emojiData(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      // The manifest is a file of its own in public/, so that it can be read and changed like any other.
      manifest: false,
      injectManifest: {
        globPatterns: ["**/*.{js,css,html,svg,png,webmanifest,json}"],
        maximumFileSizeToCacheInBytes: 4_000_000,
      },
    }),
  ],
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0 },
  server: { proxy: { "/api": server, "/ws": { target: server, ws: true } } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
