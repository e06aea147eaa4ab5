// Plain forms: no double sending; and whether somebody typed something that is not sent yet.
const sent = new WeakSet();

/** True while a field of the page differs from what the server gave. */
export function isDirty() {
  return [...document.querySelectorAll("textarea, input[type=text], input[type=search], input:not([type])")].some(
    (field) => !field.closest("[data-not-dirty]") && field.value !== field.defaultValue,
  );
}

/** What is being typed on a line is nobody's to change: no refresh touches it, nor the revision it began from. */
function onInput(event) {
  event.target.closest("[data-edit]")?.setAttribute("hx-morph-skip", "");
}

/** Once accepted, the line is drawn anew and folds. */
function onBeforeSwap(event) {
  const { ctx } = event.detail;
  if (!ctx.response || ctx.response.status >= 400) return;
  const slot = ctx.sourceElement?.closest?.(".line, .entry");
  for (const edit of ctx.request.method === "GET" ? [] : (slot?.querySelectorAll("[data-edit]") ?? [])) {
    if (ctx.sourceElement.matches("button.toggle") && edit.hasAttribute("hx-morph-skip")) continue;
    edit.removeAttribute("hx-morph-skip");
    if (edit.contains(ctx.sourceElement)) edit.open = false;
  }
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 15000);
}

function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
}

export function start() {
  window.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  document.addEventListener("htmx:before:swap", onBeforeSwap);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
}
