// Documents of a chart as ARIA tabs: arrow keys, Home and End move; without scripts they are plain links.

export function openTab(tab, { focus = false } = {}) {
  const list = tab.closest("[data-tabs]");
  for (const other of list.querySelectorAll("[data-tab]")) {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    document.getElementById(other.dataset.tab).hidden = !on;
  }
  if (focus) tab.focus();
  // only the strip of tabs moves, never the page
  list.scrollLeft = tab.offsetLeft - list.offsetLeft - 24;
  list.dispatchEvent(new CustomEvent("tabopen", { bubbles: true, detail: tab.dataset.tab }));
}

/** Open the tab that holds an element of one of the documents. */
export function revealDocument(element) {
  const paper = element.closest("[data-document]");
  const tab = paper && document.querySelector(`[data-tab="${paper.id}"]`);
  if (tab) openTab(tab);
}

export function openDocument() {
  const papers = [...document.querySelectorAll("[data-document]")];
  return papers.find((paper) => !paper.hidden) ?? papers[0];
}

function step(tabs, index, key) {
  const last = tabs.length - 1;
  const moves = { ArrowRight: (index + 1) % tabs.length, ArrowLeft: index ? index - 1 : last, Home: 0, End: last };
  return tabs[moves[key]];
}

function prepare(list) {
  const tabs = [...list.querySelectorAll("[data-tab]")];
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    const paper = document.getElementById(tab.dataset.tab);
    tab.setAttribute("role", "tab");
    tab.id ||= `tab-of-${paper.id}`;
    tab.setAttribute("aria-controls", paper.id);
    paper.setAttribute("role", "tabpanel");
    paper.removeAttribute("aria-label");
    paper.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      openTab(tab, { focus: true });
    });
  }
  list.addEventListener("keydown", (event) => {
    const target = step(tabs, tabs.indexOf(document.activeElement), event.key);
    if (!target || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openTab(target, { focus: true });
  });
  openTab(tabs[0]);
}

export function startTabs() {
  // little height, as on a page zoomed far in: the convention waits folded
  if (matchMedia("(max-height: 600px)").matches) {
    for (const convention of document.querySelectorAll(".record-convention")) convention.open = false;
  }
  document.querySelectorAll("[data-tabs]").forEach(prepare);
}
