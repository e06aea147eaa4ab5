// Plain forms: no double sending; and whether somebody typed something that is not sent yet.
const sent = new WeakSet();
const chosen = new WeakMap(); // a list that is being filled -> the words chosen in it meanwhile

/** True while a field of the page differs from what the server gave. */
export function isDirty() {
  return [...document.querySelectorAll("textarea, input[type=text], input[type=search], input:not([type])")].some(
    (field) => !field.closest("[data-not-dirty]") && field.value !== field.defaultValue,
  );
}

/** What would be signed and has no draft (drafts.js) would be lost with its page: the browser asks before. */
function losesWords() {
  return [...document.querySelectorAll("form[data-signs] :is(textarea, input[type=text], input:not([type]))")].some(
    (field) =>
      field.value !== field.defaultValue &&
      !sent.has(field.form) &&
      !field.form.matches("[data-draft]") &&
      !field.matches("[data-draft]") &&
      !field.closest("dialog:not([open])"),
  );
}

/** What is being typed on a line is nobody's to change: no refresh touches it, nor the revision it began from. */
function onInput(event) {
  event.target.closest("[data-edit]")?.setAttribute("hx-morph-skip", "");
}

/** A list whose choices come late keeps the one that was made before. */
function onAfterSwap(event) {
  const list = event.detail.ctx.target;
  const option = [...(list?.options ?? [])].find(({ text }) => text === chosen.get(list));
  if (option) option.selected = true;
}

/** Once accepted, the line is drawn anew and folds. */
function onBeforeSwap(event) {
  const { ctx } = event.detail;
  if (ctx.target?.matches?.("select")) chosen.set(ctx.target, ctx.target.selectedOptions[0]?.text);
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
  window.addEventListener("beforeunload", (event) => losesWords() && event.preventDefault());
  document.addEventListener("input", onInput);
  document.addEventListener("htmx:before:swap", onBeforeSwap);
  document.addEventListener("htmx:after:swap", onAfterSwap);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
}
