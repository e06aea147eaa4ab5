// The stream of a wall: it says that what is shown changed, never what; the wall then asks its own door. A ticket of its
// own, asked for at each connection; it comes back by itself, whatever broke.
import { setServerTime } from "./time.js";

const STREAM = "/flux/?mur";
const CHECK = 2500;
const SILENCE = 16000; // a heartbeat and a half
const FIRST = 1000;
const LONGEST = 15000;
const GONE = [401, 404]; // withdrawn, or paired anew elsewhere

let tickets, told;
let source = null;
let heard = 0;
let tries = 0;
let timer = null;

/** 204 with a fresh ticket, in a cookie that no script reads. */
async function ticket() {
  const token = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const options = { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual", signal: AbortSignal.timeout(SILENCE) };
  return fetch(tickets, options).then((answer) => answer.status, () => 0);
}

function close() {
  source?.close();
  source = null;
}

const later = (delay = Math.min(LONGEST, FIRST * 2 ** tries++) * (0.5 + Math.random())) => {
  clearTimeout(timer);
  timer = setTimeout(connect, delay);
};

function lose(delay) {
  close();
  told.state(false);
  later(delay);
}

async function connect() {
  close();
  heard = performance.now();
  const status = await ticket();
  if (source) return; // connected meanwhile, for another reason
  if (GONE.includes(status)) return leave();
  if (status !== 204) return later();
  source = new EventSource(STREAM);
  const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("hello", hear);
  on("hb", hear);
  on("wall", hear);
  on("bye", ({ why }) => goodbye(why));
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) lose();
    else told.state(false); // the browser connects again
  });
}

function hear(said) {
  heard = performance.now();
  tries = 0;
  setServerTime(said.now);
  told.state(true, said.version);
}

/** Not a screen any more: nothing stays on it. It asks again now and then, as for any other fault. */
function leave() {
  lose(LONGEST);
  told.gone();
}

function goodbye(why) {
  if (why === "logout") leave();
  else if (why === "ticket") connect();
  else lose();
}

/** A link that died without a word, a heartbeat that the stream holds back because it doesn't hear the database. */
function check() {
  if (source && performance.now() - heard > SILENCE) lose();
}

/** `state(isUp, version)`: live or not, and the word of what is to be shown where it was said; `gone()`: not a screen any more. */
export function listen(address, told_) {
  [tickets, told] = [address, told_];
  if (!tickets || !window.EventSource) return;
  connect();
  setInterval(check, CHECK);
  window.addEventListener("online", () => later(0));
  window.addEventListener("offline", () => lose());
}
