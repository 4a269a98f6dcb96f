// The answer: lines of diagnoses and procedures as they stand on the page. Owns order, names, letters and undo.
// Fires "change" after every change; a blank line always waits at the end of each list, and blank lines aren't sent.
import { systemOf } from "./codes.js";
import { Pointers, letterOf } from "./pointers.js";

export const KINDS = ["diagnoses", "procedures"];
export const LIMIT = 25;
const WORD = { diagnoses: "diagnosis", procedures: "procedure" };

export class Sheet extends EventTarget {
  constructor(form, { inpatient }) {
    super();
    this.form = form;
    this.inpatient = inpatient;
    this.pointers = new Pointers();
    this.lists = Object.fromEntries(KINDS.map((kind) => [kind, form.querySelector(`[data-list="${kind}"]`)]));
    this.undoable = null;
    const typed = this.rows("procedures").map((row) => this.field(row, "points_to").value);
    const asDrawn = this.lettered();
    this.rows("procedures").forEach((row, index) => this.pointers.type(row, typed[index], asDrawn));
    this.dropBlanks();
    this.refresh();
  }

  rows(kind) {
    return [...this.lists[kind].children];
  }

  filled(kind) {
    return this.rows(kind).filter((row) => !this.isBlank(row));
  }

  /** The rows that letters of a sheet name as it was saved: all but the blank ones at the end. */
  lettered() {
    const rows = this.rows("diagnoses");
    return rows.slice(0, rows.findLastIndex((row) => !this.isBlank(row)) + 1);
  }

  field(row, name) {
    return row.querySelector(`[name$="-${name}"]`);
  }

  code(row) {
    return this.field(row, "code").value.trim().toUpperCase();
  }

  isBlank(row) {
    return this.code(row) === "";
  }

  kindOf(row) {
    return row.dataset.kind;
  }

  /** "diagnosis B" or "procedure 2", or "new diagnosis" for a blank line. */
  wordFor(row) {
    const kind = this.kindOf(row);
    const index = this.filled(kind).indexOf(row);
    if (index < 0) return `new ${WORD[kind]}`;
    return kind === "diagnoses" ? `diagnosis ${letterOf(index)}` : `procedure ${index + 1}`;
  }

  /** The name a line is sent by ("diagnoses-0"), and the way back. */
  nameOf(row) {
    const index = row?.isConnected ? this.filled(this.kindOf(row)).indexOf(row) : -1;
    return index < 0 ? null : `${this.kindOf(row)}-${index}`;
  }

  rowNamed(name) {
    const [kind, index] = (name ?? "").split("-");
    return this.lists[kind] ? (this.filled(kind)[Number(index)] ?? null) : null;
  }

  read() {
    const diagnoses = this.filled("diagnoses");
    return {
      diagnoses: diagnoses.map((row) => ({ code: this.code(row), poa: this.field(row, "poa")?.value ?? "" })),
      procedures: this.filled("procedures").map((row) => ({
        code: this.code(row),
        modifiers: this.field(row, "modifiers").value.trim().toUpperCase(),
        units: this.field(row, "units").value.trim(),
        points_to: [...this.pointers.letters(row, diagnoses), ...(this.pointers.unread.get(row) ?? [])].join(" "),
      })),
    };
  }

  /** Put another answer in place of this one, keeping the lines that stay the same kind and place. */
  write(sheet) {
    for (const kind of KINDS) {
      const values = sheet?.[kind] ?? [];
      while (this.rows(kind).length > values.length) this.lists[kind].lastElementChild.remove();
      while (this.rows(kind).length < values.length) this.lists[kind].append(this.fresh(kind));
      this.rows(kind).forEach((row, index) => this.fill(row, values[index]));
    }
    const diagnoses = this.lettered();
    for (const row of this.rows("procedures")) this.pointers.type(row, this.field(row, "points_to").value, diagnoses);
    this.undoable = null;
    this.changed();
  }

  fill(row, values) {
    for (const name of ["code", "poa", "modifiers", "units", "points_to"]) {
      const field = this.field(row, name);
      if (field && values[name] !== undefined) field.value = values[name] ?? "";
    }
  }

  fresh(kind) {
    const template = document.getElementById(`${WORD[kind]}-line`);
    return template.content.firstElementChild.cloneNode(true);
  }

  /** Put a code on the first blank line; returns the line, or null when the list is full. */
  add(kind, code) {
    if (this.filled(kind).length >= LIMIT) return null;
    const row = this.rows(kind).find((each) => this.isBlank(each)) ?? this.lists[kind].appendChild(this.fresh(kind));
    this.field(row, "code").value = code;
    this.changed();
    return row;
  }

  setCode(row, code) {
    this.field(row, "code").value = code;
    this.changed();
  }

  /** Move a filled line by one place; tells whether it moved. */
  move(row, by) {
    const rows = this.filled(this.kindOf(row));
    const other = rows[rows.indexOf(row) + by];
    if (!rows.includes(row) || !other) return false;
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    if (by < 0) other.before(row);
    else other.after(row);
    this.changed();
    (focused?.disabled ? this.field(row, "code") : focused)?.focus();
    return true;
  }

  /** Take a line out; returns the line that should have the focus then. */
  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    this.undoable = { row, before: row.nextElementSibling, word: this.wordFor(row), code: this.code(row) };
    row.remove();
    this.changed();
    return next?.isConnected ? next : this.rows(this.kindOf(row))[0];
  }

  /** Put the line that was removed last back in its place; returns it, or null. */
  undo() {
    const last = this.undoable;
    if (!last) return null;
    const list = this.lists[this.kindOf(last.row)];
    list.insertBefore(last.row, last.before?.isConnected ? last.before : list.lastElementChild);
    this.undoable = null;
    this.changed();
    return last.row;
  }

  dropBlanks() {
    for (const kind of KINDS) for (const row of this.rows(kind)) if (this.isBlank(row)) row.remove();
  }

  /** Drop blank lines and number the rest, so that the plain form can be sent. */
  settle() {
    document.activeElement?.blur();
    this.dropBlanks();
    for (const kind of KINDS) {
      const filled = this.filled(kind);
      filled.forEach((row, index) => this.label(row, kind, index, filled));
    }
    const diagnoses = this.filled("diagnoses");
    for (const row of this.filled("procedures")) this.pointers.draw(row, diagnoses, (line) => this.code(line));
  }

  changed() {
    this.refresh();
    this.dispatchEvent(new Event("change"));
  }

  /** Set names, letters, labels and the waiting blank line to what the lines are now. */
  refresh() {
    for (const kind of KINDS) {
      const last = this.lists[kind].lastElementChild;
      if (!last || (!this.isBlank(last) && this.rows(kind).length < LIMIT)) this.lists[kind].append(this.fresh(kind));
      const filled = this.filled(kind);
      this.rows(kind).forEach((row, index) => this.label(row, kind, index, filled));
    }
    const diagnoses = this.filled("diagnoses");
    for (const row of this.rows("procedures")) {
      this.pointers.catchUp(row, diagnoses);
      this.pointers.draw(row, diagnoses, (line) => this.code(line));
      row.classList.toggle("is-bare", this.isBare(row));
    }
  }

  /** An inpatient procedure in ICD-10-PCS has no modifiers, units or pointers; what was typed there stays in sight. */
  isBare(row) {
    if (!this.inpatient || ["CPT", "HCPCS"].includes(systemOf("procedures", this.code(row)))) return false;
    const typed = this.field(row, "modifiers").value + this.field(row, "points_to").value;
    return !typed.trim() && ["", "1"].includes(this.field(row, "units").value.trim());
  }

  label(row, kind, index, filled) {
    for (const node of row.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(/(diagnoses|procedures)-(\d+|__n__)-/g, `${kind}-${index}-`));
      }
    }
    const place = filled.indexOf(row);
    const shownPlace = place < 0 ? filled.length : place;
    const mark = kind === "diagnoses" ? letterOf(shownPlace) : String(shownPlace + 1);
    row.classList.toggle("is-blank", place < 0);
    row.querySelector("[data-mark]").textContent = place < 0 && index < filled.length ? "·" : mark;
    const word = place < 0 ? `New ${WORD[kind]}` : `${kind === "diagnoses" ? "Diagnosis" : "Procedure"} ${mark}`;
    row.querySelector("[data-label]").textContent = `${word}: code`;
    row.querySelector('[data-act="up"]').disabled = place <= 0;
    row.querySelector('[data-act="down"]').disabled = place < 0 || place === filled.length - 1;
    for (const [act, verb, end] of [["up", "Move", " up"], ["down", "Move", " down"], ["remove", "Remove", ""]]) {
      row.querySelector(`[data-act="${act}"]`).setAttribute("aria-label", `${verb} ${word.toLowerCase()}${end}`);
    }
    const first = row.querySelector("[data-first]");
    first.hidden = kind !== "diagnoses" || place !== 0;
    first.textContent = this.inpatient ? "Principal" : "First-listed";
  }
}
