// Below the hits: what the book says at the highlighted code, one's own note, a bookmark, the way to its page.
import { el, icon } from "./dom.js";

const URGENT = ["code_first", "excludes1", "use_additional", "code_also", "excludes2", "includes", "inclusion"];

export class FinderNotes {
  constructor(lookup, api) {
    this.lookup = lookup;
    this.api = api;
    this.place = document.getElementById("hits-entry");
    this.timer = 0;
    this.wanted = null;
  }

  wait() {
    clearTimeout(this.timer);
  }

  /** Show the notes of an item once the highlight rests on it; nothing for none. */
  soon(item, pause) {
    this.wait();
    this.wanted = item ?? null;
    if (!item || item.hit.kind === "modifier") {
      this.place.hidden = true;
      return;
    }
    this.timer = setTimeout(() => this.fetch(item), pause);
  }

  async fetch(item) {
    const { status, data } = await this.lookup.entry(item.hit.system, item.hit.code);
    if (this.wanted !== item) return;
    this.place.hidden = status !== 200;
    if (status === 200) this.place.replaceChildren(...this.draw(data));
    this.place.scrollTop = 0;
  }

  draw(entry) {
    return [
      el("div", { class: "entry-head" }, el("code", { class: "code" }, entry.code), ...entryActs(entry, this.api)),
      entry.message ? el("p", { class: "entry-message" }, entry.message) : null,
      ownNote(entry),
      ...digest(entry),
    ].filter(Boolean);
  }
}

/** A bookmark to set and the page to open beside the chart. */
export function entryActs(entry, api) {
  const mark = el("button", { class: "entry-mark", type: "button" });
  const draw = () => {
    mark.setAttribute("aria-pressed", String(Boolean(entry.bookmarked)));
    mark.replaceChildren(icon(entry.bookmarked ? "bookmarked" : "bookmark"), el("span", {}, entry.bookmarked ? "Bookmarked" : "Bookmark"));
  };
  mark.addEventListener("click", async () => {
    const keep = !entry.bookmarked;
    const { status } = await api.post(entry.bookmark_url, { keep });
    if (status === 200) entry.bookmarked = keep;
    draw();
  });
  draw();
  const page = el("a", { class: "entry-page", href: entry.url, target: "_blank", rel: "noopener" }, "Page in the book", icon("outside"), el("span", { class: "visually-hidden" }, " (opens another tab)"));
  return [mark, page];
}

export function ownNote(entry) {
  return entry.own_note ? el("p", { class: "entry-own" }, icon("note"), el("span", {}, el("b", {}, "Your note "), entry.own_note)) : null;
}

/** The notes in a few lines: what forbids or asks for another code first. */
function digest(entry) {
  const all = (entry.notes ?? []).filter((note) => URGENT.includes(note.kind) && !(note.inherited && ["includes", "inclusion"].includes(note.kind)));
  const notes = all.filter((note) => !isWide(note)).reverse();
  const kinds = URGENT.filter((kind) => notes.some((note) => note.kind === kind));
  const lines = kinds.map((kind) => paragraph(kind, notes.filter((note) => note.kind === kind), entry.system));
  const wide = [...new Set(all.filter(isWide).map((note) => (note.source.length < 3 ? `chapter ${note.source}` : note.source)))];
  if (wide.length) lines.push(el("p", { class: "quiet" }, `More notes at ${wide.join(" and ")}: they are on the page in the book.`));
  return lines.length ? lines : [el("p", { class: "quiet" }, "No notes at this code.")];
}

/** Lines of one kind in the order of the book, those of the nearest entry first. */
function paragraph(kind, notes, system) {
  const sources = [...new Set(notes.map((note) => note.source))];
  const lines = sources.flatMap((source) => notes.filter((note) => note.source === source).reverse());
  return el("p", { class: `entry-note entry-${kind}` }, el("b", {}, labelOf(notes[0], system)),
    ...lines.map((note) => el("span", { class: "entry-line" }, note.text, note.inherited ? el("span", { class: "quiet" }, ` (${note.source})`) : null)));
}

/** Outside of ICD-10-CM the words at a code are there to find it by. */
const labelOf = (note, system) => (note.kind === "inclusion" && system !== "ICD-10-CM" ? "Found by" : note.label);

/** Whether a note stands at a chapter or section rather than at a code. */
const isWide = (note) => note.source.length < 3 || note.source.includes("-");
