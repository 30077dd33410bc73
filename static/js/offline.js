/* What somebody writes is kept in this browser until it is published, so that a lost network, a closed
   tab or an ended session costs no words. Where the site keeps drafts too (compose.js), what it has is
   the truth, and this copy counts only where it is newer. And pages without a network: see worker.js. */

const PREFIX = "draft:";
const LONGEST = 30 * 24 * 3600 * 1000;
const SENT = "draft-sent"; // in this tab only: whose form is on its way
const COMPOSING = /\/(?:communities\/[-\w]+\/new|discussions\/\d+\/reply|councillors\/[-\w]+\/ask)\/$/;
// Where the site leads after it has published something, and nowhere else.
const PUBLISHED = /#(?:post|held)-\d+$|\/questions\/sent\/\d+\/$|\/discussions\/\d+\/[-\w]+\/$/;
const LEAVING = /\/(?:accounts\/logout|mine\/close)\/$/;

const about = document.querySelector('meta[name="drafts"]');
const list = document.querySelector("[data-drafts]");

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // the person has forbidden it
  }
}

const store = storage();

function keys() {
  return Object.keys(store).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null; // nobody wrote this here
  }
}

function write(key, draft) {
  try {
    store.setItem(key, JSON.stringify(draft));
  } catch {
    // The browser has no room left: what is typed is still in the form.
  }
}

function throwAwayAll() {
  for (const key of keys()) store.removeItem(key);
}

/* Of somebody else who signed in here before, or too old. */
function throwAwayStrangers() {
  for (const key of keys()) {
    const draft = read(key);
    const isOld = !draft || !(Date.now() - draft.at < LONGEST);
    if (isOld || (about && draft.person !== about.content)) store.removeItem(key);
  }
}

/* A form that was published led to a page by a redirect; one that was refused did not. */
function throwAwayPublished() {
  const key = sessionStorage.getItem(SENT);
  if (!key || list) return;
  sessionStorage.removeItem(SENT);
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.redirectCount && PUBLISHED.test(location.pathname + location.hash)) store.removeItem(key);
}

function pathOf(form) {
  return new URL(form.getAttribute("action") || location.href, location.href).pathname;
}

function fieldsOf(form) {
  return [...form.querySelectorAll("textarea, input")].filter((field) => field.name && ["textarea", "text"].includes(field.type));
}

function isComposer(form) {
  return form.querySelector("textarea") && (form.matches("[data-draft], .compose") || COMPOSING.test(location.pathname));
}

/* A page between writing and publishing: what was written goes once this form has led to its end. */
function watchSending(form) {
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, PREFIX + pathOf(form)));
}

class Composer {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + pathOf(form);
    this.submitKey = form.querySelector('input[name="submit_key"]');
    this.freshKey = this.submitKey?.value;
    this.restore();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.sent(event));
    form.addEventListener("kept", (event) => this.arrived(event.detail));
    form.addEventListener("forgotten", () => this.forget());
    window.addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => this.keep());
  }

  changed() {
    this.isChanged = true;
    // Other words than those that may have arrived: they are another post.
    if (this.submitKey) this.submitKey.value = this.freshKey;
    this.submittedKey = undefined;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), 400);
  }

  keep() {
    if (!this.isChanged) return;
    this.isChanged = false;
    clearTimeout(this.timer);
    const values = this.values();
    if (!Object.keys(values).length) store.removeItem(this.key);
    else write(this.key, { person: about.content, page: location.pathname + location.search, title: document.querySelector("h1")?.textContent ?? "", at: Date.now(), values, submitKey: this.submittedKey, isOnSite: this.isOnSite(values) });
  }

  values() {
    return Object.fromEntries(fieldsOf(this.form).filter((field) => field.value.trim()).map((field) => [field.name, field.value]));
  }

  /* The site has these words now; others may have been typed since. */
  arrived(sent) {
    this.onSite = sent;
    const draft = read(this.key);
    if (draft && this.isOnSite(draft.values)) write(this.key, { ...draft, isOnSite: true });
  }

  isOnSite(values) {
    return Boolean(this.onSite) && Object.entries(values).every(([name, value]) => this.onSite.get(name) === value);
  }

  forget() {
    store.removeItem(this.key);
    this.isChanged = false;
    if (this.submitKey) this.submitKey.value = this.freshKey;
  }

  /* Whether the copy here is what the form should show: not what the site has, or had until it was sent
     or thrown away elsewhere, and nothing older than what the form shows already. */
  counts(draft) {
    const keptAt = Number(this.form.dataset.keptAt) * 1000;
    const fields = fieldsOf(this.form);
    if (!keptAt && fields.some((field) => field.value.trim())) return false;
    if (draft.isOnSite && !draft.submitKey) {
      if (!keptAt) store.removeItem(this.key);
      return false;
    }
    const isSame = fields.every((field) => (draft.values[field.name] ?? "").trim() === field.value.trim());
    return !isSame && !(draft.at < keptAt);
  }

  /* With the key of this form, the site knows the same words if they arrive twice. */
  sent(event) {
    if (event.defaultPrevented) return;
    this.isChanged = true;
    this.submittedKey = this.submitKey?.value;
    this.keep();
    sessionStorage.setItem(SENT, this.key);
  }

  restore() {
    const draft = read(this.key);
    if (!draft || !this.counts(draft)) return;
    document.querySelector("form[data-begun]")?.remove();
    for (const field of fieldsOf(this.form)) field.value = draft.values[field.name] ?? "";
    if (draft.submitKey && this.submitKey) this.submitKey.value = draft.submitKey;
    this.tell(new Date(draft.at));
  }

  tell(at) {
    const note = document.createElement("div");
    const words = document.createElement("p");
    const button = document.createElement("button");
    note.className = "note info kept";
    words.setAttribute("role", "status");
    button.type = "button";
    button.className = "btn quiet";
    button.textContent = about.dataset.throw;
    button.addEventListener("click", () => this.throwAway(note));
    note.append(words, button);
    this.form.before(note);
    // In the next turn: a live region tells only of what is put into it while it is there.
    setTimeout(() => (words.textContent = about.dataset.kept.replace("{when}", inWords(at))), 100);
  }

  throwAway(note) {
    this.forget();
    for (const field of fieldsOf(this.form)) field.value = "";
    this.form.dispatchEvent(new CustomEvent("thrown"));
    this.form.querySelector("textarea").focus();
    note.remove();
  }
}

function inWords(moment) {
  return moment.toLocaleString(document.documentElement.lang || "en-GB", { dateStyle: "long", timeStyle: "short" });
}

function listDrafts() {
  const drafts = keys().map(read).filter(Boolean).sort((one, other) => other.at - one.at);
  for (const draft of drafts) {
    const item = list.querySelector("template").content.cloneNode(true);
    const link = item.querySelector("a");
    link.href = new URL(draft.page, location.origin).pathname + new URL(draft.page, location.origin).search;
    link.textContent = draft.title || draft.page;
    item.querySelector("[data-at]").textContent = inWords(new Date(draft.at));
    item.querySelector("[data-words]").textContent = Object.values(draft.values).join("\n\n");
    list.querySelector("ul").append(item);
  }
  list.hidden = !drafts.length;
}

if (store) {
  throwAwayStrangers();
  throwAwayPublished();
  if (list) listDrafts();
  if (about) for (const form of document.querySelectorAll("main form[method=post]")) if (isComposer(form)) new Composer(form);
  for (const form of document.querySelectorAll("form[data-sends]")) watchSending(form);
  document.addEventListener("submit", (event) => LEAVING.test(pathOf(event.target)) && throwAwayAll());
}
if ("serviceWorker" in navigator) {
  // After the page itself has all that it needs.
  window.addEventListener("load", () => navigator.serviceWorker.register("/sw.js"));
}
