import { createStore } from "zustand/vanilla";
import type { AppUpdate } from "../sync/types";

/** Whether a newer version of the client waits; the service worker's registration fills it in. */
export const appUpdate = createStore<AppUpdate>(() => ({ isReady: false, apply: () => undefined }));
