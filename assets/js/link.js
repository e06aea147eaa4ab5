// Honest liveness, on <html data-link>: "pushed", every change comes by itself; "up", the page asks every few seconds;
// "slow", it had to fall back to that; "down", nothing answers, and the data itself looks stale. Heals by itself.
import * as polls from "./polls.js";
import { clockTime, now } from "./time.js";

const patience = () => Math.max(4 * polls.beat(), 20000); // ms without an answer on a visible page
const GRACE = 5000; // ms without the stream before it is said: a deployment, a change of tab
const root = document.documentElement;
let lastGood = now(); // when what is shown was last known to be true
let waiting = Date.now();
const refused = new Set(); // lists that were not answered, until they are; the page itself where anything else was not
let isPushed = false;
let isWanted = false; // whether this page is to be pushed anything
let lost = { at: now(), on: Date.now() };

function name() {
  if (isRefused()) return "down";
  if (isPushed) return "pushed";
  if (!document.hidden && Date.now() - waiting > patience()) return "down";
  return isWanted && Date.now() - lost.on > GRACE ? "slow" : "up";
}

const sentence = (state) =>
  state === "down" ? `Données de ${clockTime(lastGood)}, reconnexion…` : `Plus en direct depuis ${clockTime(lost.at)}, reconnexion…`;

function tell() {
  const state = name();
  if (root.dataset.link === state) return;
  const before = root.dataset.link;
  root.dataset.link = state;
  const stale = document.getElementById("stale");
  if (stale) {
    stale.hidden = state === "up" || state === "pushed";
    if (!stale.hidden) stale.querySelector("[data-stale-text]").textContent = sentence(state);
  }
  if (before) document.dispatchEvent(new CustomEvent("osmose:link", { detail: state }));
}

const isRefused = () => [...refused].some((part) => part.isConnected);

/** A poll was answered: a list that was not stays old until it is, whatever else was. */
export function ok(poll) {
  refused.delete(poll);
  refused.delete(root);
  waiting = Date.now();
  if (!isRefused()) lastGood = now();
  tell();
}

/** A poll was not, or the browser says that it has no network. */
export function fail(poll) {
  refused.add(poll?.matches?.("[data-live]") ? poll : root);
  tell();
}

/** The stream speaks (again), or no more. */
export function pushed(isUp) {
  isWanted = true;
  if (isUp) {
    waiting = Date.now();
    if (!isRefused()) lastGood = now();
  } else if (isPushed) lost = { at: now(), on: Date.now() };
  isPushed = isUp;
  tell();
}

export const isPushedNow = () => isPushed;

/** There is no stream for this page any more: not a fault. */
export function unwanted() {
  isWanted = isPushed = false;
  tell();
}

export function start() {
  if (!polls.all().length) return;
  ok();
  document.querySelector("[data-stale-retry]")?.addEventListener("click", () => polls.askAll());
  setInterval(tell, 2000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    waiting = Date.now(); // a hidden page did not poll: give it the time to
    polls.askAll();
  });
  window.addEventListener("offline", () => fail());
  window.addEventListener("online", () => polls.askAll());
}
