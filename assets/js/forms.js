// Plain forms: no double sending; and whether somebody typed something that is not sent yet.
const sent = new WeakSet();

/** True while a field of the page differs from what the server gave. */
export function isDirty() {
  return [...document.querySelectorAll("textarea, input[type=text], input[type=search], input:not([type])")].some(
    (field) => !field.closest("[data-not-dirty]") && field.value !== field.defaultValue,
  );
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
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
}
