// Searching while one types: the hits are links in a list. Arrows move, Right and Left open and close a group.
import { draw, noteOf, troubleOf } from "./codebook-hits.js";

const PAUSE = 120;
const MOST_KEPT = 80;
const bare = (text) => text.replace(/[\s.]+/g, "").toUpperCase();

export class Search {
  constructor(form, place) {
    this.form = form;
    this.place = place;
    this.input = form.querySelector("[name=q]");
    this.said = document.getElementById("lookup-said");
    this.inPlace = "inPlace" in form.dataset;
    this.before = [...place.childNodes];
    this.kept = new Map();
    this.running = null;
    this.timer = 0;
    this.shownFor = this.inPlace ? this.words : "";
    this.hits = [];
    this.wire();
  }

  wire() {
    this.input.addEventListener("input", () => this.later());
    this.form.addEventListener("submit", (event) => this.enter(event));
    this.input.addEventListener("keydown", (event) => this.onInputKey(event));
    this.place.addEventListener("keydown", (event) => this.onListKey(event));
    if (this.inPlace) {
      document.querySelector(".lookup-filters")?.addEventListener("click", (event) => this.carryWords(event));
      return;
    }
    document.addEventListener("pointerdown", (event) => !this.form.contains(event.target) && this.close());
    this.form.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.form.contains(event.relatedTarget)) this.close();
    });
  }

  get words() {
    return this.input.value.trim();
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  later() {
    clearTimeout(this.timer);
    this.place.classList.add("is-stale");
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  /** Search for what stands in the field; an answer for other words is dropped. */
  async search() {
    clearTimeout(this.timer);
    const { words } = this;
    this.running?.abort();
    if (this.inPlace) this.writeAddress(words);
    if (!words) return this.clear();
    const answer = await this.ask(words).catch(() => null);
    if (!answer || this.words !== words) return;
    this.hits = answer.data.hits ?? [];
    this.shownFor = words;
    const note = answer.status === 200 ? noteOf(answer.data, words) : troubleOf(answer.status);
    this.show(draw(this.hits, note), this.hits.length ? `${this.hits.length} rows found.` : note);
  }

  async ask(words) {
    const url = new URL(this.form.dataset.search, location.href);
    for (const field of this.form.querySelectorAll("input[type=hidden]")) url.searchParams.set(field.name, field.value);
    url.searchParams.set("q", words);
    url.searchParams.set("limit", this.inPlace ? "30" : "12");
    const key = url.toString();
    if (this.kept.has(key)) return this.kept.get(key);
    const running = new AbortController();
    this.running = running;
    const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual", signal: running.signal }).catch((error) => {
      if (error.name === "AbortError") throw error;
      return { status: 0, json: async () => ({}) };
    });
    const answer = { status: response.status, data: await response.json().catch(() => ({})) };
    if (answer.status === 200) this.keep(key, answer);
    return answer;
  }

  keep(key, answer) {
    this.kept.set(key, answer);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
  }

  show(nodes, said) {
    this.place.classList.remove("is-stale");
    this.place.replaceChildren(...nodes);
    this.place.hidden = false;
    this.said.textContent = said;
  }

  /** Without words the books to leaf through come back; below other pages the list closes. */
  clear() {
    this.hits = [];
    this.shownFor = "";
    this.place.classList.remove("is-stale");
    if (this.inPlace && !this.place.querySelector(".shelf")) {
      if (this.before.some((node) => node.nodeType === 1 && node.matches(".shelf"))) this.place.replaceChildren(...this.before);
      else location.assign(this.address(""));
    }
    this.close();
  }

  close() {
    if (!this.inPlace) this.place.hidden = true;
  }

  address(words) {
    const url = new URL(this.form.action);
    for (const field of this.form.querySelectorAll("input[type=hidden]")) url.searchParams.set(field.name, field.value);
    if (words) url.searchParams.set("q", words);
    return url;
  }

  writeAddress(words) {
    history.replaceState(null, "", this.address(words));
  }

  /** A filter keeps the words that stand in the field now. */
  carryWords(event) {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const url = new URL(link.href);
    if (this.words) url.searchParams.set("q", this.words);
    else url.searchParams.delete("q");
    link.href = url;
  }

  /** Enter opens the code that was typed; with words it goes to the first row, and once more opens it. */
  async enter(event) {
    event.preventDefault();
    if (!this.words) return;
    if (this.shownFor !== this.words || (!this.inPlace && this.place.hidden)) await this.search();
    const typed = this.hits.find((hit) => hit.kind !== "modifier" && bare(hit.code) === bare(this.words));
    if (typed) location.assign(typed.url);
    else this.links[0]?.focus();
  }

  get links() {
    return [...this.place.querySelectorAll("a.found-link")].filter((link) => link.checkVisibility());
  }

  onInputKey(event) {
    if (event.key === "ArrowDown" && this.links.length) {
      event.preventDefault();
      this.links[0].focus();
    } else if (event.key === "Escape" && (this.input.value || !this.place.hidden)) {
      event.preventDefault();
      this.input.value = "";
      this.search();
    }
  }

  onListKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = { ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), ArrowRight: () => this.openGroup(), ArrowLeft: () => this.closeGroup(), Escape: () => this.focus() }[event.key];
    if (!move || !event.target.matches("a.found-link, summary")) return;
    event.preventDefault();
    move();
  }

  step(by) {
    const { links } = this;
    const row = document.activeElement.closest(".found-row");
    const current = document.activeElement.matches(".found-link") ? document.activeElement : row.querySelector(".found-link");
    const at = links.indexOf(current) + by;
    if (at < 0) this.focus();
    else links[Math.min(at, links.length - 1)].focus();
  }

  openGroup() {
    const group = document.activeElement.closest(".found-row").querySelector(".found-group");
    if (!group || group.contains(document.activeElement.closest(".found-link"))) return;
    group.open = true;
    const shown = group.closest(".found-row").querySelector(".found-link .code").textContent;
    const members = [...group.querySelectorAll(".found-link")];
    (members.find((link) => link.querySelector(".code").textContent === shown) ?? members[0]).focus();
  }

  closeGroup() {
    const row = document.activeElement.closest(".found-row");
    const group = row.querySelector(".found-group");
    if (!group) return;
    group.open = false;
    row.querySelector(".found-link").focus();
  }
}
