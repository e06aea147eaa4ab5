// What was just done, with ten seconds to undo it. [data-countdown="10"] counts down in [data-seconds].
const ends = new WeakMap();

function busy(toast) {
  return toast.matches(":hover, :focus-within") || toast.querySelector("details[open]");
}

function step() {
  for (const toast of document.querySelectorAll("[data-countdown]")) {
    if (!ends.has(toast)) ends.set(toast, Date.now() + Number(toast.dataset.countdown) * 1000);
    const left = Math.ceil((ends.get(toast) - Date.now()) / 1000);
    const shown = toast.querySelector("[data-seconds]");
    if (shown && left > 0 && shown.textContent !== String(left)) shown.textContent = String(left);
    if (left <= 0) toast.querySelector("[data-undo]")?.remove();
    if (left <= 0 && !busy(toast)) toast.remove();
  }
}

export function start() {
  setInterval(step, 250);
  const focus = (event) => event.target.matches?.(".toast details[open]") && event.target.querySelector("input[type=text]")?.focus();
  document.addEventListener("toggle", focus, true); // it does not bubble
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast, .banner")?.remove());
}
