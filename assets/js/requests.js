// htmx: CSRF, one idempotency token a click, quiet polls, and every failure told in French in #banner.
import { clear, sentence, show } from "./banner.js";
import { holdsWords } from "./drafts.js";
import { isDirty } from "./forms.js";
import { uuid } from "./ids.js";
import * as link from "./link.js";
import * as polls from "./polls.js";
import * as session from "./session.js";

// What asks for itself, and not what is clicked inside it: a click that fails is said, and counts as a gesture.
const isPoll = (ctx) => Boolean(ctx?.sourceElement?.matches?.("[data-poll]"));
const tokens = new WeakMap(); // a click that failed is sent again with its own token
const sent = new WeakMap(); // when each poll left
const sought = new WeakMap(); // a search that was not answered asks once more for the same words
let changed = 0; // when the last deed was answered, or another part of a list was asked for

function onConfig(event) {
  const { ctx } = event.detail;
  if (isPoll(ctx)) {
    ctx.request.headers["X-Osmose-Passive"] = "1"; // only a human gesture counts as activity
    sent.set(ctx, performance.now());
  }
  // How far down the page's timeline goes: a refresh shows as much, so that nothing falls between two parts.
  const shown = document.querySelector("[data-shown]")?.dataset.shown;
  if (shown) ctx.request.headers["X-Osmose-Shown"] = shown;
  // When it was drawn: a refresh tells who has read what since.
  const drawn = document.querySelector("[data-read-mark]")?.dataset.readMark;
  if (drawn) ctx.request.headers["X-Osmose-Read"] = drawn;
  const token = document.querySelector('meta[name="csrf"]')?.content;
  if (token && !/GET|HEAD/u.test(ctx.request.method)) ctx.request.headers["X-CSRFToken"] = token;
  const source = ctx.sourceElement;
  if (source?.getAttribute?.("form") === "act" && ctx.request.body?.has?.("_token")) {
    if (!tokens.has(source)) tokens.set(source, uuid());
    ctx.request.body.set("_token", tokens.get(source));
  }
}

/** Drawn before the deed or the filter whose answer is on the screen: it would put back what was there. */
function isOvertaken(ctx) {
  return isPoll(ctx) && (sent.get(ctx) ?? Infinity) < changed;
}

function onResponse(event) {
  const { ctx } = event.detail;
  const { raw, status } = ctx.response;
  if (status === 200 && !isPoll(ctx) && (ctx.request.method !== "GET" || ctx.target?.closest?.("[data-poll]"))) changed = performance.now();
  if (status === 200 && (isOvertaken(ctx) || (isPoll(ctx) && polls.isHeld(ctx.sourceElement)))) {
    event.preventDefault();
    link.ok(ctx.sourceElement);
    polls.soon(ctx.sourceElement, 50, 100);
    return;
  }
  const toLogin = raw.redirected && /\/(login|accounts)\b/u.test(new URL(raw.url).pathname);
  if (status === 401 || toLogin) {
    // Polls and pages with typed text stay; others follow the server to the login page.
    if (toLogin || isPoll(ctx) || isDirty() || holdsWords()) {
      event.preventDefault();
      if (isPoll(ctx)) link.fail(ctx.sourceElement);
      session.ended();
    }
  } else if (raw.redirected) {
    event.preventDefault();
    location.assign(raw.url);
  }
}

function handledInPlace(ctx) {
  const source = ctx.sourceElement;
  const rule = source?.isConnected && source.getAttribute(`hx-status:${ctx.response.status}`);
  const target = /target:(#[\w-]+)/u.exec(rule || "")?.[1];
  return Boolean(rule && (!target || document.querySelector(target))) || /hx-target=["']#banner["']/u.test(ctx.text ?? "");
}

function onRefused(event) {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  if (status < 500) tokens.delete(ctx.sourceElement);
  if (isPoll(ctx) && status >= 500) return link.fail(ctx.sourceElement);
  if (status === 401 || handledInPlace(ctx)) return undefined;
  const told = said(ctx);
  if (told && !isPoll(ctx)) return show(told);
  if (ctx.response.raw?.headers?.has("X-Osmose-Stale") && !isPoll(ctx)) return renewed(ctx);
  return show(sentence(status), status >= 500 ? again(ctx) : {});
}

/** What the server answered in words, where the place they were meant for has left the screen meanwhile. */
function said(ctx) {
  if (![409, 422].includes(ctx.response.status) || !ctx.text) return "";
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const words = page.querySelector(".refused, .banner-text, .field-error, [role=alert]") ?? page.body;
  return words.textContent.replace(/\s+/gu, " ").trim().slice(0, 300);
}

/** The deed is done, but what it was to be shown in was redrawn or left: what comes beside it is shown all the same. */
function salvage(ctx) {
  if (isPoll(ctx) || ctx.request.method === "GET" || ctx.target?.isConnected !== false) return;
  window.htmx.swap({ sourceElement: document.body, text: ctx.text, swap: "none" });
  polls.askAll("[data-live]");
}

/** Refused because the page is older than the session: its owner is back, and only has to click again. */
async function renewed(ctx) {
  show(sentence(403));
  if (await session.renew()) show("Vous vous êtes reconnecté depuis. Rien n’est perdu\u202f: recommencez.", again(ctx));
}

function again(ctx) {
  const source = ctx.sourceElement;
  if (!source?.isConnected || isPoll(ctx)) return {};
  const run = () => {
    clear();
    if (source.matches("form")) source.requestSubmit();
    else source.click();
  };
  return source.matches("button, form") ? { act: { label: "Réessayer", run } } : {};
}

function onNetwork(event) {
  const { ctx } = event.detail;
  if (!ctx?.request) return undefined; // not a request: a fault of a template, left to the console
  if (isPoll(ctx)) return link.fail(ctx.sourceElement);
  seekAgain(ctx.sourceElement);
  return show(sentence(0), again(ctx));
}

/** The list would show something else than what its search says. */
function seekAgain(form) {
  const words = form?.matches?.("form[role=search]") && new FormData(form).get("q");
  if (!words || sought.get(form) === words) return;
  sought.set(form, words);
  setTimeout(() => form.isConnected && new FormData(form).get("q") === words && form.requestSubmit(), 1000);
}

function onAnswer(event) {
  const { ctx } = event.detail;
  if (ctx.response.status >= 400) return;
  tokens.delete(ctx.sourceElement);
  if (isPoll(ctx)) link.ok(ctx.sourceElement); // what was lost stays said until somebody acts on it
  else clear("error");
  salvage(ctx);
}

export function start() {
  document.addEventListener("htmx:config:request", onConfig);
  document.addEventListener("htmx:before:response", onResponse);
  document.addEventListener("htmx:response:error", onRefused);
  document.addEventListener("htmx:error", onNetwork);
  document.addEventListener("htmx:after:request", onAnswer);
}
