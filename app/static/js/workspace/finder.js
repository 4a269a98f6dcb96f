// The finder: a combobox over the search. Arrows choose, Enter adds, Shift+Enter looks, Escape closes.
import { listOf } from "./codes.js";
import { announce, el, icon } from "./dom.js";

const PAUSE = 140;
const PREVIEW_PAUSE = 280;
const PLAIN = /^(code|title|all words|some of the words)$/i;

export class Finder {
  constructor(lookup, { onPick, onLook }) {
    this.lookup = lookup;
    this.onPick = onPick;
    this.onLook = onLook;
    this.form = document.getElementById("finder");
    this.input = document.getElementById("finder-words");
    this.system = document.getElementById("finder-system");
    this.panel = document.getElementById("hits-panel");
    this.list = document.getElementById("hits");
    this.note = document.getElementById("hits-note");
    this.hits = [];
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
    this.input.addEventListener("click", () => this.hits.length && this.open(true));
    this.system.addEventListener("change", () => {
      this.forget();
      this.search();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(Number(option.dataset.at));
    });
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

  later() {
    this.forget();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  /** The words have changed: what is listed stays in sight, but can't be chosen any more. */
  forget() {
    this.hits = [];
    this.shownFor = null;
    this.highlight(-1);
    this.list.classList.add("is-stale");
    clearTimeout(this.preview);
  }

  async search() {
    clearTimeout(this.timer);
    const { words } = this;
    if (!words) {
      this.lookup.drop();
      return this.show([], "");
    }
    const answer = await this.lookup.search(words, this.system.value);
    if (!answer || this.words !== words) return;
    this.shownFor = words;
    if (answer.status === 200) this.show(answer.data.hits ?? [], noteOf(answer.data, words));
    else this.show([], troubleOf(answer.status));
  }

  show(hits, note) {
    this.hits = hits;
    this.list.classList.remove("is-stale");
    this.note.textContent = note;
    this.list.replaceChildren(...hits.map((hit, index) => optionOf(hit, index)));
    this.open(Boolean(hits.length || note));
    this.highlight(hits.length ? 0 : -1);
    if (note && !hits.length) announce(note);
    if (hits.length) announce(`${hits.length} codes found.`);
  }

  open(on) {
    this.panel.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on && this.hits.length > 0));
    if (!on) clearTimeout(this.preview);
  }

  highlight(index) {
    this.at = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.list.children[index];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    const { key } = event;
    if ((key === "ArrowDown" || key === "ArrowUp") && this.hits.length && !event.altKey) {
      event.preventDefault();
      this.step(key === "ArrowDown" ? 1 : -1);
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

  /** Go along the list; one that is closed is opened first. */
  step(by) {
    const count = this.hits.length;
    if (!this.panel.hidden) this.highlight((this.at + by + count) % count);
    this.open(true);
    clearTimeout(this.preview);
    this.preview = setTimeout(() => this.hits[this.at] && this.onLook(this.hits[this.at], { keepFocus: true }), PREVIEW_PAUSE);
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
    if (onlyLook) {
      this.open(false);
      this.onLook(this.hits[this.at], {});
    } else this.pick(this.at);
  }

  pick(index) {
    const hit = this.hits[index];
    if (!hit) return;
    this.open(false);
    if (hit.billable) this.clear();
    this.onPick(hit);
  }

  clear() {
    this.input.value = "";
    this.forget();
    this.list.replaceChildren();
  }
}

function optionOf(hit, index) {
  const option = el("li", { class: "hit", role: "option", id: `hit-${index}`, "aria-selected": "false" },
    el("span", { class: "hit-code" }, hit.code),
    el("span", { class: "hit-title" }, hit.title),
    el("span", { class: "hit-state" }, hit.billable ? `adds to ${listOf(hit.system)}` : "more characters", " ", icon(hit.billable ? "plus" : "next")),
    hit.why && !PLAIN.test(hit.why) ? el("span", { class: "hit-why" }, hit.why) : null);
  option.dataset.at = index;
  return option;
}

function noteOf(data, words) {
  if (!data.hits?.length) return data.note || `Nothing found for “${words.slice(0, 40)}”. Try fewer or other words, or a code's first characters.`;
  const loose = data.hits.some((hit) => hit.why?.startsWith("some of the words")) ? "Not every hit has all of the words" : "";
  return [loose, data.book, data.note].filter(Boolean).join(" · ");
}

function troubleOf(status) {
  if (status === 0) return "The server can't be reached, so the book can't be searched. You can still type codes.";
  if (status === 401) return "You have been logged out. Log in again to search.";
  if (status === 429) return "That was a lot of searching in a short time. Wait a few seconds.";
  return "The search didn't work. Try again, or type the code.";
}
