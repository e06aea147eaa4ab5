// Focus never falls back to the top of the page: after a refusal it goes to the first invalid field,
// after a swap that took the focused element away it goes to what replaced it.
let before = null;

function onBefore(event) {
  const active = document.activeElement;
  before = active && active !== document.body ? { element: active, region: active.closest("[id]:not(#act)")?.id } : null;
  if (before && event.detail.ctx?.sourceElement?.closest?.("[data-poll]")) before.quiet = true;
}

function onAfter(event) {
  const status = event.detail.ctx?.response?.status;
  const invalid = status === 422 ? document.querySelector('[aria-invalid="true"]') : null;
  if (invalid) {
    invalid.focus();
    return;
  }
  if (!before || before.element.isConnected || document.activeElement !== document.body || before.quiet) return;
  const region = before.region && document.getElementById(before.region);
  const next = region?.querySelector("a[href], button, input, select, textarea") ?? region ?? document.getElementById("main");
  if (next && !next.matches("a, button, input, select, textarea")) next.tabIndex = -1;
  next?.focus({ preventScroll: true });
}

export function start() {
  document.addEventListener("htmx:before:swap", onBefore);
  document.addEventListener("htmx:after:swap", onAfter);
}
