// Pointers of procedures to diagnoses. They are kept to the lines themselves, so they follow when lines move or go;
// letters are only how they are typed and sent.
import { el } from "./dom.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY";
const POINTABLE = 12;

const placeOf = (mark) => (/[0-9]/.test(mark) ? Number(mark) - 1 : LETTERS.indexOf(mark));
export const letterOf = (index) => LETTERS[index] ?? "";

export class Pointers {
  constructor() {
    this.targets = new WeakMap();
    this.unread = new WeakMap();
  }

  /** Take the typed letters of a procedure; what names no filled line is kept as typed and returned. */
  type(row, text, diagnoses) {
    const typed = text.toUpperCase().replace(/[^A-Z0-9]/g, "").split("");
    const indexes = typed.map(placeOf);
    const strange = typed.filter((_, at) => !diagnoses[indexes[at]]);
    this.targets.set(row, new Set(indexes.filter((index) => diagnoses[index]).map((index) => diagnoses[index])));
    this.unread.set(row, strange);
    return strange;
  }

  /** A letter typed before its diagnosis was there is tied to it as soon as it is. */
  catchUp(row, diagnoses) {
    const waiting = this.unread.get(row) ?? [];
    if (!waiting.length) return;
    const still = waiting.filter((mark) => !diagnoses[placeOf(mark)]);
    for (const mark of waiting) if (!still.includes(mark)) this.of(row).add(diagnoses[placeOf(mark)]);
    this.unread.set(row, still);
  }

  toggle(row, diagnosis) {
    const set = this.of(row);
    if (!set.delete(diagnosis)) set.add(diagnosis);
    this.unread.set(row, []);
  }

  of(row) {
    if (!this.targets.has(row)) this.targets.set(row, new Set());
    return this.targets.get(row);
  }

  problem(row) {
    const strange = this.unread.get(row) ?? [];
    return strange.length ? `There is no diagnosis ${strange.join(", ")} to point to.` : null;
  }

  /** The letters to show and send, in the order of the lines. */
  letters(row, diagnoses) {
    const set = this.of(row);
    return diagnoses.flatMap((line, index) => (set.has(line) ? [letterOf(index)] : []));
  }

  /** Redraw the field and the chips of one procedure. The field being typed in is left alone. */
  draw(row, diagnoses, codeOf) {
    const field = row.querySelector('[name$="-points_to"]');
    const wanted = [...this.letters(row, diagnoses), ...(this.unread.get(row) ?? [])].join(" ");
    if (document.activeElement !== field && field.value !== wanted) field.value = wanted;
    const chips = row.querySelector("[data-chips]");
    const lines = diagnoses.slice(0, POINTABLE);
    const set = this.of(row);
    while (chips.children.length > lines.length) chips.lastChild.remove();
    while (chips.children.length < lines.length) chips.append(el("button", { type: "button", class: "pointer-chip", "data-act": "point" }));
    lines.forEach((line, index) => {
      const chip = chips.children[index];
      chip.textContent = letterOf(index);
      chip.dataset.index = index;
      chip.setAttribute("aria-pressed", String(set.has(line)));
      chip.setAttribute("aria-label", `Points to ${letterOf(index)}, ${codeOf(line)}`);
    });
  }
}
