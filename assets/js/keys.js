// One-letter shortcuts, only outside fields and dialogs; they can be switched off (WCAG 2.1.4).
const COOKIE = "keys";
const on = () => !document.cookie.split("; ").includes(`${COOKIE}=off`);
// A button in a closed menu has a box all the same: its key must do nothing.
const reachable = (element) => element.offsetParent !== null && !element.closest("details:not([open]) > :not(summary)");
const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  (next.querySelector("a, button") ?? next).focus();
}

function act(element) {
  if (element.matches("input, textarea, select, summary")) element.focus();
  if (!element.matches("input, textarea, select")) element.click();
}

/** Ctrl+Enter signs what is being written. */
function signs(event) {
  const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) ? event.target.closest?.("form[data-signs]") : null;
  if (!form) return false;
  event.preventDefault();
  form.requestSubmit();
  return true;
}

function onKey(event) {
  if (signs(event)) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !on()) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
    return;
  }
  const row = document.activeElement?.closest?.("[data-row]");
  const target = row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`) ?? [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === event.key && reachable(e));
  const help = event.key === "?" ? document.getElementById("keys-help") : null;
  if (!target && !help) return;
  event.preventDefault();
  if (target) act(target);
  else help.showModal();
}

export function start() {
  document.addEventListener("keydown", onKey);
  for (const box of document.querySelectorAll("[data-keys-switch]")) {
    box.checked = on();
    box.addEventListener("change", () => {
      document.cookie = `${COOKIE}=${box.checked ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`;
    });
  }
}
