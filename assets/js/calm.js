// Nothing moves under a hand: while the pointer goes over a list, holds something or has a menu of it open, what would
// enter, move or leave waits. One row that only changes its words may change at once.
const REST = 500; // ms without a move
let movedAt = -Infinity;
let over = null;
let held = false;

function onMove(event) {
  movedAt = performance.now();
  over = event.target;
}

/** Whether redrawing this part of the page now would take something from under the pointer, or close what is open. */
export function isBusy(part) {
  if (part.querySelector("details.menu[open]")) return true;
  if (held && part.contains(over)) return true;
  const selection = getSelection();
  if (selection && !selection.isCollapsed && part.contains(selection.anchorNode) && !selection.anchorNode.closest?.("form")) return true;
  return performance.now() - movedAt < REST && part.contains(over);
}

export function start() {
  for (const name of ["pointermove", "wheel", "scroll"]) document.addEventListener(name, onMove, { passive: true, capture: true });
  document.addEventListener("pointerdown", (event) => {
    onMove(event);
    held = true;
  }, { capture: true });
  for (const name of ["pointerup", "pointercancel", "dragend"]) window.addEventListener(name, () => (held = false), { capture: true });
  window.addEventListener("blur", () => (held = false));
}
