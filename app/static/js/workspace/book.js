// The page of the code book at the foot of the answer: where a code stands, its notes, what comes next.
import { listOf } from "./codes.js";
import { announce, el, icon } from "./dom.js";
import { entryActs, ownNote } from "./finder-notes.js";

const HEADS = {
  inclusion: "Includes these terms", includes: "Includes", excludes1: "Excludes1: never with this code", excludes2: "Excludes2: not included here, may be coded as well",
  code_first: "Code first", use_additional: "Use additional code", code_also: "Code also", note: "Note", seventh: "7th character",
};
const ORDER = ["code_first", "excludes1", "use_additional", "code_also", "seventh", "includes", "inclusion", "excludes2", "note"];

export class Book {
  constructor(lookup, api, { onPick, wordFor }) {
    this.lookup = lookup;
    this.api = api;
    this.onPick = onPick;
    this.wordFor = wordFor;
    this.place = document.getElementById("book");
    this.row = null;
    this.origin = null;
    this.place.addEventListener("keydown", (event) => this.onKey(event));
    document.getElementById("answer").addEventListener("keydown", (event) => this.onFieldKey(event));
  }

  /** Fetch a code and open its page; tells whether it is there. */
  async look(system, code, options = {}) {
    const { status, data } = await this.lookup.entry(system, code);
    if (status === 200) this.open(data, options);
    else announce(data.error || `${code} couldn't be opened in the code book.`);
    return status === 200;
  }

  /** Show an entry. With a row, choosing a code puts it on that line instead of adding one. */
  open(entry, { row = null, focus = false, added = "" } = {}) {
    if (this.place.hidden) this.origin = document.activeElement;
    this.row = row?.isConnected ? row : null;
    this.place.replaceChildren(...this.draw(entry, added));
    this.place.hidden = false;
    this.place.scrollTop = 0;
    if (focus) (this.place.querySelector(".book-choice") ?? this.place).focus();
    this.row?.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (this.place.hidden) return;
    const inside = this.place.contains(document.activeElement);
    const back = this.row?.isConnected ? this.row.querySelector("input") : this.origin;
    this.place.hidden = true;
    this.row = null;
    if (inside) (back?.isConnected ? back : document.getElementById("finder-words")).focus();
  }

  draw(entry, added) {
    const state = entry.billable
      ? el("span", { class: "book-state is-billable" }, icon("check"), " billable")
      : el("span", { class: "book-state is-open" }, icon("next"), " needs another character");
    const title = el("h2", { id: "book-title" }, el("code", { class: "code" }, entry.code), ` ${entry.title} `, state);
    const acts = el("div", { class: "book-acts" }, entry.billable && !added ? this.useButton(entry) : el("span", { class: "quiet" }, added),
      el("button", { class: "tool", type: "button", "aria-label": "Close the book page", title: "Close (Escape)", onclick: () => this.close() }, icon("cross")));
    return [
      el("div", { class: "book-head" }, title, acts),
      this.path(entry),
      el("div", { class: "entry-head" }, ...entryActs(entry, this.api)),
      entry.message ? el("p", { class: "book-message" }, entry.message) : null,
      ownNote(entry),
      ...this.choices(entry),
      ...notes(entry.notes ?? [], entry),
    ].filter(Boolean);
  }

  useButton(entry) {
    const words = this.row ? `Use for ${this.wordFor(this.row)}` : `Add to ${listOf(entry.system)}`;
    return el("button", { class: "btn btn-quiet btn-sm", type: "button", onclick: () => this.onPick(entry, this.row) }, icon("plus"), words);
  }

  path(entry) {
    const above = (entry.path ?? []).filter((step) => step.code !== entry.code);
    const steps = above.map((step) => el("li", {},
      el("button", { type: "button", title: step.title, "aria-label": `${step.code} ${step.title}`, onclick: () => this.look(entry.system, step.code, { row: this.row, focus: true }) }, step.code), " ›"));
    if (!steps.length && !entry.chapter) return null;
    return el("ol", { class: "book-path", "aria-label": "Where the code stands" },
      entry.section || entry.chapter ? el("li", {}, textOf(entry.section || entry.chapter), steps.length ? " ›" : "") : null, ...steps);
  }

  choices(entry) {
    const { complete, later } = sevenths(entry);
    const all = complete.length ? complete : (entry.children ?? []);
    const head = complete.length ? "7th character" : entry.billable ? "Below this code" : "Next characters";
    return [
      ...(all.length ? [el("h3", {}, head), el("ul", { class: "book-choices" }, ...all.map((item) => el("li", {}, this.choice(entry.system, item))))] : []),
      ...(later.length ? [el("h3", {}, "7th characters of the codes below"), el("ul", { class: "book-notes" }, ...later.map((item) => el("li", {}, `${item.char}: ${item.label}`)))] : []),
    ];
  }

  choice(system, item) {
    const go = item.billable
      ? () => this.onPick({ ...item, system }, this.row)
      : () => this.look(system, item.code, { row: this.row, focus: true });
    return el("button", { class: "book-choice", type: "button", onclick: go },
      el("code", { class: "code" }, item.code), el("span", {}, item.title),
      el("span", {}, icon(item.billable ? "plus" : "next"), el("span", { class: "visually-hidden" }, item.billable ? "billable, use" : "needs more characters, open")));
  }

  /** Arrow down in the code field of the line whose choices are shown goes to the first of them. */
  onFieldKey(event) {
    const plain = event.key === "ArrowDown" && !event.altKey && !event.defaultPrevented;
    if (!plain || this.place.hidden || !this.row?.contains(event.target) || !event.target.matches('[name$="-code"]')) return;
    const first = this.place.querySelector(".book-choice");
    if (!first) return;
    event.preventDefault();
    first.focus();
  }

  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
    const choices = [...this.place.querySelectorAll(".book-choice")];
    const at = choices.indexOf(document.activeElement);
    if (at >= 0 && !event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      choices[(at + (event.key === "ArrowDown" ? 1 : -1) + choices.length) % choices.length].focus();
    }
  }
}

/** 7th characters that complete this very code, and those that belong to codes below it. */
function sevenths(entry) {
  const all = entry.billable ? [] : (entry.seventh ?? []);
  return {
    complete: all.filter((item) => item.code).map((item) => ({ code: item.code, title: `${item.char}: ${item.label}`, billable: true })),
    later: all.filter((item) => !item.code),
  };
}

const textOf = (part) => (typeof part === "string" ? part : (part.title ?? part.code ?? ""));

function notes(list, { code: own, system }) {
  const kinds = [...new Set(list.map((note) => note.kind))].sort((a, b) => rank(a) - rank(b));
  return kinds.flatMap((kind) => {
    const ofKind = list.filter((note) => note.kind === kind);
    return [
      el("h3", {}, kind === "inclusion" && system !== "ICD-10-CM" ? "Found by" : (HEADS[kind] ?? ofKind[0].label ?? "Note")),
      el("ul", { class: "book-notes" }, ...ofKind.map((note) => el("li", {}, note.text, note.source && note.source !== own ? el("span", { class: "book-source" }, ` (from ${note.source.length < 3 ? `chapter ${note.source}` : note.source})`) : null))),
    ];
  });
}

const rank = (kind) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);
