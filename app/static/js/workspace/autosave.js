// Saving the draft as it is written. One save at a time; what isn't confirmed stays on this computer as well.
import { announce } from "./dom.js";
import { LocalCopy, chooseVersion, saying } from "./drafts.js";
import { SaveState } from "./savestate.js";

const PAUSE = 1200;
const LONGEST = 2800;
const RETRIES = [2, 4, 8, 15, 30];
const TIME_WORTH_SAVING = 60;

export class Autosave {
  constructor({ api, config, read, write, seconds, onSaved }) {
    Object.assign(this, { api, config, read, write, seconds, onSaved });
    this.revision = config.revision;
    this.local = new LocalCopy(config.attemptId);
    this.state = new SaveState({ loginUrl: config.loginUrl, retry: () => this.retryNow(), choose: () => this.settle() });
    this.saved = saying(read());
    this.savedSeconds = seconds();
    this.sending = null;
    this.sent = null;
    this.failures = 0;
    this.conflict = null;
    this.closed = false;
    this.wire();
  }

  wire() {
    document.addEventListener("focusout", () => this.dirty && this.soon(0));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.leave() : this.dirty && this.soon(0)));
    addEventListener("pagehide", () => this.leave());
    addEventListener("online", () => this.retryNow());
    addEventListener("focus", () => this.state.waitsForPerson && this.retryNow());
    addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.kept && !this.closed) event.preventDefault();
    });
    setInterval(() => this.seconds() - this.savedSeconds >= TIME_WORTH_SAVING && this.soon(0), 15_000);
  }

  get dirty() {
    return !this.closed && saying(this.read()) !== this.saved;
  }

  /** Bring back what an earlier visit couldn't save; two versions are shown, never mixed. */
  async resume() {
    const copy = this.local.read();
    const server = this.read();
    if (!copy) return;
    if (saying(copy) === this.saved) return this.local.clear();
    if (copy.revision !== this.revision && copy.sent !== this.saved) {
      this.conflict = { mine: copy, theirs: { ...server, revision: this.revision } };
      return this.settle();
    }
    this.write(copy);
    announce("What you typed last time and wasn't saved is back.");
    return this.touch();
  }

  /** Something changed: keep it here at once and save it within three seconds. */
  touch() {
    if (this.closed) return;
    const draft = this.read();
    if (saying(draft) === this.saved) return;
    this.kept = this.local.write(draft, this.revision, this.sent);
    this.firstTouch ??= performance.now();
    if (!this.conflict && !this.failures) this.state.unsaved();
    if (!this.failures) this.soon(Math.max(0, Math.min(PAUSE, LONGEST - (performance.now() - this.firstTouch))));
  }

  soon(wait) {
    if (this.conflict || this.closed || (this.failures && wait === 0 && !this.state.waitsForPerson)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  retryNow() {
    if (this.conflict) return this.settle();
    clearTimeout(this.timer);
    return this.flush();
  }

  /** Leaving the page: the last save goes out with the page. */
  leave() {
    const timeMoved = this.seconds() - this.savedSeconds > 2;
    if (this.closed || this.conflict || this.sending || !(this.dirty || timeMoved)) return;
    this.flush({ keepalive: true });
  }

  /** Save now; resolves to true when the server has everything that is on the page. One save at a time. */
  async flush(options = {}) {
    clearTimeout(this.timer);
    if (this.closed || this.conflict) return false;
    this.sending ??= this.saveAll(options).finally(() => (this.sending = null));
    return this.sending;
  }

  /** Save until nothing is left to save, or until something is wrong. */
  async saveAll(options) {
    while (this.dirty || this.seconds() - this.savedSeconds >= 1 || this.failures) {
      const { revision } = this;
      const done = await this.send(options);
      if (this.closed || this.conflict) return false;
      if (!done && this.revision === revision) return false;
    }
    return true;
  }

  async send(options) {
    const draft = this.read();
    const seconds = this.seconds();
    this.firstTouch = null;
    this.sent = saying(draft);
    if (this.dirty) this.local.write(draft, this.revision, this.sent);
    this.state.saving();
    const answer = await this.api.post(this.config.draftUrl, { revision: this.revision, ...draft, active_seconds: seconds }, options);
    return this.take(answer, draft, seconds);
  }

  take({ status, data }, draft, seconds) {
    if (status === 200) return this.confirmed(data, draft, seconds);
    if (status === 409) return this.collided(data, draft);
    if (status === 410) return this.finished(data);
    this.failures += 1;
    this.state.failed(status, data, this.kept !== false);
    if (status === 0 || status === 429 || status >= 500) {
      this.timer = setTimeout(() => this.flush(), RETRIES[Math.min(this.failures, RETRIES.length) - 1] * 1000);
    }
    return false;
  }

  confirmed(data, draft, seconds) {
    this.revision = data.revision;
    this.saved = saying(draft);
    this.savedSeconds = seconds;
    this.failures = 0;
    this.state.saved();
    this.onSaved();
    if (!this.dirty) this.local.clear();
    else this.touch();
    return true;
  }

  collided(data, draft) {
    const theirs = { sheet: data.sheet, marks: data.marks, revision: data.revision };
    if (saying(theirs) === saying(draft)) return this.confirmed(data, draft, this.seconds());
    if (saying(theirs) === this.saved) {
      // only the number moved on (our own last save as the page was left): nothing of theirs is overwritten
      this.revision = theirs.revision;
      return false;
    }
    this.conflict = { mine: draft, theirs };
    this.settle();
    return false;
  }

  finished(data) {
    this.closed = true;
    this.local.clear();
    this.resultUrl = data.result_url ?? this.config.resultUrl;
    this.state.finished(data.error, this.resultUrl);
    return false;
  }

  /** Let the person choose between two versions; until then nothing is sent. */
  async settle() {
    const { mine, theirs } = this.conflict;
    this.state.conflict();
    const choice = await chooseVersion(mine, theirs);
    if (choice === "later") return false;
    this.conflict = null;
    this.failures = 0;
    this.revision = theirs.revision;
    this.saved = saying(theirs);
    this.write(choice === "mine" ? mine : theirs);
    if (choice === "theirs") this.local.clear();
    this.state.saved();
    return this.flush();
  }

  /** Before the form goes out: is the server there and is the person still logged in? Says so if not. */
  async reachable() {
    const { status, data } = await this.api.renewToken();
    if (status === 200) return true;
    this.state.failed(status, data, true);
    return false;
  }

  /** The claim is being submitted: nothing is saved any more. */
  close() {
    this.closed = true;
    this.local.clear();
  }
}
