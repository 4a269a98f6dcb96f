// The ICD-10-PCS tables beside a chart: one character after the other, only what is valid, the code goes into the line.
// In the list a digit or letter chooses, Backspace goes back, Escape closes.
import { announce, el, icon } from "./workspace/dom.js";

const PAUSE = 150;

export class PcsPicker {
  /** ``place`` carries data-on, data-step and data-find; ``onPick`` gets {code, title}. */
  constructor(place, api, { onPick, onOpen = () => {} }) {
    this.place = place;
    this.api = api;
    this.onPick = onPick;
    this.onOpen = onOpen;
    this.step = null;
    this.asked = 0;
    this.timer = 0;
    this.draw();
  }

  draw() {
    this.opener = el("button", { class: "pcs-open", type: "button", "aria-expanded": "false", "aria-controls": "pcs-picker", onclick: () => this.toggle() },
      icon("lines"), "Build an ICD-10-PCS code from the tables");
    this.input = el("input", { class: "form-control", id: "pcs-ask", type: "text", maxlength: "200", spellcheck: "false", autocapitalize: "none", autocomplete: "off",
      placeholder: "words for the procedure, or first characters", "aria-label": "Words for the procedure, or the first characters of the code" });
    this.trail = el("ol", { class: "pcs-trail", "aria-label": "The code so far" });
    this.head = el("h3", { id: "pcs-picker-head" });
    this.list = el("ul", { class: "pcs-choices pcs-list", "aria-labelledby": "pcs-picker-head" });
    this.said = el("p", { class: "pcs-said" });
    this.problem = el("p", { class: "pcs-problem", role: "status", hidden: true });
    this.panel = el("section", { class: "pcs-picker", id: "pcs-picker", "aria-label": "ICD-10-PCS tables", hidden: true },
      el("div", { class: "pcs-picker-head" }, this.input, el("button", { class: "tool", type: "button", "aria-label": "Close the tables", onclick: () => this.close() }, icon("cross"))),
      this.problem, this.trail, this.head, this.list, this.said);
    this.place.replaceChildren(this.opener, this.panel);
    this.place.hidden = false;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onInputKey(event));
    this.panel.addEventListener("keydown", (event) => this.onKey(event));
  }

  toggle() {
    return this.panel.hidden ? this.open() : this.close();
  }

  async open() {
    this.onOpen();
    this.panel.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    if (!this.step) await this.go("");
    this.input.focus();
  }

  close() {
    if (this.panel.hidden) return;
    const inside = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    if (inside) this.opener.focus();
  }

  /** Walk to a beginning and list what may come next; a wrong character is said and the valid ones are listed. */
  async go(beginning, { focus = false } = {}) {
    const asked = ++this.asked;
    const answer = await this.api.get(this.place.dataset.step, { code: beginning, on: this.place.dataset.on });
    if (asked !== this.asked) return;
    if (!answer.data.chosen) return this.trouble(answer.data.error || troubleOf(answer.status));
    this.show(answer.data);
    this.trouble(answer.data.error ?? "");
    if (answer.data.complete) this.finish(answer.data);
    else if (focus) this.list.querySelector("button")?.focus();
  }

  show(step) {
    this.step = step;
    this.trail.replaceChildren(...step.chosen.map((one) => this.trailItem(one)));
    this.head.replaceChildren(step.complete ? "The code is complete" : step.axis, step.complete ? "" : el("span", { class: "quiet" }, ` character ${step.position} of 7`));
    this.list.className = "pcs-choices pcs-list";
    this.list.replaceChildren(...step.choices.map((one) => this.choice(one)));
    this.said.textContent = ["In the list a digit or letter chooses, Backspace goes back.", `ICD-10-PCS ${step.release}.`, step.gap ?? ""].join(" ");
    if (!step.complete) announce(`${step.beginning ? `${step.beginning}, ${step.chosen.at(-1).label}. ` : ""}${step.axis}: ${step.choices.length} ${step.choices.length === 1 ? "value" : "values"}.`);
  }

  trailItem(one) {
    const back = () => this.go(this.step.beginning.slice(0, one.position - 1), { focus: true });
    return el("li", {}, el("button", { type: "button", title: `${one.axis}: choose again`, onclick: back },
      el("code", { class: "code" }, one.char), el("span", {}, labelOf(one))));
  }

  choice(one) {
    return el("li", {}, el("button", { type: "button", "data-char": one.char, onclick: () => this.go(this.step.beginning + one.char, { focus: true }) },
      el("code", { class: "code" }, one.char), el("span", {}, labelOf(one), one.definition ? el("span", { class: "pcs-definition" }, one.definition) : null)));
  }

  finish(step) {
    this.onPick({ code: step.beginning, title: step.title });
    this.input.value = "";
    this.close();
    this.go("");
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), PAUSE);
  }

  /** Words list the tables they lead to; the beginning of a code walks there. */
  async find() {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (!words) return this.go("");
    const asked = ++this.asked;
    const answer = await this.api.get(this.place.dataset.find, { q: words, on: this.place.dataset.on });
    if (asked !== this.asked) return;
    if (answer.status !== 200) return this.trouble(answer.data.error || troubleOf(answer.status));
    if (answer.data.go) return this.go(answer.data.go);
    this.trouble(answer.data.problem ?? "");
    if (answer.data.problem) return;
    this.trail.replaceChildren();
    const found = answer.data.suggestions;
    this.head.textContent = found.length ? "Tables these words lead to" : `No table found for “${words.slice(0, 40)}”`;
    this.list.className = "pcs-suggestions pcs-list";
    this.list.replaceChildren(...found.map((one) => el("li", {}, el("button", { type: "button", onclick: () => this.go(one.beginning, { focus: true }) },
      el("code", { class: "code" }, one.beginning),
      el("span", {}, one.words, el("span", { class: "quiet" }, `${one.loose ? "some of the words, " : ""}such as ${one.example} ${one.example_title}`))))));
    this.said.textContent = found.length ? "" : "Name what is done and where, such as “resection gallbladder”.";
    announce(this.head.textContent + (found.length ? `: ${found.length}.` : ""));
  }

  trouble(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  async onInputKey(event) {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    await this.find();
    this.list.querySelector("button")?.focus();
  }

  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return this.close();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // single keys of the workspace mean nothing in here
    if (event.key.length === 1) event.stopPropagation();
    if (event.target === this.input) return;
    const act = this.actOf(event.key);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  actOf(key) {
    const buttons = [...this.list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (key === "Backspace" && this.step?.beginning) return () => this.go(this.step.beginning.slice(0, -1), { focus: true });
    if (key === "Backspace") return () => this.input.focus();
    if (key === "ArrowDown") return () => buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    if (key === "ArrowUp") return () => (at > 0 ? buttons[at - 1] : this.input).focus();
    if (key === "Home" || key === "End") return () => buttons.at(key === "Home" ? 0 : -1)?.focus();
    if (/^[0-9a-z]$/i.test(key) && this.list.classList.contains("pcs-choices")) return () => this.go(this.step.beginning + key.toUpperCase(), { focus: true });
    return null;
  }
}

function labelOf(one) {
  return one.sure ? one.label : el("em", { class: "pcs-fragment" }, one.label || "the titles don’t say");
}

function troubleOf(status) {
  if (status === 0) return "The server can't be reached. You can still type the seven characters into the line.";
  if (status === 401) return "You have been logged out. Log in again to use the tables.";
  if (status === 429) return "That was a lot in a short time. Wait a few seconds.";
  return "The tables can't be read just now. You can still type the seven characters into the line.";
}
