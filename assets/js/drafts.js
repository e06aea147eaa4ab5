// Never lose a word: free text is saved on the server (never in the browser) a moment after each pause, and says so.
// <form data-draft="/brouillons/…"> or <textarea data-draft="…">; [data-draft-state] says what is saved.
// Each text has an id, this page has another one: two pages that write the same draft keep both (kernel/drafts).
import { uuid } from "./ids.js";
import * as session from "./session.js";
import { clockTime, now } from "./time.js";

const PAUSE = 1500;
const LONGEST = 5000; // without a pause
const RETRY = 5000;
const PATIENCE = 10000;
const KEEPALIVE_MAX = 60000; // bytes that a browser still sends for a page that is being left
const TAB = uuid();
const SENTENCES = {
  404: "Non enregistré\u202f: cette prise en charge ne concerne plus vos unités. Copiez votre texte.",
  409: "Non enregistré\u202f: trop de brouillons, ou dossier illisible. Copiez votre texte.",
  413: "Non enregistré\u202f: ce texte est trop long. Raccourcissez-le.",
  422: "Non enregistré\u202f: ce texte est trop long. Raccourcissez-le.",
};
let number = 0; // of the savings of this page
const kept = new WeakMap(); // element -> { id, seen, sent, timer, since, sending, refused }

const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";
const formOf = (element) => (element.matches("form") ? element : element.form);
const all = () => [...document.querySelectorAll("[data-draft]")];

function hidden(element, name) {
  const form = formOf(element);
  let input = form?.querySelector(`input[type=hidden][name="${name}"]`);
  if (form && !input) {
    input = Object.assign(document.createElement("input"), { type: "hidden", name });
    form.append(input);
  }
  return input;
}

/** What is known of a text; its form carries which draft it is, for the signature to say. */
function state(element) {
  if (kept.has(element)) return kept.get(element);
  const known = hidden(element, "draft");
  // What a refusal gives back on the screen may not have been saved yet.
  const sent = element.matches("[data-draft-unsaved]") ? "" : body(element).toString();
  const own = { id: known?.value || uuid(), seen: Number(hidden(element, "seen")?.value || 0), sent, timer: null, since: 0 };
  kept.set(element, own);
  carry(element, own);
  return own;
}

function carry(element, own) {
  for (const [name, value] of Object.entries({ draft: own.id, tab: TAB, seen: own.seen })) {
    const input = hidden(element, name);
    if (input) input.value = value;
  }
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

const differs = (element) => body(element).toString() !== state(element).sent;
const written = (element) => [...(element.matches("form") ? element.elements : [element])].some((c) => c.matches("textarea, input[type=text]") && c.value.trim());

function say(element, text, tone = "") {
  const scope = formOf(element) ?? element.parentElement;
  const place = scope?.querySelector("[data-draft-state]");
  if (!place || place.textContent === text) return;
  place.textContent = text;
  place.dataset.tone = tone;
}

function later(element, delay) {
  const own = state(element);
  clearTimeout(own.timer);
  own.timer = setTimeout(() => save(element), delay);
}

async function save(element, { keepalive = false } = {}) {
  const own = state(element);
  const wanted = body(element).toString();
  if (wanted === own.sent || wanted === own.refused || (own.sending && !keepalive)) return;
  own.sending = wanted;
  own.since = 0;
  clearTimeout(own.timer);
  const answer = await send(element, own, wanted, keepalive);
  own.sending = "";
  if (!element.isConnected || own.isSettled) return;
  if (answer.ok) accepted(element, own, wanted, answer.headers);
  else failed(element, own, wanted, answer.type === "opaqueredirect" ? 401 : answer.status);
}

/** An answer, or something like one where there was none. */
function send(element, own, wanted, keepalive) {
  const fields = new URLSearchParams(wanted);
  const mark = { draft: own.id, tab: TAB, number: (number += 1), seen: own.seen, csrfmiddlewaretoken: csrf() };
  for (const [name, value] of Object.entries(mark)) fields.set(name, value);
  const headers = { "X-CSRFToken": csrf(), "X-Osmose-Draft": "1", "X-Osmose-Passive": "1" };
  own.abort = new AbortController();
  const timer = setTimeout(() => own.abort.abort(), PATIENCE);
  const options = { method: "POST", body: fields, headers, keepalive, redirect: "manual", signal: own.abort.signal };
  return fetch(element.dataset.draft, options)
    .catch(() => ({ ok: false, status: 0 }))
    .finally(() => clearTimeout(timer));
}

function accepted(element, own, wanted, headers) {
  own.sent = wanted;
  own.failed = own.isRenewed = false;
  own.id = headers.get("X-Osmose-Draft") ?? own.id;
  own.seen = Number(headers.get("X-Osmose-Draft-Seen") ?? own.seen);
  own.isApart ||= headers.has("X-Osmose-Draft-Apart");
  carry(element, own);
  if (differs(element)) return later(element, PAUSE);
  const apart = own.isApart ? ", à part de celui d’un autre onglet" : "";
  return say(element, `Brouillon enregistré à ${clockTime(now())}${apart}`);
}

async function failed(element, own, wanted, status) {
  own.failed = true;
  if (SENTENCES[status]) {
    own.refused = wanted; // until it changes
    return say(element, SENTENCES[status], "warning");
  }
  if (status === 401 || status === 403) {
    say(element, "Non enregistré\u202f: reconnectez-vous, votre texte reste à l’écran.", "warning");
    own.isRenewed = !own.isRenewed && (await session.renew());
    if (own.isRenewed) return save(element);
    if (status === 401) session.ended();
    return later(element, RETRY);
  }
  say(element, "Non enregistré\u202f: le serveur ne répond pas, nouvel essai…", "warning");
  return later(element, RETRY);
}

function onInput(event) {
  const element = event.target.closest("[data-draft]");
  if (!element) return;
  const own = state(element);
  own.since ||= performance.now();
  if (!own.failed && differs(element)) say(element, "Non enregistré");
  later(element, Math.max(0, Math.min(PAUSE, own.since + LONGEST - performance.now())));
}

/** A text that was sent for good is no draft any more; what is typed there next is another one. */
function settle(form, isLeaving = false) {
  for (const element of [form, ...(form?.elements ?? [])]) {
    if (!element?.dataset?.draft) continue;
    const own = state(element);
    clearTimeout(own.timer);
    own.abort?.abort();
    Object.assign(own, { isSettled: true, sent: body(element).toString() });
    say(element, "");
    kept.delete(element);
    element.removeAttribute("data-draft-unsaved");
    if (isLeaving) continue;
    for (const input of [hidden(element, "draft"), hidden(element, "seen")]) if (input) input.value = "";
  }
}

/** What the server gave back without having kept it: refused, or carried over to another form. */
function begin() {
  for (const element of all()) if (element.matches("[data-draft-unsaved]") && !kept.has(element)) later(element, PAUSE);
}

/** True where a page that is left would lose words: not saved, and no longer savable on the way out. */
function loses(element) {
  return differs(element) && (state(element).failed || body(element).toString().length > KEEPALIVE_MAX);
}

/** What is typed, or was restored: no refusal of the server may take its page away. */
export const holdsWords = () => all().some(written);

function retry() {
  all().filter(differs).forEach((element) => save(element));
}

export function start() {
  begin();
  all().forEach(state);
  document.addEventListener("focusin", (event) => {
    const element = event.target.closest("[data-draft]");
    if (element) state(element);
  });
  document.addEventListener("input", onInput);
  document.addEventListener("submit", (event) => event.defaultPrevented || settle(event.target, true)); // htmx: once accepted
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status < 400 && ctx.request.method !== "GET") settle(ctx.sourceElement?.form ?? ctx.sourceElement);
  });
  document.addEventListener("htmx:after:swap", begin);
  document.addEventListener("osmose:back", retry);
  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", () => document.hidden && retry());
  window.addEventListener("beforeunload", (event) => all().some(loses) && event.preventDefault());
  window.addEventListener("pagehide", () => all().forEach((element) => save(element, { keepalive: true })));
}
