/* The service worker. It keeps the page that says "you are offline" and the files that page is made of,
   and nothing else: no page of anybody is ever stored. RELEASE, STATIC and PAGES stand before this. */

const PREFIX = "townhall-";
const KEPT = PREFIX + RELEASE;

async function keep() {
  const cache = await caches.open(KEPT);
  const files = new Set();
  for (const [, page] of PAGES) {
    // Without cookies, so that it is the page that a visitor sees.
    const answer = await fetch(page, { credentials: "omit", cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(`${page} is not there`);
    for (const [, file] of (await answer.clone().text()).matchAll(/(?:href|src)="([^"]+)"/g)) {
      if (file.startsWith(STATIC)) files.add(file);
    }
    await cache.put(page, answer);
  }
  await cache.addAll([...files]);
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== KEPT).map((name) => caches.delete(name)));
  // Let the browser ask for a page while this worker is still waking up.
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const { pathname } = new URL(event.request.url);
    const [, offline] = PAGES.find(([beginning]) => pathname.startsWith(beginning));
    const kept = await caches.match(offline, { cacheName: KEPT });
    if (!kept) throw error;
    return kept;
  }
}

async function file(request) {
  return (await caches.match(request, { cacheName: KEPT })) ?? fetch(request);
}

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keep());
});
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (event.request.method === "GET" && pathname.startsWith(STATIC)) event.respondWith(file(event.request));
});
