// Asking the code book: entries are remembered for the visit, a newer search drops the one before it.

export class Lookup {
  constructor(api, config) {
    this.api = api;
    this.config = config;
    this.entries = new Map();
    this.running = null;
  }

  /** {status, data} of one entry; the system may be empty. */
  async entry(system, code) {
    const key = `${system} ${code}`;
    if (this.entries.has(key)) return this.entries.get(key);
    const answer = await this.api.get(this.config.entryUrl, { system, code, on: this.config.on });
    if (answer.status === 200 || answer.status === 404) this.entries.set(key, answer);
    return answer;
  }

  /** {status, data} of a search, or null when a newer search took its place. */
  async search(words, filters) {
    this.drop();
    const running = new AbortController();
    this.running = running;
    try {
      return await this.api.get(this.config.searchUrl, { q: words, ...filters, on: this.config.on, limit: 12 }, { signal: running.signal });
    } catch (error) {
      if (error.name === "AbortError") return null;
      throw error;
    }
  }

  drop() {
    this.running?.abort();
    this.running = null;
  }
}
