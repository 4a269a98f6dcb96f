// Runs before the first paint: says that scripts work and sets the colours chosen on this computer.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let choice = "auto";
  try {
    choice = localStorage.getItem("chartroom.theme") || "auto";
  } catch {
    // storage is closed to us: follow the system
  }
  const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.bsTheme = dark ? "dark" : "light";
})();
