// Two panes with a grip between them, remembered; one pane at a time with two tabs when the window is narrow.
import { keep, recall } from "./storage.js";

const NARROW = matchMedia("(max-width: 56rem)");
const LEAST = 25;
const MOST = 75;
const USUAL = 52;

export class Panes {
  constructor() {
    this.grip = document.getElementById("pane-grip");
    this.tabs = [...document.querySelectorAll(".pane-tab")];
    this.list = document.getElementById("pane-tabs");
    this.wireGrip();
    this.wireTabs();
    this.setWidth(recall("panes.width", USUAL), false);
    this.open(document.getElementById("problems").hidden ? "pane-chart" : "pane-answer");
    NARROW.addEventListener("change", () => this.setRoles());
    this.setRoles();
  }

  get narrow() {
    return NARROW.matches;
  }

  setWidth(percent, remember = true) {
    const width = Math.min(MOST, Math.max(LEAST, Number(percent) || USUAL));
    document.body.style.setProperty("--chart-width", `${width}%`);
    this.grip.setAttribute("aria-valuenow", String(Math.round(width)));
    this.grip.setAttribute("aria-valuetext", `Chart ${Math.round(width)} %`);
    this.width = width;
    if (remember) keep("panes.width", width);
  }

  wireGrip() {
    this.grip.addEventListener("pointerdown", (event) => {
      this.grip.setPointerCapture(event.pointerId);
      this.grip.classList.add("is-held");
      event.preventDefault();
      this.grip.focus();
    });
    this.grip.addEventListener("pointermove", (event) => {
      if (this.grip.hasPointerCapture(event.pointerId)) this.setWidth((event.clientX / innerWidth) * 100);
    });
    for (const end of ["pointerup", "pointercancel"]) this.grip.addEventListener(end, () => this.grip.classList.remove("is-held"));
    this.grip.addEventListener("dblclick", () => this.setWidth(USUAL));
    this.grip.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: this.width - 2, ArrowRight: this.width + 2, Home: LEAST, End: MOST, Enter: USUAL }[event.key];
      if (to === undefined || event.altKey) return;
      event.preventDefault();
      this.setWidth(to);
    });
  }

  wireTabs() {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-controls", tab.dataset.pane);
      tab.addEventListener("click", () => this.open(tab.dataset.pane));
    }
    this.list.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = this.tabs.find((tab) => tab !== document.activeElement);
      this.open(other.dataset.pane);
      other.focus();
    });
  }

  /** Show a pane; on a wide window both are shown anyway. */
  open(id) {
    this.current = id;
    for (const tab of this.tabs) {
      const on = tab.dataset.pane === id;
      document.getElementById(tab.dataset.pane).classList.toggle("is-open", on);
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
  }

  setRoles() {
    this.list.setAttribute("role", "tablist");
    for (const tab of this.tabs) {
      const pane = document.getElementById(tab.dataset.pane);
      tab.setAttribute("role", "tab");
      if (this.narrow) pane.setAttribute("role", "tabpanel");
      else pane.removeAttribute("role");
    }
  }

  count(lines) {
    document.getElementById("pane-count").textContent = lines ? String(lines) : "";
  }

  /** Go to the other pane: F6. */
  swap() {
    const toChart = this.narrow ? this.current === "pane-answer" : Boolean(document.activeElement.closest("#pane-answer"));
    this.open(toChart ? "pane-chart" : "pane-answer");
    const target = toChart ? document.querySelector("#pane-chart .pane-scroll") : document.getElementById("finder-words");
    target.focus();
  }
}
