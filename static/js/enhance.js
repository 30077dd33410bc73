/* Small comforts on pages that work without them. */

const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
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

function showTimes(root) {
  if (!relative) return;
  for (const time of root.querySelectorAll("time.ago[datetime]")) {
    const moment = Date.parse(time.dateTime);
    if (Number.isNaN(moment)) continue;
    time.title ||= time.textContent.trim();
    time.textContent = ago((moment - Date.now()) / 1000);
  }
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

showTimes(document);
setInterval(showTimes, 60000, document);
document.addEventListener("submit", guardAgainstSecondPress);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
window.addEventListener("pageshow", release);
// The page asks for this focus itself; older browsers, and addresses with a fragment, need a hand.
setTimeout(() => {
  if (document.activeElement === document.body) document.querySelector(".summary[autofocus]")?.focus();
}, 100);
