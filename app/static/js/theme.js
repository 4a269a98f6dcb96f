// The colour switch (automatic, light, dark) and the small menus of the site bar.
const KEY = "chartroom.theme";
const ORDER = ["auto", "light", "dark"];
const WORDS = { auto: "automatic", light: "light", dark: "dark" };
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    const value = localStorage.getItem(KEY);
    return ORDER.includes(value) ? value : "auto";
  } catch {
    return "auto";
  }
}

function remember(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // the choice then holds for this page only
  }
}

function apply(choice) {
  const dark = choice === "dark" || (choice === "auto" && system.matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    const label = `Colours: ${WORDS[choice]}`;
    button.setAttribute("aria-label", label);
    button.title = label;
    for (const icon of button.querySelectorAll("[data-theme-icon]")) {
      icon.hidden = icon.dataset.themeIcon !== choice;
    }
  }
}

let current = chosen();
apply(current);
system.addEventListener("change", () => apply(current));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) {
    current = ORDER[(ORDER.indexOf(current) + 1) % ORDER.length];
    remember(current);
    apply(current);
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
