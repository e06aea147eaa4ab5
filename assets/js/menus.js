// <details class="menu">: one open at a time, closed by Escape (focus returns) and by a click elsewhere.
const open = () => document.querySelectorAll("details.menu[open]");

/** A form that was accepted closes its menu; whoever used the keyboard is back where they opened it. */
function onAnswer(event) {
  const { ctx } = event.detail;
  const menu = ctx.sourceElement?.closest?.("form[data-closes]")?.closest("details.menu");
  if (!menu || ctx.response.status >= 400) return;
  const id = menu.parentElement?.id;
  const had = menu.contains(document.activeElement);
  requestAnimationFrame(() => {
    const now = (id && document.querySelector(`#${CSS.escape(id)} > details.menu`)) || menu;
    now.open = false;
    if (had) now.querySelector("summary")?.focus();
  });
}

export function start() {
  document.addEventListener("htmx:after:request", onAnswer);
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
