// The title beside each code, and the next characters of a code that isn't billable yet.
import { systemOf, bare } from "./codes.js";
import { announce } from "./dom.js";
import { KINDS } from "./sheet.js";

const PAUSE = 220;

export class Titles {
  constructor(sheet, lookup, book) {
    this.sheet = sheet;
    this.lookup = lookup;
    this.book = book;
    this.shown = new WeakMap();
    this.timers = new WeakMap();
    sheet.addEventListener("change", () => this.update());
    this.update();
  }

  update() {
    for (const kind of KINDS) for (const row of this.sheet.rows(kind)) this.updateLine(row, kind);
  }

  updateLine(row, kind) {
    const code = bare(this.sheet.code(row));
    if (this.shown.get(row) === code) return;
    this.shown.set(row, code);
    clearTimeout(this.timers.get(row));
    const system = systemOf(kind, code);
    if (!system) return this.say(row, "", "");
    // asked now: who types a code and moves on at once still gets its next characters
    const typing = document.activeElement === this.sheet.field(row, "code");
    this.timers.set(row, setTimeout(() => this.fetch(row, system, code, typing), PAUSE));
  }

  async fetch(row, system, code, typing) {
    const { status, data } = await this.lookup.entry(system, code);
    if (this.shown.get(row) !== code || !row.isConnected) return;
    if (status === 404) {
      this.say(row, data.error || `Not in the code book of this date.`, "unknown", typing);
    } else if (status === 200) {
      this.say(row, data.title, data.billable ? "billable" : "open", typing);
      if (typing && !data.billable) this.book.open(data, { row });
      else if (typing && this.book.row === row) this.book.open(data, { row });
    } else if (status === 503) {
      this.say(row, `No ${system} book is installed here, so there is no title. The code is graded all the same.`, "unlisted");
    } else if (status === 0) {
      this.say(row, "", "");
      this.shown.delete(row);
    } else {
      this.say(row, "", "");
      // a refused shape stays refused; a log-in, a rest or a repair is asked for again after the next save
      if (status !== 400) this.shown.delete(row);
    }
  }

  say(row, title, state, aloud = false) {
    const place = row.querySelector("[data-title]");
    place.textContent = state === "open" ? `${title} (needs another character)` : title;
    place.dataset.state = state;
    if (aloud && title) announce(place.textContent);
  }
}
