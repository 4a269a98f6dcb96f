// What the list of the finder shows: rows, the codes of an opened row, and a sentence about all of them.
import { listOf } from "./codes.js";
import { el, icon } from "./dom.js";

/** The options in order: each row, and after an opened one its codes. */
export function itemsOf(hits, opened) {
  return hits.flatMap((row) => {
    const first = { hit: row, row, isMember: false, isOpen: opened.has(row) };
    const members = first.isOpen ? row.members.map((member) => ({ hit: { ...member, system: row.system }, row, isMember: true })) : [];
    return [first, ...members];
  });
}

export function optionOf(item, index) {
  const { hit, row, isMember } = item;
  const option = el("li", { class: isMember ? "hit hit-member" : "hit", role: "option", id: `hit-${index}`, "aria-selected": "false" },
    el("code", { class: "hit-code" }, hit.code),
    el("span", { class: "hit-title" }, hit.title),
    el("span", { class: "hit-state" }, stateOf(hit), " ", icon(hit.billable ? "plus" : "next")),
    !isMember && row.members?.length ? more(row, item.isOpen) : null,
    !isMember && hit.why ? el("span", { class: "hit-why" }, hit.why) : null);
  option.dataset.at = index;
  return option;
}

function stateOf(hit) {
  if (hit.kind === "modifier") return "modifier";
  return hit.billable ? `adds to ${listOf(hit.system)}` : "more characters";
}

function more(row, isOpen) {
  const how = isOpen ? "Left arrow closes" : "Right arrow opens";
  return el("span", { class: "hit-more", "data-more": true },
    el("span", { "aria-hidden": "true" }, isOpen ? "▾ " : "▸ "), `${row.members.length} codes${row.stem ? `: ${row.stem}` : ""}`,
    el("span", { class: "visually-hidden" }, `. ${how} them.`));
}

export function noteOf(data, words, narrowed) {
  if (!data.hits?.length) {
    const remedy = narrowed ? "Try other words, or take a filter away." : "Try fewer or other words, or a code's first characters.";
    return data.note || `Nothing found for “${words.slice(0, 40)}”. ${remedy}`;
  }
  return [data.book, data.note].filter(Boolean).join(" · ");
}

export function troubleOf(status) {
  if (status === 0) return "The server can't be reached, so the book can't be searched. You can still type codes.";
  if (status === 401) return "You have been logged out. Log in again to search.";
  if (status === 429) return "That was a lot of searching in a short time. Wait a few seconds.";
  return "The search didn't work. Try again, or type the code.";
}
