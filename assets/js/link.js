// Honest liveness: when polls fail, the data itself looks stale until one succeeds again.
import { clockTime, now } from "./time.js";

const PATIENCE = 20000; // ms without an answer on a visible page
let lastGood = null;
let waiting = null;

const root = document.documentElement;
const polls = () => document.querySelectorAll("[data-poll]");

export function ok() {
  lastGood = now();
  waiting = Date.now();
  root.dataset.link = "up";
  const stale = document.getElementById("stale");
  if (stale) stale.hidden = true;
}

export function fail() {
  const stale = document.getElementById("stale");
  if (root.dataset.link === "down" || !stale) return;
  root.dataset.link = "down";
  stale.hidden = false;
  stale.querySelector("[data-stale-text]").textContent = `Données de ${clockTime(lastGood ?? now())}, reconnexion…`;
}

function retry() {
  polls().forEach((poll) => window.htmx?.trigger(poll, "refresh"));
}

export function start() {
  if (!polls().length) return;
  ok();
  document.querySelector("[data-stale-retry]")?.addEventListener("click", retry);
  setInterval(() => {
    if (!document.hidden && polls().length && Date.now() - waiting > PATIENCE) fail();
  }, 2000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    waiting = Date.now(); // a hidden page did not poll: give it the time to
    retry();
  });
  window.addEventListener("offline", fail);
  window.addEventListener("online", retry);
}
