// What is remembered on this computer. Storage may be closed or full; then nothing is remembered and nothing breaks.

export function recall(key, fallback = null) {
  try {
    const text = localStorage.getItem(`chartroom.${key}`);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** Keep a value; tells whether it could be kept. */
export function keep(key, value) {
  try {
    localStorage.setItem(`chartroom.${key}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(`chartroom.${key}`);
  } catch {
    // nothing was kept, so nothing is left
  }
}
