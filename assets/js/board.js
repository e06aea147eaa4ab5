// The board: what changed marks itself for a moment, a choice is sent at once, a click anywhere on a row opens it.
const FRESH = 4000;
let before = null;

const versions = (root) =>
  new Map([...(root?.querySelectorAll("[data-row][data-version]") ?? [])].map((row) => [row.id, row.dataset.version]));
const isBoard = (event) => event.detail.ctx?.sourceElement?.id === "board";

function onBefore(event) {
  before = isBoard(event) ? versions(document.getElementById("board")) : null;
}

function onAfter() {
  if (!before?.size) return;
  for (const [id, version] of versions(document.getElementById("board"))) {
    if (before.get(id) !== version) mark(document.getElementById(id));
  }
  before = null;
}

export function mark(row) {
  row.dataset.fresh = "";
  setTimeout(() => delete row.dataset.fresh, FRESH);
}

/** The link covers its row; what has words of its own on hover lies above it, and hands its clicks over. */
function onClick(event) {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.defaultPrevented || event.button || event.target.closest("a, button, input, select, summary")) return;
  if (String(getSelection())) return;
  row.querySelector("a.row-name")?.click();
}

function onChange(event) {
  const form = event.target.closest?.("form[data-autosend]");
  if (!form) return;
  // An empty answer says nothing: it stays out of the address.
  for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  form.requestSubmit();
}

/** Whatever the browser kept of a choice when one comes back, the address decides. */
function restore() {
  for (const form of document.querySelectorAll("form[data-autosend]")) {
    for (const field of form.elements) field.disabled = false;
    form.reset();
  }
}

export function start() {
  document.documentElement.classList.add("scripted");
  document.addEventListener("htmx:before:swap", onBefore);
  document.addEventListener("htmx:after:swap", onAfter);
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  window.addEventListener("pageshow", (event) => event.persisted && restore());
}
