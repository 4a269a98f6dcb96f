// Building elements without markup in strings, and the icons and announcements that every part uses.

/** Make an element; children may be text or nodes, null is left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(name) {
  const found = document.getElementById("icons").content.querySelector(`[data-icon="${name}"] svg`);
  return found.cloneNode(true);
}

/** Say something once to a screen reader, without moving anything on the page. */
export function announce(text) {
  const place = document.getElementById("announce");
  place.textContent = "";
  setTimeout(() => {
    place.textContent = text;
  }, 50);
}

const PLURALS = { diagnosis: "diagnoses" };

export function counted(count, word) {
  return `${count} ${count === 1 ? word : (PLURALS[word] ?? `${word}s`)}`;
}
