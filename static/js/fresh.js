/* New posts while a thread is read: asks for their count now and then, and shows them where asked to. */

const SOONEST = 20000;
const LATEST = 300000;
const GROWTH = 1.5;

const place = document.querySelector("[data-fresh]");
let after = Number(place?.dataset.after);
let pause = SOONEST;
let timer;
let tag = "";

function ask(more = "") {
  const headers = { "X-Fragment": "yes" };
  if (tag && !more) headers["If-None-Match"] = tag;
  return fetch(`${place.dataset.fresh}?after=${after}${more}`, { headers, cache: "no-store" });
}

function later() {
  clearTimeout(timer);
  if (!document.hidden && navigator.onLine) timer = setTimeout(look, pause);
}

async function look() {
  try {
    const answer = await ask();
    if (answer.status >= 400) return; // the thread is gone, or we are signed out: ask no more
    tag = answer.headers.get("ETag") ?? tag;
    if (answer.status === 200) offer(await answer.text());
    pause = Math.min(LATEST, pause * GROWTH);
  } catch {
    pause = LATEST; // no network: as seldom as it gets, until it is back
  }
  later();
}

/* Told again only where the number has changed. */
function offer(html) {
  const piece = document.createRange().createContextualFragment(html);
  if (piece.textContent.trim() === place.textContent.trim()) return;
  const wasFocused = place.contains(document.activeElement);
  place.replaceChildren(piece);
  const button = place.querySelector("button");
  button.addEventListener("click", () => show(button));
  if (wasFocused) button.focus();
}

async function show(button) {
  button.disabled = true;
  try {
    const answer = await ask("&show=1");
    if (answer.status === 200) insert(await answer.text());
    else if (answer.status === 204) place.replaceChildren();
    else location.reload();
    tag = "";
    pause = SOONEST;
    look();
  } catch {
    button.disabled = false;
  }
}

function insert(html) {
  const piece = document.createRange().createContextualFragment(html);
  const posts = [...piece.querySelectorAll(".post")];
  place.before(piece);
  place.replaceChildren();
  const last = posts.at(-1);
  after = Number(last.id.replace("post-", ""));
  // Who read on by keyboard or screen reader goes on at the first of them.
  posts[0].tabIndex = -1;
  posts[0].focus();
}

if (place) {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  window.addEventListener("online", () => {
    pause = SOONEST;
    look();
  });
  window.addEventListener("offline", () => clearTimeout(timer));
  later();
}
