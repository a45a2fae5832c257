import { createStore } from "zustand/vanilla";
import type { AppUpdate } from "../sync/types";
import { logWarning } from "./log";

/** How often a page that stays open looks for a newer version. */
const CHECK_MS = 60 * 60 * 1000;

/** Whether a newer version of the client waits. */
export const appUpdate = createStore<AppUpdate>(() => ({ isReady: false, apply: () => undefined }));

/**
 * Installs the service worker that lets the client open offline, and notices new versions of it. Browsers have none
 * outside of secure contexts, and the client works without.
 */
export async function registerServiceWorker(url: string): Promise<void> {
  const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  if (workers === undefined) {
    return;
  }

  try {
    // The first worker takes over a page that had none; only a change of workers is a new version.
    let isUpdate = workers.controller !== null;
    workers.addEventListener("controllerchange", () => {
      if (isUpdate) {
        location.reload();
      }

      isUpdate = true;
    });
    const registration = await workers.register(url, { scope: "/" });
    offer(registration);
    registration.addEventListener("updatefound", () => {
      const installing = registration.installing;
      installing?.addEventListener("statechange", () => offer(registration));
    });
    setInterval(() => void registration.update().catch(() => undefined), CHECK_MS);
  } catch (error) {
    logWarning("service worker not installed", { error: String(error) });
  }
}

function offer(registration: ServiceWorkerRegistration): void {
  const { waiting } = registration;
  if (waiting !== null && navigator.serviceWorker.controller !== null) {
    appUpdate.setState({ isReady: true, apply: () => waiting.postMessage({ type: "SKIP_WAITING" }) });
  }
}
