// The pages of the code book: the search on all of them, notes and bookmarks where they are.
import { startNotes } from "./codebook-notes.js";
import { Search } from "./codebook-search.js";
import { recall } from "./workspace/storage.js";

const FREE_TEXT = "input, textarea, select, [contenteditable]";
const form = document.getElementById("lookup");
const search = form ? new Search(form, document.getElementById("found")) : null;

document.addEventListener("keydown", (event) => {
  const plain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || event.target.matches(FREE_TEXT) || !recall("keys.single", true)) return;
  event.preventDefault();
  if (search) search.focus();
  else document.querySelector("input[type=search]")?.select();
});

/** Bring the highlighted code into sight where its page stands beside the slip; a page gone back to stays as it was. */
function showHere() {
  const here = document.getElementById("here");
  const isNew = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (!here || !isNew || location.hash || matchMedia("(max-width: 60rem)").matches) return;
  if (here.getBoundingClientRect().bottom > innerHeight) here.scrollIntoView({ block: "center", behavior: "instant" });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) button.hidden = true;
  button.addEventListener("click", async () => {
    const words = button.querySelector("span");
    const done = await navigator.clipboard.writeText(button.dataset.copy).then(() => true, () => false);
    words.textContent = done ? "Copied" : "Couldn’t be copied";
  });
}

startNotes();
showHere();
