// Drawing the rows that a search found, as the page of hits has them without scripts.
import { el, icon } from "./workspace/dom.js";

/** Nodes for the rows and what is to be said about all of them. */
export function draw(hits, note) {
  const nodes = note ? [el("p", { class: "quiet found-count" }, note)] : [];
  if (hits.length) nodes.push(el("ol", { class: "found-list" }, ...hits.map(row)));
  return nodes;
}

function row(hit) {
  const why = [hit.system, hit.why].filter(Boolean).join(" · ");
  return el("li", { class: "found-row" }, line(hit), el("p", { class: "found-why" }, why), hit.members?.length ? group(hit) : null);
}

function line({ url, code, title, billable, kind }, tag = "div") {
  const words = [el("code", { class: "code" }, code), " ", el("span", { class: "code-title" }, title)];
  if (kind === "modifier") return el(tag, { class: "found-line" }, el("span", { class: "found-link" }, ...words), el("span", { class: "state" }, "modifier"));
  return el(tag, { class: "found-line" }, el("a", { class: "found-link", href: url }, ...words), tag === "li" && billable ? null : state(billable));
}

function group(hit) {
  const head = `${hit.members.length} codes${hit.stem ? `: ${hit.stem}` : ""}`;
  const members = hit.members.map((member) => line({ ...member, url: addressOf(hit, member) }, "li"));
  return el("details", { class: "found-group" }, el("summary", {}, head), el("ul", {}, ...members));
}

/** The address of a member differs from its row's in the code alone. */
function addressOf(hit, member) {
  const url = new URL(hit.url, location.href);
  url.pathname = url.pathname.replace(/[^/]+$/, encodeURIComponent(member.code));
  return url.pathname + url.search;
}

export function state(billable) {
  return el("span", { class: billable ? "state state-billable" : "state state-open" }, icon(billable ? "check" : "next"), billable ? "billable" : "more characters");
}

export function noteOf(data, words) {
  if (!data.hits?.length) return data.note || `Nothing found for “${words.slice(0, 40)}”. Try fewer or other words, an abbreviation, or the first characters of a code.`;
  return [data.book, data.note].filter(Boolean).join(" · ");
}

export function troubleOf(status) {
  if (status === 0) return "The server can't be reached, so nothing can be searched just now.";
  if (status === 401) return "You have been logged out. Log in again to search.";
  if (status === 429) return "That was a lot of searching in a short time. Wait a few seconds.";
  return "The search didn't work. Try again.";
}
