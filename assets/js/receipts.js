// Read receipts: a note is read once it has been in sight for two seconds, on a page that somebody is looking at.
// [data-read-mark] says where they are told; [data-receipt] is on what one has not read yet. Sent a few at a time.
import * as polls from "./polls.js";

const SEEN = 2000;
const STEP = 500;
const LATER = 5000;
const since = new Map(); // note -> for how long it has been in sight
const told = new Set(); // sent, or on their way
let waiting = [];
let quiet = 0; // after a failure, not before then

const looking = () => !document.hidden && document.hasFocus() && !document.querySelector("dialog[open]");

/** Half of it, or of the window where it is taller; what is folded or scrolled away is not seen. */
function inSight(element) {
  const box = (element.closest(".note") ?? element).getBoundingClientRect();
  const shown = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  return box.height > 0 && shown >= Math.min(box.height, innerHeight) / 2;
}

function look() {
  const unread = [...document.querySelectorAll("[data-receipt]")];
  const seen = looking() ? unread.filter(inSight).map((element) => element.dataset.receipt) : [];
  for (const note of since.keys()) if (!seen.includes(note)) since.delete(note);
  for (const note of seen) {
    if (told.has(note)) continue;
    const elapsed = (since.get(note) ?? -STEP) + STEP;
    since.set(note, elapsed);
    if (elapsed < SEEN) continue;
    told.add(note);
    waiting.push(note);
  }
  if (waiting.length && Date.now() > quiet) send();
}

async function send({ keepalive = false } = {}) {
  const address = document.querySelector("[data-receipts]")?.dataset.receipts;
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  if (!address || !waiting.length) return;
  const notes = waiting;
  waiting = [];
  const body = new URLSearchParams(notes.map((note) => ["note", note]));
  body.append("csrfmiddlewaretoken", csrf);
  // Looking is no gesture: it keeps no session open.
  const headers = { "X-CSRFToken": csrf, "X-Osmose-Passive": "1" };
  try {
    const answer = await fetch(address, { method: "POST", body, headers, keepalive, redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    // The counts of the page and of the menu fall at once, the others at their next refresh.
    polls.askAll("[data-counts], #live");
  } catch {
    waiting.push(...notes);
    quiet = Date.now() + LATER;
  }
}

export function start() {
  setInterval(look, STEP);
  window.addEventListener("pagehide", () => send({ keepalive: true }));
}
