// Marking words: a small bar beside the selection, and a dialog that needs no mouse.
import { placeOf } from "./anchors.js";
import { el, icon } from "./dom.js";
import { KINDS } from "./sheet.js";
import { openDocument } from "../tabs.js";

const SETTLED = 350;

export class Markbar {
  constructor(sheet, marks) {
    this.sheet = sheet;
    this.marks = marks;
    this.bar = document.getElementById("markbar");
    this.dialog = document.getElementById("mark-dialog");
    this.selected = null;
    this.held = false;
    this.wire();
  }

  wire() {
    this.bar.addEventListener("pointerdown", (event) => event.preventDefault());
    this.bar.addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
    addEventListener("pointerdown", (event) => {
      if (this.bar.contains(event.target)) return;
      this.held = true;
      this.hide();
    });
    addEventListener("pointerup", (event) => {
      this.held = false;
      if (!this.bar.contains(event.target)) setTimeout(() => this.offer(), 10);
    });
    document.addEventListener("selectionchange", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => !this.held && this.offer(), SETTLED);
    });
    document.querySelector("#pane-chart .pane-scroll").addEventListener("scroll", () => this.hide(), { passive: true });
    document.addEventListener("click", (event) => this.onMark(event.target.closest("mark[data-mark]")));
    document.getElementById("mark-button").addEventListener("click", () => this.ask());
    document.getElementById("mark-form").addEventListener("submit", (event) => this.onDialog(event));
  }

  /** The words selected in one document, or null. */
  selection() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const paperOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-document]");
    const paper = paperOf(range.startContainer);
    if (!paper) return null;
    if (paperOf(range.endContainer) !== paper) range.setEndAfter(paper.lastChild);
    const place = placeOf(range, paper);
    return place && { paper, place, box: range.getBoundingClientRect() };
  }

  offer() {
    const found = this.selection();
    if (!found) {
      if (this.selected) this.hide();
      return;
    }
    this.selected = found;
    const lines = KINDS.flatMap((kind) => this.sheet.filled(kind));
    const tools = lines.map((row) => this.lineTool(row));
    this.bar.replaceChildren(
      ...(tools.length ? [el("span", { class: "markbar-word" }, "Evidence for"), ...tools] : []),
      el("button", { class: "tool", type: "button", onclick: () => this.mark({ kind: "highlight" }) }, icon("pen"), "Highlight"),
      el("button", { class: "tool", type: "button", onclick: () => this.ask() }, icon("note"), "Note"));
    this.showAt(found.box);
  }

  lineTool(row) {
    const word = this.sheet.wordFor(row);
    return el("button", { class: "tool tool-line", type: "button", title: `${word}: ${this.sheet.code(row)}`, "aria-label": `Evidence for ${word}, ${this.sheet.code(row)}`,
      onclick: () => this.mark({ kind: "evidence", row }) }, word.split(" ")[1]);
  }

  onMark(piece) {
    if (!piece || !getSelection().isCollapsed) return;
    const mark = this.marks.marks[Number(piece.dataset.mark)];
    this.selected = {};
    this.bar.replaceChildren(
      ...(mark.note ? [el("span", { class: "markbar-word" }, mark.note)] : []),
      el("button", { class: "tool", type: "button", onclick: () => { this.hide(); this.marks.remove(mark); } }, icon("cross"), "Remove mark"));
    this.showAt(piece.getBoundingClientRect());
  }

  showAt(box) {
    this.bar.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.bar;
    const below = box.bottom + 8 + height < innerHeight;
    this.bar.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    this.bar.style.top = `${below ? box.bottom + 8 : Math.max(8, box.top - height - 8)}px`;
  }

  hide() {
    this.bar.hidden = true;
    this.selected = null;
  }

  mark(how) {
    const { paper, place } = this.selected;
    this.marks.add(paper, place, how);
    this.hide();
    getSelection().removeAllRanges();
  }

  /** Ask for words, line and note; the selection, if any, is filled in. */
  ask() {
    const found = this.selected?.place ? this.selected : this.selection();
    this.asked = found;
    this.bar.hidden = true;
    document.getElementById("mark-quote").value = found ? found.place.quote : "";
    document.getElementById("mark-note").value = "";
    this.complain("");
    const lines = KINDS.flatMap((kind) => this.sheet.filled(kind));
    document.getElementById("mark-row").replaceChildren(el("option", { value: "" }, "Highlight"),
      ...lines.map((row) => el("option", { value: this.sheet.nameOf(row) }, `Evidence for ${this.sheet.wordFor(row)}, ${this.sheet.code(row)}`)));
    this.dialog.showModal();
    document.getElementById(found ? "mark-note" : "mark-quote").focus();
  }

  onDialog(event) {
    if (event.submitter?.value !== "yes") return;
    event.preventDefault();
    const quote = document.getElementById("mark-quote").value.trim();
    const row = this.sheet.rowNamed(document.getElementById("mark-row").value);
    const same = this.asked && this.asked.place.quote === quote;
    const paper = same ? this.asked.paper : openDocument();
    const how = { kind: row ? "evidence" : "highlight", row, note: document.getElementById("mark-note").value.trim() };
    if (!quote) return this.complain("Type or paste the words to mark.");
    if (!this.marks.add(paper, { quote, start: same ? this.asked.place.start : undefined }, how)) {
      return this.complain("These words aren't in the open document. Copy them as they stand there.");
    }
    this.dialog.close();
    return getSelection().removeAllRanges();
  }

  complain(text) {
    const place = document.getElementById("mark-quote-problem");
    place.textContent = text;
    place.hidden = !text;
  }
}
