// Talking to the server: JSON, the CSRF token with one renewal, and one word for what went wrong.

const meta = () => document.querySelector('meta[name="csrf-token"]');

export class Api {
  constructor(config) {
    this.config = config;
  }

  /** GET; resolves to {status, data}, status 0 when the server can't be reached. An abort is thrown. */
  async get(address, parameters = {}, { signal } = {}) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value ?? "");
    return exchange(url, { headers: { Accept: "application/json" }, signal });
  }

  /** POST JSON; a refused token is renewed and the call repeated once. */
  async post(address, body, { keepalive = false } = {}) {
    const send = () =>
      exchange(address, {
        method: "POST",
        keepalive,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": meta().content },
        body: JSON.stringify(body),
      });
    const answer = await send();
    if (answer.status !== 400 || answer.data.error !== "csrf" || keepalive) return answer;
    const renewed = await this.renewToken();
    // an ended session takes its token along: what is wrong then is the log-in
    return renewed.status === 200 ? send() : renewed.status === 401 ? renewed : answer;
  }

  /** Fetch a new token for the page and its form; resolves to the server's answer. */
  async renewToken() {
    const answer = await this.get(this.config.tokenUrl);
    if (answer.status !== 200) return answer;
    const { data } = answer;
    meta().content = data.csrf_token;
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = data.csrf_token;
    return answer;
  }
}

async function exchange(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "manual", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { status: 0, data: {} };
  }
  // A redirect can only be one to the log-in page.
  if (response.type === "opaqueredirect") return { status: 401, data: {} };
  const data = await response.json().catch(() => ({}));
  return { status: response.status, data: data && typeof data === "object" ? data : {} };
}
