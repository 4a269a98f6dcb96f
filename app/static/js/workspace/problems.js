// Checking the claim: a list of what stands in its way; each problem leads to its field.
import { announce, counted, el, icon } from "./dom.js";

const ICONS = { error: "error", warning: "warn" };
const WORDS = { error: "Problem", warning: "Look again" };

export class Problems {
  constructor(sheet, api, config, { onGo }) {
    Object.assign(this, { sheet, api, config, onGo });
    this.place = document.getElementById("problems");
    this.list = document.getElementById("problems-list");
    this.button = document.getElementById("check-button");
    this.button.addEventListener("click", () => this.check());
    this.list.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      this.go(document.getElementById(link.getAttribute("href").slice(1)));
    });
  }

  async check() {
    const sheet = this.sheet.read();
    this.button.disabled = true;
    const { status, data } = await this.api.post(this.config.checkUrl, { sheet });
    this.button.disabled = false;
    if (status === 200) this.show(data.problems ?? []);
    else this.showTrouble(status, data);
  }

  show(problems) {
    const rows = problems.map((problem) => ({ ...problem, line: this.sheet.rowNamed(problem.row) }));
    const title = problems.length ? `${counted(problems.length, "thing")} to look at` : "Nothing found";
    this.head(title);
    const items = rows.map((problem) => this.item(problem));
    this.list.replaceChildren(...(items.length ? items : [el("li", { class: "quiet" }, "Codes, shapes and rules of the claim raise no question. Whether the chart supports them is said after you submit.")]));
    this.reveal(`Claim check: ${title}.`);
  }

  showTrouble(status, data) {
    const why = status === 0 ? "The server can't be reached." : status === 401 ? "You have been logged out. Log in again in a new tab." : data.error || "The server had a problem. Try again.";
    this.say("The claim couldn't be checked", why);
  }

  say(title, text) {
    this.head(title);
    this.list.replaceChildren(el("li", {}, text));
    this.reveal(text);
  }

  head(text) {
    const title = document.getElementById("problems-title");
    title.replaceChildren(text, el("button", { class: "tool", type: "button", "aria-label": "Close the claim check", title: "Close", onclick: () => this.hide() }, icon("cross")));
  }

  item(problem) {
    const level = problem.level;
    const word = problem.line ? this.sheet.wordFor(problem.line) : "";
    const where = word ? `${word[0].toUpperCase()}${word.slice(1)}: ` : "";
    const text = problem.line
      ? el("a", { href: "#answer", onclick: (event) => { event.preventDefault(); event.stopPropagation(); this.go(this.fieldOf(problem)); } }, where, problem.text)
      : el("span", {}, problem.text);
    return el("li", { class: `problem problem-${level}` }, icon(ICONS[level] ?? "info"), el("span", { class: "problem-level" }, WORDS[level] ?? "Note"), text);
  }

  fieldOf({ line, field }) {
    return this.sheet.field(line, field ?? "code") ?? this.sheet.field(line, "code");
  }

  go(field) {
    if (!field?.isConnected) return announce("That line was removed.");
    this.onGo();
    field.scrollIntoView({ block: "center" });
    return field.focus();
  }

  reveal(words) {
    this.onGo();
    this.place.hidden = false;
    this.place.focus();
    this.place.scrollIntoView({ block: "nearest" });
    announce(words);
  }

  hide() {
    this.place.hidden = true;
    this.button.focus();
  }
}
