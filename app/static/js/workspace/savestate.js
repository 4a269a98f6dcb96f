// What is said about saving: one quiet line in the bar, and a notice with the remedy when something is wrong.
import { announce, el } from "./dom.js";

const QUIET_FOR = 30_000;

export class SaveState {
  constructor({ loginUrl, retry, choose }) {
    Object.assign(this, { loginUrl, retry, choose });
    this.place = document.getElementById("save-state");
    this.words = document.getElementById("save-words");
    this.box = document.getElementById("save-trouble");
    this.waitsForPerson = false;
    this.savedAt = null;
    this.spokenAt = -QUIET_FOR;
    setInterval(() => this.age(), 1000);
  }

  unsaved() {
    this.set("unsaved", "Not saved yet");
  }

  saving() {
    if (this.place.dataset.state !== "trouble") this.set("saving", "Saving …");
  }

  saved() {
    const troubled = !this.box.hidden;
    this.savedAt = performance.now();
    this.waitsForPerson = false;
    this.box.hidden = true;
    this.set("saved", "Saved 0 s ago");
    if (troubled || performance.now() - this.spokenAt > QUIET_FOR) {
      this.spokenAt = performance.now();
      announce(troubled ? "Saving works again. Your answer is saved." : "Saved.");
    }
  }

  failed(status, data, kept) {
    const where = kept ? "Everything you typed is kept on this computer." : "This browser doesn't let us keep a copy, so leave this page open.";
    this.waitsForPerson = status === 401;
    if (status === 0) this.trouble("Offline, kept here", `The server can't be reached. ${where} It is tried again by itself.`, this.again());
    else if (status === 401) this.trouble("Logged out, kept here", `You have been logged out. ${where} Log in in a new tab and come back: saving then goes on.`, [this.logIn(data.login_url), ...this.again()]);
    else if (status === 400 && data.error === "csrf") this.trouble("Not saved", `The page's security token has expired and couldn't be renewed. ${where} Log in in a new tab and come back.`, [this.logIn(), ...this.again()]);
    else if (status === 429 || status >= 500) this.trouble("Not saved, kept here", `The server couldn't save${data.error ? `: ${data.error}` : "."} ${where} It is tried again by itself.`, this.again());
    else this.trouble("Not saved", `The server didn't accept the draft${data.error ? `: ${data.error}` : "."} ${where}`, this.again());
  }

  conflict() {
    this.trouble("Two versions: choose one", "This chart was also changed in another window. Nothing is saved until you choose a version.",
      [el("button", { class: "btn btn-quiet btn-sm", type: "button", onclick: this.choose }, "Choose a version")]);
  }

  finished(error, resultUrl) {
    this.trouble("Already submitted", error || "This attempt was already submitted, so the draft can't change any more.",
      [el("a", { class: "btn btn-primary btn-sm", href: resultUrl }, "See the result")]);
  }

  again() {
    return [el("button", { class: "btn btn-quiet btn-sm", type: "button", onclick: this.retry }, "Save now")];
  }

  logIn(url) {
    return el("a", { class: "btn btn-primary btn-sm", href: url ?? this.loginUrl, target: "_blank", rel: "noopener" }, "Log in (new tab)");
  }

  trouble(short, text, acts) {
    const news = this.box.hidden || document.getElementById("save-trouble-text").textContent !== text;
    this.set("trouble", short);
    document.getElementById("save-trouble-text").textContent = text;
    document.getElementById("save-trouble-acts").replaceChildren(...acts);
    this.box.hidden = false;
    if (news) announce(text);
  }

  set(state, words) {
    this.place.dataset.state = state;
    this.words.textContent = words;
  }

  age() {
    if (this.place.dataset.state !== "saved" || this.savedAt === null) return;
    const seconds = Math.floor((performance.now() - this.savedAt) / 1000);
    this.words.textContent = `Saved ${seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`} ago`;
  }
}
