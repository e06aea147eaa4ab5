// Never lose a word: free text is saved on the server (never in the browser) a moment after each pause.
// <form data-draft="/brouillons/…"> or <textarea data-draft="…">; [data-draft-state] says what is saved.
import { clockTime, now } from "./time.js";

const PAUSE = 1500;
const RETRY = 5000;
const kept = new WeakMap(); // element -> { timer, sent, wanted, sending }

const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

function state(element) {
  if (!kept.has(element)) kept.set(element, { timer: null, sent: body(element).toString(), sending: false });
  return kept.get(element);
}

function body(element) {
  const fields = new URLSearchParams();
  const controls = element.matches("form") ? element.elements : [element];
  for (const control of controls) {
    if (!control.name || control.disabled || ["hidden", "submit", "button", "password", "file"].includes(control.type)) continue;
    if (["checkbox", "radio"].includes(control.type) && !control.checked) continue;
    fields.append(control.name, control.value);
  }
  return fields;
}

function say(element, text, tone = "") {
  const scope = element.matches("form") ? element : (element.form ?? element.parentElement);
  const place = scope?.querySelector("[data-draft-state]");
  if (!place) return;
  place.textContent = text;
  place.dataset.tone = tone;
}

async function save(element, { keepalive = false } = {}) {
  const own = state(element);
  const fields = body(element);
  const wanted = fields.toString();
  if (wanted === own.sent || (own.sending && !keepalive)) return;
  own.sending = true;
  clearTimeout(own.timer);
  const headers = { "X-CSRFToken": csrf(), "X-Osmose-Draft": "1" };
  fields.append("csrfmiddlewaretoken", csrf());
  try {
    const answer = await fetch(element.dataset.draft, { method: "POST", body: fields, headers, keepalive, redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    own.sent = wanted;
    say(element, `Brouillon enregistré à ${clockTime(now())}`);
  } catch {
    say(element, "Brouillon pas encore enregistré, nouvel essai…", "warning");
    own.timer = setTimeout(() => save(element), RETRY);
  } finally {
    own.sending = false;
    if (own.sent === wanted && body(element).toString() !== wanted) own.timer = setTimeout(() => save(element), PAUSE);
  }
}

function onInput(event) {
  const element = event.target.closest("[data-draft]");
  if (!element) return;
  const own = state(element);
  clearTimeout(own.timer);
  own.timer = setTimeout(() => save(element), PAUSE);
}

/** A text that was sent for good is no draft any more. */
function settle(form) {
  for (const element of [form, ...(form?.elements ?? [])]) {
    if (!element?.dataset?.draft) continue;
    const own = state(element);
    clearTimeout(own.timer);
    own.sent = body(element).toString();
    say(element, "");
  }
}

export const hasUnsavedDraft = () =>
  [...document.querySelectorAll("[data-draft]")].some((element) => body(element).toString() !== state(element).sent);

export function start() {
  document.querySelectorAll("[data-draft]").forEach(state);
  document.addEventListener("focusin", (event) => {
    const element = event.target.closest("[data-draft]");
    if (element) state(element);
  });
  document.addEventListener("input", onInput);
  document.addEventListener("submit", (event) => event.defaultPrevented || settle(event.target)); // htmx: once accepted
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status < 400 && ctx.request.method !== "GET") settle(ctx.sourceElement?.form ?? ctx.sourceElement);
  });
  window.addEventListener("pagehide", () => {
    document.querySelectorAll("[data-draft]").forEach((element) => save(element, { keepalive: true }));
  });
}
