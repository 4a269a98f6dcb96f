// The keyboard map of the workspace. Single keys can be switched off in the list of keys.
import { keep, recall } from "./storage.js";

const FREE_TEXT = "textarea, #finder-words, dialog *";

export class Keys {
  constructor({ finder, lines, submit, autosave, panes, book }) {
    Object.assign(this, { finder, lines, submit, autosave, panes, book });
    this.dialog = document.getElementById("keys-dialog");
    this.single = document.getElementById("single-keys");
    this.single.checked = recall("keys.single", true);
    this.single.addEventListener("change", () => keep("keys.single", this.single.checked));
    document.getElementById("keys-button").addEventListener("click", () => this.dialog.showModal());
    document.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  actOf(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") return () => this.submit.ask();
    if (command && event.key.toLowerCase() === "s") return () => this.autosave.retryNow();
    if (command && !event.shiftKey && event.key.toLowerCase() === "z" && this.lines.takesUndo(event.target)) return () => this.lines.undo();
    if (event.key === "F6") return () => this.panes.swap();
    if (event.key === "Escape" && !this.book.place.hidden) return () => this.book.close();
    if (command || event.altKey || !this.single.checked || event.target.matches(FREE_TEXT)) return null;
    if (event.key === "/") return () => this.toFinder();
    if (event.key === "?") return () => this.dialog.showModal();
    return null;
  }

  toFinder() {
    this.panes.open("pane-answer");
    this.finder.focus();
  }
}
