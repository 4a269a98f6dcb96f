// The practice workspace: makes its parts and introduces them to each other.
import { PcsPicker } from "../pcs-picker.js";
import { startTabs } from "../tabs.js";
import { Api } from "./api.js";
import { Autosave } from "./autosave.js";
import { Book } from "./book.js";
import { bare, listOf } from "./codes.js";
import { announce } from "./dom.js";
import { Finder } from "./finder.js";
import { Keys } from "./keys.js";
import { Lines } from "./lines.js";
import { Lookup } from "./lookup.js";
import { Markbar } from "./markbar.js";
import { Marks } from "./marks.js";
import { Panes } from "./panes.js";
import { Problems } from "./problems.js";
import { LIMIT, Sheet } from "./sheet.js";
import { Submit } from "./submit.js";
import { Timer } from "./timer.js";
import { Titles } from "./titles.js";

const config = JSON.parse(document.getElementById("workspace-config").textContent);
const { inpatient } = config;

startTabs();
const api = new Api(config);
const lookup = new Lookup(api, config);
const panes = new Panes();
const timer = new Timer(config.activeSeconds ?? 0);
const sheet = new Sheet(document.getElementById("answer"), { inpatient });
const marks = new Marks(sheet, { onShow: () => panes.open("pane-chart") });
marks.load(config.marks);
new Markbar(sheet, marks);
const lines = new Lines(sheet, { inpatient, onQuotes: (row) => marks.showRow(row) });
const book = new Book(lookup, api, { onPick: pick, wordFor: (row) => sheet.wordFor(row) });
const titles = new Titles(sheet, lookup, book);
const finder = new Finder(lookup, api, { onPick: (hit) => pick(hit), onLook: look });
const problems = new Problems(sheet, api, config, { onGo: () => panes.open("pane-answer") });

/** Put a chosen code on a line, or on a new one; a code that isn't billable opens its next characters. */
async function pick(hit, row = null) {
  if (!hit.billable) return book.look(hit.system, hit.code, { row, focus: true });
  const line = row?.isConnected ? use(row, hit) : add(hit);
  if (line) await book.look(hit.system, hit.code, { added: `now ${sheet.wordFor(line)}` });
  if (document.activeElement === document.body) finder.begin(); // the button that was pressed is gone
  return line;
}

function use(row, hit) {
  sheet.setCode(row, hit.code);
  sheet.field(row, "code").focus();
  announce(`${hit.code} is ${sheet.wordFor(row)}.`);
  return row;
}

function add(hit) {
  const kind = listOf(hit.system);
  const twin = kind === "diagnoses" && sheet.filled(kind).find((each) => bare(sheet.code(each)) === bare(hit.code));
  const row = twin || sheet.add(kind, hit.code);
  if (!row) announce(`A claim holds at most ${LIMIT} ${kind}.`);
  else announce(twin ? `${hit.code} is already ${sheet.wordFor(row)}.` : `${hit.code} added as ${sheet.wordFor(row)}.`);
  row?.scrollIntoView({ block: "nearest" });
  return row;
}

const pcsPlace = document.querySelector("[data-pcs-picker]");
if (pcsPlace) new PcsPicker(pcsPlace, api, { onPick: ({ code }) => pick({ system: "ICD-10-PCS", code, billable: true }), onOpen: () => book.close() });

function look(hit) {
  return book.look(hit.system, hit.code, { focus: true });
}

const autosave = new Autosave({
  api,
  config,
  read: () => ({ sheet: sheet.read(), marks: marks.read() }),
  write: (draft) => {
    sheet.write(draft.sheet);
    marks.load(draft.marks);
  },
  seconds: () => timer.seconds,
  onSaved: () => titles.update(),
});
sheet.addEventListener("change", () => {
  autosave.touch();
  panes.count(sheet.filled("diagnoses").length + sheet.filled("procedures").length);
});
sheet.form.addEventListener("input", () => timer.working());
marks.addEventListener("change", () => autosave.touch());
const submit = new Submit(sheet, { autosave, problems, inpatient });
new Keys({ finder, lines, submit, autosave, panes, book });

panes.count(sheet.filled("diagnoses").length + sheet.filled("procedures").length);
if (!problems.place.hidden) problems.place.focus();
autosave.resume();
