// One timer for all that asks for itself again: [data-poll] gets the event "refresh" every beat, [data-poll="3"] every
// third one. A beat is what <meta name="poll"> says. What is pushed as well ([data-pushed], live.js) asks six times less
// often while it is. Lists ([data-live]) are never redrawn under a moving hand.
import * as calm from "./calm.js";

const BEAT = 5000;
const RARER = 6;
const AGAIN = 200;
const last = new WeakMap(); // poll -> when it last asked
const waiting = new WeakMap(); // poll -> the timer of its next asking
const flying = new WeakSet(); // whose answer is on its way
const missed = new WeakSet(); // to be asked again once it is there: it may have left before what changed

export const all = () => [...document.querySelectorAll("[data-poll]")];
export const beat = () => Number(document.querySelector('meta[name="poll"]')?.content) * 1000 || BEAT;
export const isHeld = (poll) => poll.matches("[data-live]") && calm.isBusy(poll);

/** Asks now, or as soon as the answer on its way is there. It does not bubble: what is around asks in its own time. */
export function ask(poll) {
  if (flying.has(poll)) return missed.add(poll);
  clearTimeout(waiting.get(poll));
  waiting.delete(poll);
  last.set(poll, performance.now());
  window.htmx?.trigger(poll, "refresh", {}, false);
  // Dropped, since a search of this list is being answered: what it was for may have come after that one left.
  if (poll.matches("[data-live]") && poll.isConnected && !flying.has(poll)) soon(poll);
}

export const askAll = (selector = "[data-poll]") => document.querySelectorAll(selector).forEach(ask);

/** Asks once in a moment, whatever the number of reasons; screens that hear the same thing don't all ask at once. */
export function soon(poll, least = 150, most = 600) {
  if (!waiting.has(poll)) waiting.set(poll, setTimeout(attempt, least + Math.random() * (most - least), poll));
}

function attempt(poll) {
  waiting.delete(poll);
  if (!poll.isConnected || document.hidden) return; // whoever comes back asks at once (link.js)
  if (isHeld(poll)) waiting.set(poll, setTimeout(attempt, AGAIN, poll));
  else ask(poll);
}

function step() {
  if (document.hidden) return;
  const isPushed = document.documentElement.dataset.link === "pushed";
  for (const poll of all()) {
    if (!last.has(poll)) last.set(poll, performance.now());
    const every = (Number(poll.dataset.poll) || 1) * beat() * (isPushed && poll.matches("[data-pushed]") ? RARER : 1);
    if (performance.now() - last.get(poll) >= every) {
      last.set(poll, performance.now());
      attempt(poll);
    }
  }
}

function onLeave(event) {
  const source = event.detail.ctx?.sourceElement;
  if (source?.matches?.("[data-poll]")) flying.add(source);
}

function onDone(event) {
  const source = event.detail.ctx?.sourceElement;
  if (!flying.delete(source)) return;
  // What was just answered for another reason has no need to be asked again at once.
  last.set(source, performance.now());
  if (missed.delete(source)) soon(source, 0, 50);
}

export function start() {
  setInterval(step, Math.min(1000, beat() / 4));
  document.addEventListener("htmx:before:request", onLeave);
  document.addEventListener("htmx:finally:request", onDone);
}
