// Working on the lines: buttons, keys, what is said beside each field, and taking a removed line back.
import { modifiersProblem, shapeProblem, shown, systemOf, unitsProblem } from "./codes.js";
import { announce } from "./dom.js";
import { KINDS, LIMIT } from "./sheet.js";

export class Lines {
  constructor(sheet, { inpatient, onQuotes }) {
    this.sheet = sheet;
    this.inpatient = inpatient;
    this.onQuotes = onQuotes;
    this.bar = document.getElementById("undo-bar");
    this.justRemoved = false;
    const form = sheet.form;
    form.addEventListener("input", (event) => this.onInput(event));
    form.addEventListener("change", (event) => this.judge(event.target));
    form.addEventListener("focusout", (event) => this.onLeave(event));
    form.addEventListener("click", (event) => this.onClick(event));
    form.addEventListener("keydown", (event) => this.onKey(event));
    document.getElementById("undo-button").addEventListener("click", () => this.undo());
    sheet.addEventListener("change", () => this.sayPointers());
    this.judgeAll();
  }

  onInput(event) {
    this.justRemoved = false;
    const row = event.target.closest(".line");
    if (!row) return;
    if (event.target.name.endsWith("-points_to")) {
      this.sheet.pointers.type(row, event.target.value, this.sheet.filled("diagnoses"));
    }
    if (event.target.getAttribute("aria-invalid") === "true") this.judge(event.target);
    this.sheet.changed();
  }

  /** A line left empty in the middle of its list goes away, so that letters have no gaps. */
  onLeave(event) {
    const row = event.target.closest(".line");
    if (!row) return;
    if (event.target.matches('[name$="-code"]')) this.tidy(row, event.target);
    this.judge(event.target);
    setTimeout(() => {
      const waiting = row === row.parentElement?.lastElementChild;
      if (!row.isConnected || waiting || row.contains(document.activeElement) || !this.sheet.isBlank(row)) return;
      row.remove();
      this.sheet.changed();
    });
  }

  /** Write a code the usual way: capitals, the dot in its place. */
  tidy(row, field) {
    const kind = this.sheet.kindOf(row);
    const system = systemOf(kind, field.value);
    if (!system || shapeProblem(kind, field.value, this.inpatient)) return;
    const usual = shown(system, field.value);
    if (field.value !== usual) this.sheet.setCode(row, usual);
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add) this.focusWaiting(button.dataset.add);
    const row = button.closest(".line");
    if (!row) return;
    const act = button.dataset.act;
    if (act === "up" || act === "down") this.move(row, act === "up" ? -1 : 1);
    if (act === "remove") this.remove(row);
    if (act === "quotes") this.onQuotes(row);
    if (act === "point") {
      this.sheet.pointers.toggle(row, this.sheet.filled("diagnoses")[Number(button.dataset.index)]);
      this.sheet.changed();
    }
  }

  onKey(event) {
    const row = event.target.closest(".line");
    if (!row) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      this.move(row, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.altKey && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      if (!this.sheet.isBlank(row)) this.remove(row);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.matches("input")) {
      event.preventDefault();
      this.onEnter(row);
    }
  }

  /** Enter goes down a line; from the waiting line of the diagnoses on to the procedures. */
  onEnter(row) {
    const next = row.nextElementSibling ?? this.sheet.rows("procedures")[0];
    if (next !== row) this.sheet.field(next, "code").focus();
  }

  focusWaiting(kind) {
    const blank = this.sheet.rows(kind).find((row) => this.sheet.isBlank(row));
    if (blank) this.sheet.field(blank, "code").focus();
    else announce(`A claim holds at most ${LIMIT} ${kind}.`);
  }

  move(row, by) {
    if (this.sheet.move(row, by)) announce(`Now ${this.sheet.wordFor(row)}.`);
  }

  remove(row) {
    const { word, code } = { word: this.sheet.wordFor(row), code: this.sheet.code(row) };
    const loosened = this.pointingTo(row);
    const next = this.sheet.remove(row);
    if (next) this.sheet.field(next, "code").focus();
    this.justRemoved = true;
    this.offerUndo([`${code || "The line"} (${word}) was removed.`, loosened].filter(Boolean).join(" "));
  }

  /** Say which procedures lose their pointer when a diagnosis goes. */
  pointingTo(diagnosis) {
    const procedures = this.sheet.filled("procedures");
    const places = procedures.flatMap((row, index) => (this.sheet.pointers.of(row).has(diagnosis) ? [index + 1] : []));
    if (!places.length) return "";
    if (places.length === 1) return `Procedure ${places[0]} no longer points to it.`;
    return `Procedures ${places.slice(0, -1).join(", ")} and ${places.at(-1)} no longer point to it.`;
  }

  /** Whether Ctrl+Z means a removed line: right after the removal, or where no text could be taken back. */
  takesUndo(target) {
    if (!this.sheet.undoable) return false;
    return this.justRemoved || !target.matches("input, textarea") || target.value === "";
  }

  offerUndo(words) {
    document.getElementById("undo-words").textContent = words;
    this.bar.hidden = false;
    announce(`${words} Undo is at the end of the answer.`);
  }

  undo() {
    const row = this.sheet.undo();
    this.justRemoved = false;
    this.bar.hidden = true;
    if (!row) return;
    this.sheet.field(row, "code").focus();
    announce(`${this.sheet.code(row)} is back as ${this.sheet.wordFor(row)}.`);
  }

  judgeAll() {
    for (const kind of KINDS) for (const row of this.sheet.filled(kind)) for (const field of row.querySelectorAll("input")) this.judge(field);
  }

  /** Say beside a field why what stands in it can't be read; the other fields stay usable. */
  judge(field) {
    const row = field.closest?.(".line");
    if (!row || !field.name) return;
    const problem = this.problemOf(row, field.name.split("-").at(-1), field.value);
    if (problem) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    field.classList.toggle("is-invalid", Boolean(problem));
    this.say(row);
  }

  problemOf(row, name, value) {
    switch (name) {
      case "code":
        return shapeProblem(this.sheet.kindOf(row), value, this.inpatient);
      case "modifiers":
        return modifiersProblem(value);
      case "units":
        return unitsProblem(value);
      case "points_to":
        return this.sheet.pointers.problem(row);
      default:
        return null;
    }
  }

  say(row) {
    const wrong = [...row.querySelectorAll('[aria-invalid="true"]')];
    const texts = wrong.map((field) => this.problemOf(row, field.name.split("-").at(-1), field.value)).filter(Boolean);
    const place = row.querySelector("[data-problem]");
    const words = texts.join(" ");
    if (place.textContent === words) return;
    place.textContent = words;
    if (words) announce(words);
  }

  sayPointers() {
    for (const row of this.sheet.filled("procedures")) {
      const field = this.sheet.field(row, "points_to");
      if (document.activeElement !== field) this.judge(field);
    }
  }
}
