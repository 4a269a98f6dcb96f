// Submitting: asks once, saves first so that nothing can be lost on the way, then sends the form.
import { announce, counted, el } from "./dom.js";

export class Submit {
  constructor(sheet, { autosave, problems, inpatient }) {
    Object.assign(this, { sheet, autosave, problems, inpatient });
    this.form = sheet.form;
    this.dialog = document.getElementById("submit-dialog");
    this.button = document.getElementById("submit-button");
    this.words = this.button.textContent;
    this.button.addEventListener("click", () => this.ask());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.dialog.addEventListener("close", () => this.dialog.returnValue === "yes" && this.send());
    addEventListener("pageshow", (event) => event.persisted && this.backAgain());
  }

  ask() {
    if (this.dialog.open || this.button.disabled) return;
    const sheet = this.sheet.read();
    if (!sheet.diagnoses.length && !sheet.procedures.length) {
      this.problems.say("Nothing to submit yet", "Enter at least one code, then submit.");
      return;
    }
    document.getElementById("submit-dialog-summary").textContent =
      `${counted(sheet.diagnoses.length, "diagnosis")} and ${counted(sheet.procedures.length, "procedure")}.`;
    document.getElementById("submit-dialog-doubts").replaceChildren(...this.doubts(sheet).map((text) => el("li", {}, text)));
    this.dialog.returnValue = "no";
    this.dialog.showModal();
  }

  doubts(sheet) {
    const wrong = this.form.querySelectorAll('.line:not(.is-blank) [aria-invalid="true"]').length;
    const open = this.form.querySelectorAll('.line-title[data-state="open"]').length;
    const loose = sheet.procedures.filter((line) => !line.points_to).length;
    const without = this.inpatient ? sheet.diagnoses.filter((line) => !line.poa).length : 0;
    return [
      wrong ? `${counted(wrong, "field")} can't be read. A line that can't be read isn't graded.` : "",
      open ? `${counted(open, "code")} ${open === 1 ? "needs" : "need"} another character.` : "",
      loose && sheet.diagnoses.length && !this.inpatient ? `${counted(loose, "procedure")} ${loose === 1 ? "points" : "point"} to no diagnosis.` : "",
      without ? `${counted(without, "diagnosis")} ${without === 1 ? "has" : "have"} no present-on-admission indicator.` : "",
    ].filter(Boolean);
  }

  async send() {
    this.busy(true);
    const ready = (await this.autosave.flush()) && (await this.autosave.reachable());
    if (!ready) {
      this.busy(false);
      if (this.autosave.resultUrl) location.assign(this.autosave.resultUrl);
      else announce("The claim wasn't submitted, because it couldn't be saved first. Nothing is lost.");
      return;
    }
    this.sheet.settle();
    this.autosave.close();
    this.form.submit();
  }

  busy(on) {
    this.button.disabled = on;
    this.button.textContent = on ? "Submitting …" : this.words;
  }

  /** The browser's back button brought this page out of its cache: it may be submitted by now. */
  backAgain() {
    location.reload();
  }
}
