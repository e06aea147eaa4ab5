// Native dialogs: [data-dialog-open="id"] opens, [data-dialog-close] closes, form[data-closes] once accepted. On opening, the dialog gets the
// event "dialog:open", so that hx-trigger="dialog:open" fetches fresh content into it.
import * as polls from "./polls.js";

/** Nobody types into what was fetched last time: what comes takes its place, and what was typed with it. */
function empty(dialog, target) {
  const body = target?.startsWith("#") ? dialog.querySelector(target) : null;
  if (!body) return;
  const wait = document.createElement("p");
  wait.setAttribute("role", "status");
  wait.textContent = "Chargement…";
  body.replaceChildren(wait);
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog?.showModal) return;
    event.preventDefault();
    opener.closest("details.menu")?.removeAttribute("open");
    if (!dialog.open) {
      empty(dialog, opener.getAttribute("hx-target"));
      dialog.showModal();
    }
    dialog.dispatchEvent(new CustomEvent("dialog:open"));
    return;
  }
  const dialog = event.target.closest("[data-dialog-close]")?.closest("dialog");
  if (dialog) {
    event.preventDefault(); // a link that leads back to the page is already there
    dialog.close();
  }
  const print = event.target.closest("[data-print]");
  if (print) window.print();
}

/** A form that was accepted closes its dialog. */
function onAnswer(event) {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("form[data-closes]");
  if (!form || ctx.response.status >= 400) return;
  form.closest("dialog")?.close();
  // What it changed shows on the page at once, not at its next refresh.
  if (form.matches("[data-refreshes]")) polls.askAll();
}

/** What could not be fetched leaves no empty dialog before the banner that says why. */
function onFailure(event) {
  const source = event.detail.ctx?.sourceElement;
  if (source?.matches?.("[data-dialog-open]")) document.getElementById(source.dataset.dialogOpen)?.close();
}

export function start() {
  document.addEventListener("htmx:error", onFailure);
  document.addEventListener("htmx:response:error", onFailure);
  document.addEventListener("htmx:after:request", onAnswer);
  document.querySelector("[data-print-now]")?.click(); // a sheet that was asked for is sent to the printer
  document.addEventListener("click", onClick);
}
