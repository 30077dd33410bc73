/* What helps while somebody writes. Each form works without it: its buttons then lead to whole pages. */

const KEEP_AFTER = 1500;
const ASK_AFTER = 250;
const LOOK_AFTER = 700;
const HEADERS = { "X-Fragment": "yes" };
const BEFORE_CARET = /(?<![\p{L}\p{N}_@/.])@([^\n@]{0,60})$/u;
const MARKED = /[\\`*_[\]<>~!@]/g;

async function fetched(address, options) {
  // Somebody whose session has ended would be led to the sign-in page: that is no answer.
  const answer = await fetch(address, { headers: HEADERS, redirect: "error", ...options });
  if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
  return answer;
}

function after(pause, act) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  };
  wait.stop = () => clearTimeout(timer);
  return wait;
}

/* Told again only where it is something else. */
function tell(line, words) {
  if (line.textContent !== words) line.textContent = words;
}

/* The form, its words, and two lines: what was just done, and whether the words are kept. */
class Writing {
  constructor(line) {
    this.line = line;
    this.keeping = line.parentElement.querySelector("[data-keeping]");
    this.words = line.dataset;
    this.form = line.closest("form");
    this.field = this.form.elements.body;
    this.address = this.form.getAttribute("action") || location.href;
  }

  /* Quietly: to those who hear it only, where all others see the thing itself. */
  say(words, quietly = false) {
    this.line.classList.toggle("visually-hidden", quietly);
    tell(this.line, words);
  }

  sayOfKeeping(words) {
    tell(this.keeping, words);
  }

  send(act) {
    // Files go with the whole form: see onButton.
    const given = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "act");
    return fetched(this.address, { method: "POST", body: new URLSearchParams([...given, ["act", act]]) });
  }

  hasFiles() {
    return Boolean(this.form.querySelector("input[type=file]")?.files.length);
  }

  onButton(act, answer) {
    const button = this.form.querySelector(`button[value="${act}"]`);
    button.addEventListener("click", (event) => {
      // Pictures that were just chosen go with the whole form, or they would be neither shown nor kept.
      if (this.hasFiles()) return;
      event.preventDefault();
      answer();
    });
  }

  insert(words, from, to) {
    this.field.setRangeText(words, from, to, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.focus();
  }
}

function offerPreview(writing) {
  const place = writing.form.querySelector("[data-preview]");
  writing.onButton("preview", async () => {
    try {
      place.innerHTML = await (await writing.send("preview")).text();
      place.scrollIntoView({ block: "nearest" });
      writing.say(writing.words.previewed);
    } catch {
      writing.say(writing.words.failed);
    }
  });
}

/* The site keeps the words for every device; offline.js keeps what the site has not got yet. */
class Draft {
  constructor(writing) {
    this.writing = writing;
    this.wait = after(KEEP_AFTER, () => this.keep());
    writing.form.addEventListener("input", () => {
      this.isChanged = true;
      this.wait();
    });
    writing.form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      this.isSent = true;
      this.wait.stop();
    });
    window.addEventListener("pageshow", () => (this.isSent = false));
    window.addEventListener("online", () => this.isChanged && this.keep());
    writing.form.addEventListener("thrown", () => this.throwAway());
    writing.onButton("keep", () => this.keep());
    this.offerThrowingAway();
  }

  /* One at a time, so that an earlier wording never arrives after a later one. */
  async keep() {
    if (this.isSent) return;
    if (this.isBusy) {
      this.wait();
      return;
    }
    this.wait.stop();
    this.isBusy = true;
    this.isChanged = false;
    const values = new FormData(this.writing.form);
    try {
      const answer = await this.writing.send("keep");
      if (answer.status === 422) throw new Error(await answer.text());
      this.writing.form.dispatchEvent(new CustomEvent("kept", { detail: values }));
      if (!this.isSent) this.writing.sayOfKeeping(this.whatIsKept(values));
    } catch (error) {
      this.isChanged = true;
      if (!this.isSent) this.writing.sayOfKeeping(error instanceof TypeError ? this.writing.words.unkept : error.message || this.writing.words.unkept);
    } finally {
      this.isBusy = false;
    }
  }

  whatIsKept(values) {
    const { kept, keptWithout } = this.writing.words;
    if (this.writing.hasFiles()) return keptWithout;
    return `${values.get("title") ?? ""}${values.get("body")}`.trim() || values.has("picture") ? kept : "";
  }

  async throwAway() {
    this.wait.stop();
    this.isChanged = false;
    try {
      await this.writing.send("discard");
      this.writing.sayOfKeeping("");
      return true;
    } catch {
      this.writing.say(this.writing.words.failed);
      return false;
    }
  }

  offerThrowingAway() {
    const note = document.querySelector("form[data-begun]");
    note?.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!(await this.throwAway())) return;
      const { body, edition } = this.writing.form.elements;
      if (edition) location.reload(); // back to the words of the post
      this.empty();
      this.writing.form.dispatchEvent(new CustomEvent("forgotten"));
      note.remove();
      body.focus();
    });
  }

  empty() {
    const { form } = this.writing;
    const { title, body, new_tags: newTags, capacity } = form.elements;
    for (const field of [title, body, newTags, capacity]) if (field) field.value = "";
    for (const box of form.querySelectorAll("input[name=tags]")) box.checked = false;
    for (const piece of form.querySelectorAll(".tray > li, [data-answers]")) piece.remove();
    if (form.matches(".compose")) form.querySelector("[name=reply_to]")?.remove();
    const files = form.querySelector("input[type=file]");
    if (files) files.value = "";
  }
}

/* Quote what is selected in a post; where nothing is, the link leads to a page that quotes all of it. */
class Quoting {
  constructor(writing, draft) {
    this.writing = writing;
    this.draft = draft;
    document.addEventListener("pointerdown", (event) => {
      const link = event.target.closest?.(".acts a[href*='quote=']");
      this.picked = link ? this.selectedIn(link.closest(".post")) : "";
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.(".acts a[href*='quote=']");
      const isPlain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (link && isPlain) this.quote(event, link);
    });
  }

  selectedIn(post) {
    const selection = getSelection();
    if (!selection.rangeCount || !post.querySelector(".body").contains(selection.getRangeAt(0).commonAncestorContainer)) return "";
    return selection.toString().trim();
  }

  async quote(event, link) {
    const post = link.closest(".post");
    const words = this.picked || this.selectedIn(post);
    event.preventDefault();
    if (words) this.add(post, words);
    else {
      if (this.draft.isChanged) await this.draft.keep();
      location.assign(link.href);
    }
  }

  add(post, words) {
    const { field } = this.writing;
    const name = post.querySelector("header b a").textContent.replace(MARKED, "\\$&");
    const address = new URL(post.querySelector("header .no").href).pathname;
    const wrote = this.writing.words.wrote.replace("{name}", () => `[${name}](${address})`);
    const lines = [wrote, "", ...words.split(/\n/).map((line) => line.trim())];
    const quote = lines.map((line) => `> ${line}`.trimEnd()).join("\n");
    const before = field.value.trimEnd();
    this.writing.insert(`${before && "\n\n"}${quote}\n\n`, before.length, field.value.length);
    getSelection().removeAllRanges();
    field.setSelectionRange(field.value.length, field.value.length);
    field.scrollIntoView({ block: "nearest" });
    field.focus();
    this.writing.say(this.writing.words.quoted);
  }
}

/* Names after an @: a list box that the arrow keys walk through while the field keeps the focus. */
class Naming {
  constructor(writing) {
    this.writing = writing;
    this.field = writing.field;
    this.list = document.createElement("ul");
    Object.assign(this.list, { className: "suggestions", id: `${this.field.id}_names`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", writing.words.people);
    this.field.after(this.list);
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.ask = after(ASK_AFTER, () => this.look());
    this.field.addEventListener("input", () => (this.begun() === undefined ? this.close() : this.ask()));
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  begun() {
    const { selectionStart: caret, selectionEnd: end, value } = this.field;
    return caret === end ? BEFORE_CARET.exec(value.slice(Math.max(0, caret - 80), caret))?.[1] : undefined;
  }

  async look() {
    const begun = this.begun();
    if (begun === undefined) return;
    let names = [];
    try {
      const answer = await fetched(`${this.writing.form.dataset.people}?${new URLSearchParams({ q: begun })}`);
      ({ names } = await answer.json());
    } catch {
      // Nobody is suggested: a name can be typed all the same.
    }
    if (this.begun() === begun) this.show(names.filter((name) => name !== begun));
  }

  show(names) {
    this.close();
    this.list.replaceChildren(...names.map((name, number) => this.option(name, number)));
    this.list.hidden = !names.length;
    if (names.length) this.writing.say(this.writing.words.found.replace("{count}", names.length), true);
  }

  option(name, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}_${number}`;
    option.textContent = name;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }

  pressed(event) {
    if (this.list.hidden) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Enter" && this.chosen) this.take(this.chosen);
    else return;
    event.preventDefault();
  }

  move(by) {
    const options = [...this.list.children];
    const at = options.indexOf(this.chosen) + by;
    this.chosen?.setAttribute("aria-selected", "false");
    this.chosen = options.at(at < options.length ? at : 0) ?? options[0];
    if (at === -2) this.chosen = options.at(-1);
    this.chosen.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", this.chosen.id);
    this.chosen.scrollIntoView({ block: "nearest" });
  }

  take(option) {
    const begun = this.begun();
    if (!option || begun === undefined) return;
    const name = option.textContent;
    const caret = this.field.selectionStart;
    this.writing.insert(`${name} `, caret - begun.length, caret);
    this.ask.stop();
    this.close();
  }

  close() {
    this.ask.stop();
    this.chosen = undefined;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
  }
}

/* Threads that may be the same, under the title of a new one. */
function offerSimilar(writing) {
  const { title, seen_similar: seen } = writing.form.elements;
  const place = document.createElement("div");
  title.closest(".field").after(place);
  title.addEventListener("input", after(LOOK_AFTER, async () => {
    const begun = title.value.trim();
    try {
      const answer = begun.length > 3 ? await fetched(`${writing.form.dataset.similar}?${new URLSearchParams({ title: begun })}`) : null;
      if (title.value.trim() !== begun) return;
      const had = place.textContent;
      place.innerHTML = answer ? await answer.text() : "";
      const count = place.querySelectorAll("li").length;
      if (count) seen.value = "yes";
      if (count && had !== place.textContent) writing.say(writing.words.similar.replace("{count}", count), true);
    } catch {
      // They are shown before the thread is started.
    }
  }));
}

for (const line of document.querySelectorAll("form [data-composing]")) {
  const writing = new Writing(line);
  const draft = new Draft(writing);
  offerPreview(writing);
  if (writing.form.matches(".compose")) new Quoting(writing, draft);
  if (writing.form.dataset.people) new Naming(writing);
  if (writing.form.dataset.similar) offerSimilar(writing);
}
