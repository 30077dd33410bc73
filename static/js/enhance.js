/* Small comforts on pages that work without them. */

const UNITS = [["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const LONGEST_AGO = 2592000; // seconds; "11 years ago" beside every post says less than its date
const language = document.documentElement.lang || "en-GB";
// Some browsers know no Welsh and would write these in English: there the dates stay as they are.
const relative = Intl.RelativeTimeFormat.supportedLocalesOf(language).length
  ? new Intl.RelativeTimeFormat(language, { numeric: "auto" })
  : null;

function ago(seconds) {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  // Under a minute the count of seconds is noise: "now" says as much.
  return relative.format(unit === "second" ? 0 : Math.trunc(seconds / size), unit);
}

// Nothing may move while somebody reads: words get the room that the date had. Where it stands in
// the middle of a text, or is broken over two lines, it stays.
function showTimes(root) {
  if (!relative) return;
  const shown = [];
  for (const time of root.querySelectorAll("time.ago[datetime]")) {
    const moment = Date.parse(time.dateTime);
    const pieces = time.getClientRects();
    if (!(Math.abs(Date.now() - moment) < LONGEST_AGO * 1000) || pieces.length > 1 || time.nextSibling?.nodeValue?.trim()) continue;
    shown.push({ time, moment, date: time.textContent, room: pieces[0]?.width ?? 0 });
  }
  for (const { time, moment, date, room } of shown) {
    time.title ||= date.trim();
    time.textContent = ago((moment - Date.now()) / 1000);
    time.style.display = "inline-block";
    time.style.minInlineSize = `${room}px`;
  }
  const tooWide = shown.filter(({ time, room }) => time.getBoundingClientRect().width > room + 1);
  for (const { time, date } of tooWide) time.textContent = date;
}

// In a narrower window, the room of a wide one would stand out of it; there all moves anyway.
let width = innerWidth;
function takeRoomBack() {
  if (width === innerWidth) return;
  width = innerWidth;
  for (const time of document.querySelectorAll("time.ago")) time.style.minInlineSize = "";
}

function guardAgainstSecondPress(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Disabled in the next turn: a button that is disabled now would not be sent with the form.
  setTimeout(() => {
    for (const button of form.elements) if (button.type === "submit") button.disabled = true;
  });
}

// A notice that was answered gives way to what is said of it, and the words on the page stay.
async function answerNotice(event) {
  const form = event.target;
  if (!form.matches("[data-notice]")) return;
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Fragment": "yes" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const said = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
    said.tabIndex = -1;
    form.replaceWith(said);
    said.focus();
  } catch {
    form.submit();
  }
}

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.elements) if (button.type === "submit") button.disabled = false;
  }
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll(".account details[open]")) {
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) menu.open = false;
  }
}

// What was just done is said where the reader is led to, not at the top of a page that nobody sees.
function bringMessages() {
  const said = document.querySelector(".messages");
  const post = document.getElementById(location.hash.slice(1));
  if (!said || !post?.matches(".post")) return;
  post.before(said);
  said.scrollIntoView();
}

// Without scripts such a button sends what is typed elsewhere on the page too, so that it is kept.
for (const button of document.querySelectorAll("[data-notice] button[form]")) button.removeAttribute("form");
showTimes(document);
setInterval(showTimes, 60000, document);
document.addEventListener("submit", answerNotice); // first, since it may take over
document.addEventListener("submit", guardAgainstSecondPress);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
window.addEventListener("resize", takeRoomBack);
window.addEventListener("pageshow", release);
// Before that, the browser itself leads to the post once more.
window.addEventListener("load", bringMessages);
// The page asks for this focus itself; older browsers, and addresses with a fragment, need a hand.
setTimeout(() => {
  if (document.activeElement === document.body) document.querySelector(".summary[autofocus]")?.focus();
}, 100);
