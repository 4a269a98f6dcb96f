// The result page: a line of the ledger marks its evidence in the chart, and the other way round.
import { revealDocument, startTabs } from "./tabs.js";
import { findQuote, wrap } from "./workspace/anchors.js";

const rows = [...document.querySelectorAll(".ledger-row")];
const returnBar = document.getElementById("return-bar");
const returnLink = document.getElementById("return-link");
const rowOf = new Map();
for (const row of rows) {
  for (const id of row.dataset.evidence.split(" ").filter(Boolean)) rowOf.set(id, row);
}

function marksOf(row) {
  const ids = row.dataset.evidence.split(" ").filter(Boolean);
  return ids.flatMap((id) => partsOf(id));
}

// Evidence that runs over several elements is marked in pieces; the first carries the id, all carry data-mark.
function partsOf(id) {
  return [...document.querySelectorAll(`mark[data-mark="${CSS.escape(id)}"], mark[id="${CSS.escape(id)}"]`)];
}

function light(row, on) {
  row.classList.toggle("is-lit", on);
  for (const mark of marksOf(row)) mark.classList.toggle("is-lit", on);
}

function lightOnly(row) {
  for (const other of rows) light(other, other === row);
}

function show(id, row) {
  const mark = document.getElementById(id);
  if (!mark) return false;
  revealDocument(mark);
  lightOnly(row);
  mark.tabIndex = -1;
  mark.scrollIntoView({ block: "center", behavior: "smooth" });
  mark.focus({ preventScroll: true });
  returnLink.href = `#${row.id}`;
  returnLink.querySelector("span").textContent = `Back to ${row.dataset.row}`;
  returnBar.hidden = false;
  return true;
}

function goBack(event) {
  const row = document.querySelector(returnLink.getAttribute("href"));
  if (!row) return;
  event.preventDefault();
  returnBar.hidden = true;
  row.scrollIntoView({ block: "center", behavior: "smooth" });
  row.focus({ preventScroll: true });
}

function showDocumentOnly(link) {
  const name = link.dataset.in;
  const paper = [...document.querySelectorAll("[data-document]")].find((item) => item.dataset.document === name);
  if (!paper) return;
  revealDocument(paper);
  paper.scrollIntoView({ block: "start", behavior: "smooth" });
  paper.focus({ preventScroll: true });
}

/** Mark the trainee's own words in the text, beside the evidence of the key; what isn't found can't be shown. */
function markMine(item) {
  const paper = [...document.querySelectorAll("[data-document]")].find((each) => each.dataset.document === item.dataset.in);
  const place = paper && findQuote(paper, item.dataset.quote, Number(item.dataset.start ?? NaN));
  const link = item.querySelector(".show-link");
  const pieces = place ? wrap(paper, place, (piece) => piece.classList.add("mark-mine")) : [];
  link.hidden = !pieces.length;
  if (pieces.length) pieces[0].id = item.dataset.mine;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    revealDocument(pieces[0]);
    for (const mark of document.querySelectorAll("mark.mark-mine")) mark.classList.toggle("is-lit", pieces.includes(mark));
    pieces[0].tabIndex = -1;
    pieces[0].scrollIntoView({ block: "center", behavior: "smooth" });
    pieces[0].focus({ preventScroll: true });
  });
}

startTabs();
for (const item of document.querySelectorAll("[data-mine]")) markMine(item);
for (const row of rows) {
  row.addEventListener("pointerenter", () => lightOnly(row));
  row.addEventListener("focusin", () => lightOnly(row));
}
document.getElementById("ledger").addEventListener("pointerleave", () => lightOnly(null));
for (const link of document.querySelectorAll("[data-show]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (!show(link.dataset.show, link.closest(".ledger-row"))) showDocumentOnly(link);
  });
}
for (const [id, row] of rowOf) {
  for (const mark of partsOf(id)) {
    mark.dataset.row ??= row.dataset.row;
    mark.title = `Evidence for ${row.dataset.row}`;
    mark.addEventListener("pointerenter", () => lightOnly(row));
    mark.addEventListener("click", () => {
      lightOnly(row);
      row.scrollIntoView({ block: "center", behavior: "smooth" });
      row.focus({ preventScroll: true });
    });
  }
}
returnLink.addEventListener("click", goBack);
