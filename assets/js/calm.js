// Nothing moves under a hand: while the pointer goes over a list, holds something or has a menu of it open, what would
// enter, move or leave waits. One row that only changes its words may change at once.
const REST = 500; // ms without a move
const LEFT = 30000; // a menu left open, or words left selected: nobody's hand is on them, and the list must stay true
let movedAt = -Infinity;
let touchedAt = -Infinity;
let over = null;
let held = false;

function onMove(event) {
  movedAt = touchedAt = performance.now();
  over = event.target;
}

/** Somebody goes through a menu by keyboard. */
function onKey(event) {
  if (event.target.closest?.("details.menu")) touchedAt = performance.now();
}

function isSelected(part) {
  const selection = getSelection();
  return selection && !selection.isCollapsed && part.contains(selection.anchorNode) && !selection.anchorNode.closest?.("form");
}

/** Whether redrawing this part of the page now would take something from under the pointer, or close what is open. */
export function isBusy(part) {
  if (held && part.contains(over)) return true;
  const still = performance.now() - touchedAt;
  if (still < LEFT && (part.querySelector("details.menu[open]") || isSelected(part))) return true;
  return performance.now() - movedAt < REST && part.contains(over);
}

export function start() {
  for (const name of ["pointermove", "wheel", "scroll"]) document.addEventListener(name, onMove, { passive: true, capture: true });
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("pointerdown", (event) => {
    onMove(event);
    held = true;
  }, { capture: true });
  for (const name of ["pointerup", "pointercancel", "dragend"]) window.addEventListener(name, () => (held = false), { capture: true });
  window.addEventListener("blur", () => (held = false));
}
