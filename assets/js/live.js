// The stream, once for all the tabs of a login: the tab that holds the lock listens, and hands what it hears to the
// others. Lock and channel are named by the session: another login on this workstation hears nothing of this one.
// Nothing depends on an event that was missed: each greeting has every tab compare what it shows (pushed.js).
import { holdsWords } from "./drafts.js";
import { isDirty } from "./forms.js";
import * as link from "./link.js";
import * as pushed from "./pushed.js";
import * as session from "./session.js";
import { setServerTime } from "./time.js";

const STREAM = "/flux/";
const CHECK = 5000;
const SILENCE = 25000; // two heartbeats and a half
const STOLEN = 35000; // the tab that listens is frozen: another takes over
const FIRST = 1000;
const LONGEST = 15000;
const NAMES = ["hello", "row", "gone", "personal", "presence", "with"];

let nonce = null; // of the session; none: nothing is listened to, nor waited for
let channel = null;
let queued = null; // what gives up waiting for the lock
let release = null; // what lets it go
let source = null;
let ticketed = 0; // until when the ticket is good
let heard = 0;
let last = 0; // the number of the last event
let tries = 0;
let turns = 0; // how many times this tab has asked for the lock
let timer = null;

const tickets = () => document.querySelector('meta[name="stream"]')?.content;
const isOpen = () => source?.readyState === EventSource.OPEN;

/** What names the session, with a fresh ticket in a cookie that no script reads; the status of the refusal otherwise. */
async function ticket() {
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf"]')?.content ?? "", "X-Osmose-Passive": "1" };
  try {
    const answer = await fetch(tickets(), { method: "POST", headers, redirect: "manual" });
    if (answer.status !== 200) return { status: answer.type === "opaqueredirect" ? 401 : answer.status };
    const said = await answer.json();
    ticketed = Date.now() + said.expires_in * 800; // renewed at eight tenths of its life
    return { status: 200, session: said.session };
  } catch {
    return { status: 0 };
  }
}

const pause = () => Math.min(LONGEST, FIRST * 2 ** tries++) * (0.5 + Math.random());

function later(act, delay = pause()) {
  clearTimeout(timer);
  timer = setTimeout(act, delay);
}

/** The page is in: it learns the name of its session, then listens or is told by the tab that does. */
async function enter() {
  if (nonce || !tickets()) return;
  const given = await ticket();
  if (nonce) return;
  if (given.status === 0 || given.status >= 500 || given.status === 429) {
    link.pushed(false);
    later(enter);
  }
  if (given.status !== 200) return; // no session, or nothing is pushed here
  nonce = given.session;
  tries = 0;
  heard = Date.now();
  channel = new BroadcastChannel(`osmose-${nonce}`);
  channel.onmessage = (message) => take(message.data);
  channel.postMessage({ kind: "ask" });
  campaign();
}

/** Waits for the lock; with `steal`, takes it from a tab that answers no more. */
function campaign(steal = false) {
  const mine = nonce;
  const turn = ++turns;
  queued?.abort();
  queued = new AbortController();
  const options = steal ? { steal } : { signal: queued.signal };
  const listening = () => (nonce === mine ? new Promise((resolve) => lead(resolve)) : undefined);
  navigator.locks
    .request(`osmose-${mine}`, options, listening)
    .catch(() => null) // taken over, or given up
    .then(() => {
      if (turn !== turns) return; // another one of this tab took its place
      hush();
      if (nonce === mine) campaign();
    });
}

function lead(resolve) {
  release = resolve;
  if (Date.now() < ticketed) connect();
  else again(0);
}

function connect() {
  if (!release || source) return;
  source = new EventSource(STREAM);
  for (const name of NAMES) source.addEventListener(name, (event) => tell({ kind: "event", name, id: Number(event.lastEventId), data: event.data }));
  source.addEventListener("hb", (event) => tell({ kind: "beat", data: event.data }));
  source.addEventListener("bye", (event) => goodbye(JSON.parse(event.data).why));
  source.addEventListener("error", () => {
    tell({ kind: "state", isUp: false });
    if (source?.readyState === EventSource.CLOSED) again(); // refused: the browser won't try any more
  });
}

/** Closes what this tab listens to. */
function silence() {
  source?.close();
  source = null;
}

function hush() {
  silence();
  release = null;
}

/** Another connection in a moment, with a fresh ticket where this one may be the reason. */
function again(delay) {
  silence();
  later(async () => {
    const given = await ticket();
    if (!release) return;
    if (given.status === 200 && given.session === nonce) connect();
    else if (given.status === 200 || given.status === 401 || given.status === 403) over();
    else again();
  }, delay);
}

function goodbye(why) {
  if (why === "logout") over();
  else again(why === "ticket" ? 0 : undefined);
}

/** The session is over, for every tab: they hear no more, and show nothing more but words that are not saved. */
function over() {
  tell({ kind: "over" });
}

/** To the other tabs and to this one. */
function tell(message) {
  channel?.postMessage(message);
  take(message);
}

function take(message) {
  if (!nonce) return;
  if (message.kind === "ask") return release && channel.postMessage({ kind: "state", isUp: isOpen() });
  if (message.kind === "over") {
    leave();
    return isDirty() || holdsWords() ? session.ended() : setTimeout(() => location.reload(), FIRST * Math.random());
  }
  if (message.kind === "state" && !message.isUp) return link.pushed(false);
  heard = Date.now();
  const hasMissed = !link.isPushedNow() && message.name !== "hello"; // a tab that has just joined
  link.pushed(true);
  if (message.kind === "beat") setServerTime(JSON.parse(message.data).now);
  if (hasMissed) pushed.settle();
  return message.kind === "event" && hear(message);
}

function hear({ name, id, data }) {
  const said = JSON.parse(data);
  if (name === "hello") {
    tries = 0;
    last = id;
    setServerTime(said.now);
  } else if (id <= last) return;
  last = id;
  pushed.apply(name, said);
}

/** Nothing is listened to any more; what waits for the lock gives up. */
function leave() {
  nonce = null;
  clearTimeout(timer);
  queued?.abort();
  release?.();
  hush();
  channel?.close();
  channel = null;
  link.unwanted();
}

/** Every few seconds, and when somebody comes back: a workstation that slept, a link that died without a word. */
function check() {
  if (!nonce) return;
  if (heard > Date.now()) heard = Date.now(); // its clock was put right
  const quiet = Date.now() - heard;
  if (release && Date.now() > ticketed && isOpen()) renew();
  if (quiet < SILENCE) return;
  link.pushed(false);
  if (release) {
    heard = Date.now();
    again(Math.random() * FIRST);
  } else if (quiet > STOLEN && !document.hidden) {
    heard = Date.now();
    campaign(true);
  }
}

/** The network is back: no need to wait for the next try. */
function wake() {
  tries = 0;
  if (!nonce) later(enter, 0);
  else if (release && !isOpen()) again(Math.random() * FIRST);
  else check();
}

/** Before it is out of date; where it can't be, the goodbye of the stream will say so. */
async function renew() {
  ticketed = Infinity;
  const given = await ticket();
  if (given.status === 200 && given.session !== nonce && nonce) over();
}

export function start() {
  // Without TLS a browser has no locks: the page goes on asking.
  if (!tickets() || !navigator.locks || !window.BroadcastChannel) return;
  enter();
  setInterval(check, CHECK);
  window.addEventListener("online", wake);
  window.addEventListener("focus", check);
  document.addEventListener("visibilitychange", () => document.hidden || check());
  document.addEventListener("osmose:back", enter);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => event.persisted && enter());
}
