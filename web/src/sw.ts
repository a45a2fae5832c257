import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: Parameters<typeof precacheAndRoute>[0] };

/** Addresses that are the server's own and never a screen of the client. */
const SERVERS = [/^\/api(\/|$)/, /^\/ws$/, /^\/docs(\/|$)/, /^\/openapi(\/|$)/, /^\/metrics$/, /^\/health(\/|$)/];

clientsClaim();
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: SERVERS }));

// A new version waits until the person agrees to it: it would take the files away from under the pages that are open.
self.addEventListener("message", (event) => {
  if ((event.data as { type?: unknown } | null)?.type === "SKIP_WAITING") {
    void self.skipWaiting();
  }
});
