// The page of official files: a size check before sending, and a progress that moves by itself.

const WAIT = 1500;
const PATIENCE = 8;

const form = document.querySelector("[data-import-form]");
if (form) form.addEventListener("submit", (event) => beforeSending(event, form));

const job = document.querySelector("[data-import-job]");
if (job && job.dataset.running === "yes") follow(job, 0);

function beforeSending(event, sent) {
  const limit = Number(sent.dataset.limit);
  const size = [...sent.elements.files.files].reduce((sum, file) => sum + file.size, 0);
  const warning = sent.querySelector("[data-too-large]");
  warning.hidden = size <= limit;
  if (size > limit) {
    event.preventDefault();
    warning.textContent = `These files have ${megabytes(size)} MB; this server takes ${megabytes(limit)} MB at once. Send fewer or zipped files.`;
    return;
  }
  sent.querySelector("[data-sending]").hidden = false;
  sent.querySelector("button[type=submit]").disabled = true;
}

// A page that comes back out of the browser's memory can be sent again.
addEventListener("pageshow", () => {
  if (!form) return;
  form.querySelector("[data-sending]").hidden = true;
  form.querySelector("button[type=submit]").disabled = false;
});

function follow(page, failures) {
  setTimeout(async () => {
    const state = await ask(page.dataset.stateUrl);
    if (state === null && failures < PATIENCE) return follow(page, failures + 1);
    if (state === null || !state.running) return location.reload();
    show(page, state);
    return follow(page, 0);
  }, WAIT * (1 + failures));
}

/** Resolves to the state, null when the server can't be reached. */
async function ask(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function show(page, state) {
  const percent = Math.floor(state.share * 100);
  const text = page.querySelector("[data-text]");
  if (text.textContent !== state.text) page.querySelector("[data-said]").textContent = state.text.split(" (")[0];
  text.textContent = state.text;
  page.querySelector("[data-share]").value = percent;
  page.querySelector("[data-percent]").textContent = `${percent} %`;
  const list = page.querySelector("[data-files]");
  list.querySelectorAll("li").forEach((item, place) => {
    const known = state.files[place]?.kind;
    const about = item.querySelector(".quiet");
    if (known && !about.textContent.includes(known)) about.textContent += `, ${known}`;
  });
}

function megabytes(bytes) {
  return Math.ceil(bytes / 1048576).toLocaleString("en");
}
