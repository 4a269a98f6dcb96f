// Question practice: single keys for the answers, the open book beside the question, and the note where there is room.
import { Search } from "./codebook-search.js";
import { recall } from "./workspace/storage.js";

const FREE_TEXT = "input:not([type=radio]), textarea, select, [contenteditable]";
const BOOK = "chartroom-book";
const form = document.querySelector("[data-question]");
const note = document.querySelector("[data-note]");
const wide = matchMedia("(min-width: 60.01rem)");

/** The search of the code book, kept beside the question: what is found opens in another tab. */
class OpenBook extends Search {
  async enter(event) {
    event.preventDefault();
    if (!this.words) return;
    if (this.shownFor !== this.words) await this.search();
    this.links[0]?.focus();
  }

  close() {
    this.place.hidden = !this.words;
  }
}

function startBook() {
  const place = document.getElementById("found");
  if (!place) return null;
  place.addEventListener("click", (event) => event.target.closest("a")?.setAttribute("target", BOOK));
  return new OpenBook(document.getElementById("lookup"), place);
}

/** Choose an answer by its letter; tells whether there is one. */
function choose(letter) {
  const choice = form.querySelector(`input[name=choice][value="${CSS.escape(letter)}"]`);
  if (!choice) return false;
  choice.checked = true;
  choice.focus({ preventScroll: true });
  choice.closest("label").scrollIntoView({ block: "nearest" });
  return true;
}

function onKey(event, book) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FREE_TEXT)) return;
  if (event.key === "Enter") onEnter(event);
  else if (!recall("keys.single", true)) return;
  else if (event.key === "/" && book) {
    event.preventDefault();
    book.focus();
  } else if (form && event.key.length === 1 && choose(event.key.toLowerCase())) event.preventDefault();
}

/** Check the answer from anywhere but a link or a button; a key held down never skips what is to be read. */
function onEnter(event) {
  if (event.repeat) event.preventDefault();
  else if (form && !event.target.closest("a, button, summary, input")) form.requestSubmit();
}

function fitNote() {
  if (note && wide.matches) note.open = true;
}

const book = startBook();
document.addEventListener("keydown", (event) => onKey(event, book));
wide.addEventListener("change", fitNote);
fitNote();
