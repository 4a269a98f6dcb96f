// The marks a coder leaves in the chart: highlights, notes, evidence for a line. They are part of the draft.
import { announce, counted, el, icon } from "./dom.js";
import { findQuote, unwrapAll, wrap } from "./anchors.js";
import { revealDocument } from "../tabs.js";

const MOST = 60;

export class Marks extends EventTarget {
  constructor(sheet, { onShow }) {
    super();
    this.sheet = sheet;
    this.onShow = onShow;
    this.marks = [];
    this.list = document.getElementById("marks-list");
    this.toggle = document.getElementById("marks-toggle");
    this.toggle.addEventListener("click", () => this.unfold(this.list.hidden));
    sheet.addEventListener("change", () => this.draw());
  }

  load(saved) {
    this.marks = (saved ?? []).map((mark) => ({ ...mark, row: this.sheet.rowNamed(mark.row) }));
    this.draw(true);
  }

  read() {
    return this.marks.map(({ document: name, quote, start, kind, row, note }) => ({
      document: name, quote, start: start ?? null, kind, row: this.sheet.nameOf(row), note: note ?? "",
    }));
  }

  /** Add a mark; tells whether it stands in the document. */
  add(paper, { quote, start }, { kind, row = null, note = "" }) {
    const place = findQuote(paper, quote, start);
    if (!place || this.marks.length >= MOST) {
      announce(place ? `A chart holds at most ${MOST} marks.` : "These words aren't in the open document.");
      return false;
    }
    const words = paper.textContent.slice(place.start, place.end).slice(0, 500);
    this.marks.push({ document: paper.dataset.document, quote: words, start: place.start, kind, row, note });
    this.changed();
    announce(row ? `Marked as evidence for ${this.sheet.wordFor(row)}.` : "Marked.");
    return true;
  }

  remove(mark) {
    this.marks = this.marks.filter((other) => other !== mark);
    this.changed();
    announce("The mark was removed.");
  }

  changed() {
    this.draw(true);
    this.dispatchEvent(new Event("change"));
  }

  /** Show the first mark of a line and light them all for a moment. */
  showRow(row) {
    const first = this.marks.find((mark) => mark.row === row);
    if (first) this.show(first);
  }

  show(mark) {
    const pieces = document.querySelectorAll(`mark[data-mark="${this.marks.indexOf(mark)}"]`);
    if (!pieces.length) return;
    this.onShow();
    revealDocument(pieces[0]);
    pieces[0].tabIndex = -1;
    pieces[0].scrollIntoView({ block: "center", behavior: "smooth" });
    pieces[0].focus({ preventScroll: true });
    pieces.forEach((piece) => piece.classList.add("is-lit"));
    setTimeout(() => pieces.forEach((piece) => piece.classList.remove("is-lit")), 2200);
  }

  labelOf(mark) {
    const name = this.sheet.nameOf(mark.row);
    if (!name) return mark.note ? "note" : "";
    return this.sheet.wordFor(mark.row).split(" ")[1];
  }

  /** Redraw the labels; with rewrap, also the marks in the text. */
  draw(rewrap = false) {
    const state = JSON.stringify(this.marks.map((mark) => this.labelOf(mark)));
    if (!rewrap && state === this.drawn) return;
    this.drawn = state;
    for (const paper of document.querySelectorAll("[data-document]")) this.drawPaper(paper);
    this.drawList();
    this.drawLines();
  }

  drawPaper(paper) {
    unwrapAll(paper);
    this.marks.forEach((mark, index) => {
      if (mark.document !== paper.dataset.document) return;
      const place = findQuote(paper, mark.quote, mark.start);
      mark.lost = !place;
      if (!place) return;
      const label = this.labelOf(mark);
      const pieces = wrap(paper, place, (piece) => {
        piece.dataset.mark = index;
        piece.className = label && label !== "note" ? "mark-evidence" : mark.note ? "mark-note" : "mark-plain";
      });
      if (label && pieces.length) pieces.at(-1).dataset.label = label;
      if (mark.note) pieces.forEach((piece) => { piece.title = mark.note; });
    });
  }

  drawList() {
    const count = this.marks.length;
    document.getElementById("marks-count").textContent = String(count);
    this.toggle.hidden = count === 0;
    if (count === 0) this.unfold(false);
    this.list.replaceChildren(...this.marks.map((mark) => this.item(mark)));
  }

  item(mark) {
    const word = this.sheet.nameOf(mark.row) ? `Evidence for ${this.sheet.wordFor(mark.row)}` : mark.kind === "evidence" ? "Evidence, line removed" : mark.note ? "Note" : "Highlight";
    const text = el("span", { class: "mark-text" }, el("span", { class: "mark-kind" }, `${word}: `), el("q", {}, shorten(mark.quote)),
      mark.note ? el("span", {}, ` ${mark.note}`) : null, mark.lost ? el("span", { class: "mark-lost" }, " no longer found in the document") : null);
    return el("li", {}, text,
      mark.lost ? null : el("button", { class: "btn btn-quiet btn-sm", type: "button", onclick: () => this.show(mark) }, "Show"),
      el("button", { class: "tool", type: "button", "aria-label": `Remove the mark “${shorten(mark.quote)}”`, title: "Remove the mark", onclick: () => this.removeFromList(mark) }, icon("cross")));
  }

  removeFromList(mark) {
    this.remove(mark);
    (this.list.hidden ? document.getElementById("mark-button") : this.list.querySelector("button")).focus();
  }

  drawLines() {
    for (const kind of ["diagnoses", "procedures"]) {
      for (const row of this.sheet.rows(kind)) {
        const count = this.marks.filter((mark) => mark.row === row).length;
        const button = row.querySelector(".line-quotes");
        button.hidden = count === 0;
        button.textContent = counted(count, "quote");
        button.setAttribute("aria-label", `Show ${counted(count, "quote")} that support ${this.sheet.wordFor(row)}`);
      }
    }
  }

  unfold(on) {
    this.list.hidden = !on;
    this.toggle.setAttribute("aria-expanded", String(on));
    this.toggle.textContent = on ? "Hide marks" : "Show marks";
  }
}

export const shorten = (text) => (text.length > 90 ? `${text.slice(0, 87).trimEnd()}…` : text).replace(/\s+/g, " ");
