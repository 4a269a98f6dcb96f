// Two drafts side by side: whether they say the same, the copy on this computer, and the choice between two versions.
import { el } from "./dom.js";
import { letterOf } from "./pointers.js";
import { forget, keep, recall } from "./storage.js";

const FIELDS = ["code", "poa", "modifiers", "units", "points_to"];
const clean = (value) => String(value ?? "").trim().toUpperCase().replace(/[\s,]+/g, " ");

function plainLine(line) {
  return FIELDS.map((name) => (name === "code" ? clean(line[name]).replace(/[\s.]/g, "") : clean(line[name]) || (name === "units" && "code" in line && "modifiers" in line ? "1" : "")));
}

/** One text for what a draft says, to compare and to send only what changed. */
export function saying({ sheet, marks }) {
  const lines = ["diagnoses", "procedures"].map((kind) => (sheet?.[kind] ?? []).filter((line) => clean(line.code)).map(plainLine));
  return JSON.stringify([lines, (marks ?? []).map((mark) => [mark.document, mark.quote, mark.row ?? null, mark.note ?? ""])]);
}

/** The copy on this computer of what the server hasn't confirmed yet. */
export class LocalCopy {
  constructor(attemptId) {
    this.key = `draft.${attemptId}`;
  }

  read() {
    const copy = recall(this.key);
    return copy && copy.sheet ? copy : null;
  }

  write(draft, revision, sent) {
    return keep(this.key, { sheet: draft.sheet, marks: draft.marks, revision, sent, at: Date.now() });
  }

  clear() {
    forget(this.key);
  }
}

function listing(draft, other) {
  const rows = [];
  for (const kind of ["diagnoses", "procedures"]) {
    (draft.sheet?.[kind] ?? []).forEach((line, index) => {
      const twin = other.sheet?.[kind]?.[index];
      const differs = !twin || plainLine(line).join("|") !== plainLine(twin).join("|");
      const details = kind === "procedures" ? [line.modifiers, Number(line.units) > 1 ? `×${line.units}` : "", line.points_to ? `→ ${line.points_to}` : ""] : [line.poa];
      rows.push(el("li", { class: differs ? "is-different" : null }, `${kind === "diagnoses" ? letterOf(index) : index + 1}  `, el("code", { class: "code" }, line.code), ` ${details.filter(Boolean).join(" ")}`,
        differs ? el("span", { class: "visually-hidden" }, " (differs)") : null));
    });
  }
  const marks = draft.marks?.length ?? 0;
  return el("ul", {}, ...(rows.length ? rows : [el("li", {}, "No lines")]), el("li", { class: "quiet" }, marks ? `${marks} marked in the chart` : ""));
}

/** Show both versions; resolves to "mine", "theirs" or "later". */
export function chooseVersion(mine, theirs) {
  const dialog = document.getElementById("conflict-dialog");
  document.getElementById("conflict-mine").replaceChildren(listing(mine, theirs));
  document.getElementById("conflict-theirs").replaceChildren(listing(theirs, mine));
  dialog.returnValue = "later";
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue || "later"), { once: true });
  });
}
