// Native dialogs: [data-dialog-open="id"] opens, [data-dialog-close] closes. On opening, the dialog gets the
// event "dialog:open", so that hx-trigger="dialog:open" fetches fresh content into it.
function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog?.showModal) return;
    event.preventDefault();
    opener.closest("details.menu")?.removeAttribute("open");
    if (!dialog.open) dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("dialog:open"));
    return;
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  const print = event.target.closest("[data-print]");
  if (print) window.print();
}

export function start() {
  document.addEventListener("click", onClick);
}
