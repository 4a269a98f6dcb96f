// The picker's page works by links. With scripts a step is swapped in without leaving the page, so that no key of a fast
// typist is lost, and its list takes keys: a character chooses, Backspace goes back, arrows move.

const STEP = /\/codebook\/pcs\/[^/]*$/;
const waiting = [];
let running = false;
const said = document.createElement("div");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

const main = () => document.getElementById("main");
const links = () => [...document.querySelectorAll("#pcs-choices a")];

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) return copyCode(copy);
  const link = event.target.closest("#main a");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || event.defaultPrevented || !STEP.test(new URL(link.href).pathname)) return;
  event.preventDefault();
  go(link.href);
});

// keys count only in the walk, where the focus is after a step; elsewhere they belong to the page
document.addEventListener("keydown", (event) => {
  const inWalk = event.target.closest("#pcs-walk") || (running && event.target === document.body);
  if (!inWalk || event.ctrlKey || event.metaKey || event.altKey || !means(event.key)) return;
  event.preventDefault();
  waiting.push(event.key);
  work();
});

window.addEventListener("popstate", () => go(location.href, { isNew: false }));

function means(key) {
  return /^[0-9a-z]$/i.test(key) || ["Backspace", "ArrowDown", "ArrowUp", "Home", "End"].includes(key);
}

/** Take the keys one after the other; those pressed while a step is fetched wait for it. */
async function work() {
  if (running) return;
  running = true;
  while (waiting.length) await press(waiting.shift());
  running = false;
}

async function press(key) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const places = { ArrowDown: at + 1, ArrowUp: Math.max(at - 1, 0), Home: 0, End: all.length - 1 };
  if (key in places) return all[Math.min(places[key], all.length - 1)]?.focus();
  const char = key.toUpperCase();
  const link = key === "Backspace" ? document.getElementById("pcs-back") : all.find((one) => one.dataset.char === char);
  if (link) return go(link.href);
  if (key !== "Backspace") say(`${char} isn't a value here.`);
}

/** Swap in the page of an address; whatever isn't such a page is opened as usual. */
async function go(address, { isNew = true } = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  const page = answer?.type === "basic" ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  if (!page?.getElementById("pcs-walk")) return location.assign(address);
  main().replaceWith(document.adoptNode(page.getElementById("main")));
  document.title = page.title;
  if (isNew) history.pushState(null, "", address);
  (document.querySelector("#main [autofocus]") ?? main()).focus();
  hideCopy();
  say(document.getElementById("walk-title").textContent.trim());
}

function say(text) {
  said.textContent = text;
}

function hideCopy() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

async function copyCode(button) {
  const done = await navigator.clipboard.writeText(button.dataset.copy).then(() => true, () => false);
  button.querySelector("span").textContent = done ? "Copied" : "Couldn’t be copied";
}

hideCopy();
