// A screen on a wall, up for weeks: asks for its lines when the stream says that they changed (wallstream.js), now and
// then all the same, and every few seconds while there is no stream; turns its pages, tells the time and whether it is
// live. New lines come by one event: `osmose:wall`, detail: the HTML of #wall-rows.
import { tick } from "./clock.js";
import { clockTime, now, setServerTime } from "./time.js";
import { listen } from "./wallstream.js";

const BEAT = 5000;
const RARER = 6; // while the stream says what changes
const AGAIN = 200; // between two questions, however often it is told to ask
const PATIENCE = 20000; // what was not known to be true for so long is not live, and pales
const GRACE = 5000; // without the stream, before it is said
const TURN = 10000;
const SEEN = 60000;
const RETRY = 60000;
const GONE = [401, 403, 404];
const TEAM = ".wall-team";
const LINE = /<tr data-wall-row.*?<\/tr>/gs;

const root = document.documentElement;
const wide = window.matchMedia("(min-width: 900px)");
let wall, lastGood, goodAt, next;
let isPushed = false;
let wanted = ""; // the word of what is to be shown, as the stream last said it
let lost = { at: 0, on: 0 }; // since when the stream says nothing
let isRefused = false;
let isAsking = false;
let hasMissed = false; // told to ask while an answer was on its way: it may have left before what changed
let page = 0;
let sheets = [[]]; // the lines of each page
let frame = 0;
let isPaused = false;

const lines = () => document.getElementById("wall-rows");
const part = (name) => document.querySelector(`[data-wall-${name}]`);

function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** New lines: those that say the same stay where they are, with their icons, unparsed; the page that was read stays too. */
function receive(html) {
  const wanted = html.match(LINE) ?? [];
  const fresh = parsed(html.replace(LINE, ""));
  if (fresh?.id !== "wall-rows") return;
  if (shape(fresh) === shape(lines())) {
    Object.assign(lines().dataset, fresh.dataset);
    team(fresh.querySelector(TEAM));
    settle(lines().querySelector("tbody"), wanted);
  } else {
    know(fresh);
    fresh.querySelector("tbody")?.append(...wanted.map(line));
    lines().replaceWith(fresh);
    tick(fresh);
  }
  paginate();
  dress();
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function line(text) {
  const row = parsed(text);
  said.set(row, text);
  return row;
}

/** What is around the lines; only where there are lines can some of them stay. */
const shape = (found) => {
  const table = found.querySelector("table");
  const around = [".wall-note", TEAM].map((name) => Boolean(found.querySelector(name)));
  return table ? `${table.dataset.room} ${around}` : Symbol("no lines");
};

/** What each line said when it came, before the clock wrote in it. */
const said = new WeakMap();
const know = (found) => found.querySelectorAll(`[data-wall-row], ${TEAM}`).forEach((row) => said.set(row, row.outerHTML));

function team(fresh) {
  const here = lines().querySelector(TEAM);
  if (!fresh || said.get(here) === fresh.outerHTML) return;
  said.set(fresh, fresh.outerHTML);
  here.replaceWith(fresh);
  tick(fresh);
}

/** Nothing that was shown stays, not even until there is something else to show. */
function blank() {
  lines().replaceChildren();
  lines().dataset.version = "";
  paginate();
}

function settle(body, wanted) {
  for (const row of [...body.rows]) if (!wanted.includes(said.get(row))) row.remove();
  wanted.forEach((text, n) => {
    const here = body.rows[n];
    if (here && said.get(here) === text) return;
    const row = [...body.rows].slice(n).find((one) => said.get(one) === text) ?? line(text);
    body.insertBefore(row, here ?? null);
    tick(row);
  });
  while (body.rows.length > wanted.length) body.lastElementChild.remove();
}

/** Which lines stand together: as many as fit, each whole, in the columns that the room has. */
function spread(rows) {
  rows.forEach((row) => (row.hidden = false));
  if (!rows.length || !wide.matches) return [rows];
  const bottom = document.getElementById("main").getBoundingClientRect().bottom;
  const boxes = rows.map((row) => row.getBoundingClientRect());
  const height = bottom - boxes[0].top;
  const sheets = [];
  let first = 0;
  boxes.forEach((box, n) => {
    if (n && box.bottom - boxes[first].top > height && box.top > boxes[first].top) {
      sheets.push(rows.slice(first, n));
      first = n;
    }
  });
  return [...sheets, rows.slice(first)];
}

/** Before the next painting, whatever the number of changes. */
function paginate() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    sheets = spread([...lines().querySelectorAll("[data-wall-row]")]);
    show();
  });
}

function show() {
  page = Math.min(page, sheets.length - 1);
  sheets.forEach((rows, n) => rows.forEach((row) => (row.hidden = n !== page)));
  part("pages").hidden = sheets.length < 2;
  write(part("page"), `${page + 1}/${sheets.length}`);
}

function turn() {
  if (isPaused || sheets.length < 2) return;
  page = (page + 1) % sheets.length;
  show();
}

/** Day or night, as the screen is set; « auto » follows the hour of the ward, not the device. */
function dress() {
  const { look, night } = lines().dataset;
  const [starts, ends] = night.split("-").map(Number);
  const hour = Number(clockTime(now()).slice(0, 2));
  const wanted = look === "auto" ? (hour >= starts || hour < ends ? "night" : "light") : look;
  if (root.dataset.theme !== wanted) root.dataset.theme = wanted;
}

/** What is shown is known to be true. */
function alive() {
  [lastGood, goodAt, isRefused] = [now(), performance.now(), false];
  judge();
}

const beat = () => Number(document.querySelector('meta[name="poll"]')?.content) * 1000 || BEAT;

function state() {
  const isKnown = performance.now() - goodAt < (isPushed ? PATIENCE : Math.max(PATIENCE, 4 * beat()));
  if (!isKnown) return "down";
  if (isPushed) return "pushed";
  if (isRefused) return "down";
  return performance.now() - lost.on > GRACE ? "slow" : "up";
}

function judge() {
  const link = state();
  if (root.dataset.link !== link) root.dataset.link = link;
  const words = { slow: `Plus en direct depuis ${clockTime(lost.at)}`, down: `Données de ${clockTime(lastGood)}` };
  write(part("live"), words[link] ?? "En direct");
}

/** The stream speaks, of what is to be shown by the word `version`; or it says nothing any more. */
function pushed(isUp, version = wanted) {
  if (isPushed && !isUp) {
    lost = { at: now(), on: performance.now() };
    ask();
  }
  isPushed = isUp;
  if (!isUp) return judge();
  wanted = version;
  const shown = lines().dataset.version;
  if (!wanted || wanted === shown) return alive();
  if (roomOf(wanted) !== roomOf(shown)) blank();
  return ask();
}

const roomOf = (version) => version.split("-")[0];

function gone() {
  blank();
  ask();
}

function second() {
  write(part("clock"), clockTime(now()));
  judge();
}

/** Asks for the lines, one question at a time; whoever wants another meanwhile gets it after. */
async function ask() {
  if (isAsking) return (hasMissed = true);
  [isAsking, hasMissed] = [true, false];
  clearTimeout(next);
  await question();
  isAsking = false;
  next = setTimeout(ask, hasMissed ? AGAIN : beat() * (isPushed ? RARER : 1));
}

async function question() {
  const address = `${wall.dataset.rows}?version=${lines().dataset.version}`;
  try {
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (GONE.includes(answer.status)) return location.reload();
    if (!answer.ok) throw new Error("no lines");
    setServerTime(answer.headers.get("Date"));
    if (answer.status === 200) document.dispatchEvent(new CustomEvent("osmose:wall", { detail: await answer.text() }));
    alive();
  } catch {
    isRefused = true;
    judge();
  }
}

function seen() {
  const token = document.querySelector('meta[name="csrf"]')?.content ?? "";
  fetch(wall.dataset.seen, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(() => null);
}

function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => null);
}

function pause(event) {
  isPaused = !isPaused;
  event.currentTarget.setAttribute("aria-pressed", String(isPaused));
}

function start() {
  wall = document.querySelector("[data-wall]");
  if (!wall) return document.querySelector("[data-wall-retry]") && setTimeout(() => location.reload(), RETRY);
  root.classList.add("scripted");
  setServerTime(document.querySelector('meta[name="server-now"]')?.content);
  document.addEventListener("osmose:wall", (event) => receive(event.detail));
  part("pages").addEventListener("click", pause);
  window.addEventListener("resize", paginate);
  document.fonts?.ready.then(paginate);
  document.addEventListener("visibilitychange", stayAwake);
  know(lines());
  tick();
  paginate();
  dress();
  alive();
  second();
  stayAwake();
  seen();
  listen(wall.dataset.stream, { state: pushed, gone });
  setInterval(second, 1000);
  setInterval(tick, 5000);
  setInterval(dress, 30000);
  setInterval(turn, TURN);
  setInterval(seen, SEEN);
  next = setTimeout(ask, beat());
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();
