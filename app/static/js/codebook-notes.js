// One's own notes and bookmarks: saved without leaving the page, kept here as long as they can't be saved.
import { Api } from "./workspace/api.js";
import { el } from "./workspace/dom.js";
import { forget, keep, recall } from "./workspace/storage.js";

export function startNotes() {
  for (const form of document.querySelectorAll("form[data-note]")) new Note(form);
  for (const form of document.querySelectorAll("form[data-bookmark]")) {
    const api = new Api({ tokenUrl: form.dataset.token });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      setBookmark(form, api);
    });
  }
}

async function setBookmark(form, api) {
  const button = form.querySelector("button");
  const on = button.value === "1";
  const { status } = await api.post(form.action, { keep: on });
  if (status !== 200) return withValue(form, button).submit(); // the page says what is wrong
  button.value = on ? "0" : "1";
  button.setAttribute("aria-pressed", String(on));
  button.classList.toggle("is-on", on);
  for (const part of button.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "on") !== on;
}

/** A form sent by a script leaves its button out, so its value goes along as a field. */
function withValue(form, button) {
  form.append(el("input", { type: "hidden", name: button.name, value: button.value }));
  return form;
}

class Note {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.revision = form.querySelector("[name=revision]");
    this.said = form.querySelector(".note-said");
    this.api = new Api({ tokenUrl: form.dataset.token });
    this.key = `note.${form.dataset.owner}.${form.dataset.note}`;
    this.saved = this.text.value;
    this.text.addEventListener("input", () => this.onInput());
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.bringBack();
  }

  onInput() {
    if (this.text.value === this.saved) forget(this.key);
    else keep(this.key, { text: this.text.value, revision: this.revision.value });
    const room = this.text.maxLength - this.text.value.length;
    this.say(this.text.value === this.saved ? "" : room < 200 ? `Not saved yet. Room for ${room} more characters.` : "Not saved yet.");
  }

  onKey(event) {
    if (!(event.ctrlKey || event.metaKey) || !(event.key === "Enter" || event.key.toLowerCase() === "s")) return;
    event.preventDefault();
    this.save();
  }

  /** What was typed in an earlier visit and never saved stands in the field again. */
  bringBack() {
    const draft = recall(this.key);
    if (!draft || typeof draft.text !== "string" || draft.text === this.saved) return forget(this.key);
    this.text.value = draft.text;
    this.revision.value = draft.revision;
    for (let box = this.form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    this.say("This is what you typed last time and didn’t save.", "", this.button("Discard it", () => this.take(this.saved, this.revision.defaultValue)));
  }

  async save() {
    this.say("Saving …");
    const { status, data } = await this.api.post(this.form.action, { text: this.text.value, revision: this.revision.value });
    if (status === 200) {
      this.take(data.text, data.revision);
      this.say(data.text ? "Saved." : "The note is removed.");
    } else if (status === 409) this.choose(data);
    else this.say(troubleOf(status, data), "trouble");
  }

  /** Both texts are there: the field keeps one's own, the other stands below it. */
  choose(data) {
    this.say(data.error, "trouble",
      el("span", { class: "note-stored mine-text" }, data.stored || "(In the other window you removed the note.)"),
      this.button("Save mine instead", () => {
        this.revision.value = data.revision;
        this.save();
      }),
      this.button("Take the saved one", () => this.take(data.stored, data.revision)));
  }

  take(text, revision) {
    this.text.value = this.saved = text;
    this.revision.value = this.revision.defaultValue = revision;
    forget(this.key);
    this.say("");
  }

  button(words, act) {
    return el("button", { class: "btn btn-quiet btn-sm", type: "button", onclick: act }, words);
  }

  say(words, level = "", ...more) {
    this.said.dataset.level = level;
    this.said.replaceChildren(words, ...more.flatMap((node) => [" ", node]));
  }
}

function troubleOf(status, data) {
  if (status === 401) return "You are logged out, so this isn’t saved yet. Log in in another tab, then press Save here.";
  if (status === 0) return "The server can’t be reached. What you typed is kept here; press Save again later.";
  return data.error || "This couldn’t be saved. What you typed is kept here; try again.";
}
