// The finder: a combobox over the search. Arrows choose, Right and Left open and close a group, Enter adds,
// Shift+Enter looks, Escape closes.
import { announce } from "./dom.js";
import { FinderFilters } from "./finder-filters.js";
import { FinderNotes } from "./finder-notes.js";
import { itemsOf, noteOf, optionOf, troubleOf } from "./finder-options.js";

const PAUSE = 120;
const NOTES_PAUSE = 180;
const MOST_KEPT = 60;

export class Finder {
  constructor(lookup, api, { onPick, onLook }) {
    this.lookup = lookup;
    this.onPick = onPick;
    this.onLook = onLook;
    this.form = document.getElementById("finder");
    this.input = document.getElementById("finder-words");
    this.panel = document.getElementById("hits-panel");
    this.list = document.getElementById("hits");
    this.note = document.getElementById("hits-note");
    this.notes = new FinderNotes(lookup, api);
    this.filters = new FinderFilters(this.form, api, () => this.again());
    this.kept = new Map();
    this.hits = [];
    this.opened = new Set();
    this.items = [];
    this.at = -1;
    this.shownFor = null;
    this.entering = false;
    this.timer = 0;
    this.wire();
  }

  wire() {
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "hits", "aria-expanded": "false", "aria-describedby": "hits-note" };
    for (const [name, value] of Object.entries(roles)) this.input.setAttribute(name, value);
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("focus", () => this.filters.load(), { once: true });
    this.input.addEventListener("click", () => this.hits.length && this.open(true));
    this.panel.addEventListener("keydown", (event) => this.onPanelKey(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event));
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(event.relatedTarget)) this.open(false);
    });
  }

  get words() {
    return this.input.value.trim();
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  /** Ready for the next words. */
  begin() {
    this.clear();
    this.input.focus();
  }

  later() {
    this.forget();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  again() {
    this.forget();
    this.search();
  }

  /** The words have changed: what is listed stays in sight, but can't be chosen any more. */
  forget() {
    this.hits = [];
    this.items = [];
    this.shownFor = null;
    this.highlight(-1);
    this.list.classList.add("is-stale");
  }

  async search() {
    clearTimeout(this.timer);
    const { words } = this;
    if (!words) {
      this.lookup.drop();
      return this.show([], "");
    }
    const asked = this.filters.read();
    const answer = await this.ask(words, asked);
    if (!answer || this.words !== words || JSON.stringify(asked) !== JSON.stringify(this.filters.read())) return;
    this.shownFor = words;
    if (answer.status === 200) this.show(answer.data.hits ?? [], noteOf(answer.data, words, this.filters.narrowed));
    else this.show([], troubleOf(answer.status));
  }

  /** An answer to the same question is remembered for the visit. */
  async ask(words, asked) {
    const key = JSON.stringify([words, asked]);
    if (this.kept.has(key)) {
      this.lookup.drop();
      return this.kept.get(key);
    }
    const answer = await this.lookup.search(words, asked);
    if (answer?.status === 200) {
      this.kept.set(key, answer);
      if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
    }
    return answer;
  }

  show(hits, note) {
    this.hits = hits;
    this.opened = new Set();
    this.list.classList.remove("is-stale");
    this.note.textContent = note;
    this.draw();
    this.open(Boolean(hits.length || note));
    this.highlight(hits.length ? 0 : -1);
    if (note && !hits.length) announce(note);
    if (hits.length) announce(`${hits.length} rows found.`);
  }

  draw() {
    this.items = itemsOf(this.hits, this.opened);
    this.list.replaceChildren(...this.items.map(optionOf));
  }

  open(on) {
    this.panel.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on && this.hits.length > 0));
    if (!on) this.notes.wait();
  }

  highlight(index, block = "nearest") {
    this.at = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.list.children[index];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block });
    this.notes.soon(this.items[index], NOTES_PAUSE);
  }

  onKey(event) {
    const { key } = event;
    if ((key === "ArrowDown" || key === "ArrowUp") && this.items.length && !event.altKey) {
      event.preventDefault();
      this.step(key === "ArrowDown" ? 1 : -1);
    } else if ((key === "ArrowRight" || key === "ArrowLeft") && !event.altKey && this.turn(key)) {
      event.preventDefault();
    } else if (key === "/" && !this.input.value) {
      event.preventDefault(); // the key that leads here, pressed once more
    } else if (key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.enter(event.shiftKey);
    } else if (key === "Escape" && (!this.panel.hidden || this.input.value)) {
      event.preventDefault();
      event.stopPropagation();
      if (this.panel.hidden) this.clear();
      this.open(false);
    }
  }

  /** From the filters and the notes Escape leads back to the words. */
  onPanelKey(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.input.focus();
  }

  /** Go along the list; one that is closed is opened first. */
  step(by) {
    const count = this.items.length;
    if (!this.panel.hidden) this.highlight((this.at + by + count) % count);
    this.open(true);
    this.notes.soon(this.items[this.at], NOTES_PAUSE);
  }

  /** Open or close the group of the highlighted row; tells whether the key was used for that. */
  turn(key) {
    const item = this.items[this.at];
    const atEnd = this.input.selectionStart === this.input.value.length && this.input.selectionEnd === this.input.value.length;
    if (!item?.row.members?.length || this.panel.hidden || !atEnd) return false;
    const isOpen = this.opened.has(item.row);
    if (key === "ArrowRight" ? isOpen : !isOpen) return false;
    this.toggle(item.row);
    return true;
  }

  /** Open a row on its likeliest code, or close it again. */
  toggle(row) {
    const opens = !this.opened.has(row);
    if (opens) this.opened.add(row);
    else this.opened.delete(row);
    this.draw();
    const wanted = (item) => item.row === row && (opens ? item.isMember && item.hit.code === row.code : !item.isMember);
    const at = this.items.findIndex(wanted);
    this.highlight(at < 0 ? this.items.findIndex((item) => item.row === row) : at, opens ? "center" : "nearest");
    announce(opens ? `${row.members.length} codes shown.` : "Group closed.");
  }

  onClick(event) {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    const at = Number(option.dataset.at);
    if (event.target.closest("[data-more]")) this.toggle(this.items[at].row);
    else this.pick(at);
  }

  async enter(onlyLook) {
    if (this.entering) return;
    // a fast typist presses Enter before the list has caught up: never take a hit for other words
    if (this.panel.hidden || !this.hits.length || this.shownFor !== this.words) {
      this.entering = true;
      await this.search().finally(() => {
        this.entering = false;
      });
    }
    if (this.at < 0 || this.shownFor !== this.words) return;
    if (onlyLook && this.items[this.at].hit.kind !== "modifier") {
      this.open(false);
      this.visited(this.items[this.at].hit);
      this.onLook(this.items[this.at].hit);
    } else this.pick(this.at);
  }

  pick(index) {
    const hit = this.items[index]?.hit;
    if (!hit) return;
    if (hit.kind === "modifier") return announce(`${hit.code} is a modifier: type it into the Modifiers field of a procedure.`);
    this.open(false);
    if (hit.billable) this.clear();
    this.visited(hit);
    this.onPick(hit);
  }

  /** The code book lists it among the recent look-ups. */
  visited(hit) {
    this.notes.api.post(this.form.dataset.visited, { system: hit.system, code: hit.code });
  }

  clear() {
    this.input.value = "";
    this.forget();
    this.list.replaceChildren();
  }
}
