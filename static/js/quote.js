/* The post that another one answers opens where it is quoted; without this the link leads there. */

const QUOTING = ".post .quote a";

function quoting(link) {
  return link && !link.closest(".opened") ? link : null;
}

async function open(link, box) {
  const answer = await fetch(`${link.href}words/`, { headers: { "X-Fragment": "yes" } });
  if (!answer.ok) throw new Error(answer.statusText);
  box.append(document.createRange().createContextualFragment(await answer.text()));
}

async function toggle(link) {
  const quote = link.closest(".quote");
  const known = quote.nextElementSibling;
  if (known?.classList.contains("opened")) {
    known.hidden = !known.hidden;
    link.setAttribute("aria-expanded", String(!known.hidden));
    return;
  }
  const box = document.createElement("div");
  box.className = "quote opened";
  box.setAttribute("role", "status");
  quote.after(box);
  link.setAttribute("aria-expanded", "true");
  try {
    await open(link, box);
  } catch {
    location.assign(link.href); // no network, or the post is gone: the page says so
  }
}

document.addEventListener("click", (event) => {
  const link = quoting(event.target.closest?.(QUOTING));
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  toggle(link);
});
for (const link of document.querySelectorAll(QUOTING)) link.setAttribute("aria-expanded", "false");
