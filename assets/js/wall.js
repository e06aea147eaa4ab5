// A screen on a wall, up for weeks: asks whether anything changed, turns its pages, tells the time and whether it is live.
// Whatever brings new lines (this poll, a stream) hands them over by one event: `osmose:wall`, detail: the HTML of #wall-rows.
import { tick } from "./clock.js";
import { clockTime, now, setServerTime } from "./time.js";

const EVERY = 1000; // a screen withdrawn goes dark within the second
const PATIENCE = 5000; // without a good answer for so long, it is not live, and says so
const TURN = 10000;
const SEEN = 60000;
const RETRY = 60000;
const GONE = [401, 403, 404];

const root = document.documentElement;
const wide = window.matchMedia("(min-width: 900px)");
let wall, lastGood, goodAt, fits, room;
let page = 0;
let pages = 1;
let isPaused = false;

const lines = () => document.getElementById("wall-rows");
const part = (name) => document.querySelector(`[data-wall-${name}]`);

function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** New lines: those that say the same stay where they are, with their icons; the page that was read stays too. */
function receive(html) {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  const fresh = parsed.content.getElementById("wall-rows");
  if (!fresh) return;
  if (shape(fresh) === shape(lines())) {
    Object.assign(lines().dataset, fresh.dataset);
    settle(lines().querySelector("tbody"), fresh.querySelectorAll("[data-wall-row]"));
  } else {
    know(fresh);
    lines().replaceWith(fresh);
    tick(fresh);
  }
  paginate();
  dress();
}

/** What is around the lines; only where there are lines can some of them stay. */
const shape = (found) => {
  const table = found.querySelector("table");
  return table ? `${table.dataset.room} ${Boolean(found.querySelector(".wall-note"))}` : Symbol("no lines");
};

/** What each line said when it came, before the clock wrote in it. */
const said = new WeakMap();
const know = (found) => found.querySelectorAll("[data-wall-row]").forEach((row) => said.set(row, row.outerHTML));

function settle(body, incoming) {
  const wanted = [...incoming].map((row) => row.outerHTML);
  for (const row of [...body.rows]) if (!wanted.includes(said.get(row))) row.remove();
  wanted.forEach((text, n) => {
    const here = body.rows[n];
    if (here && said.get(here) === text) return;
    const row = [...body.rows].slice(n).find((one) => said.get(one) === text) ?? incoming[n];
    said.set(row, text);
    body.insertBefore(row, here ?? null);
    tick(row);
  });
  while (body.rows.length > wanted.length) body.lastElementChild.remove();
}

/** How many lines fit: they all have one height in a room, so it is measured when the room or the window changes. */
function measure(rows) {
  if (!wide.matches) return Infinity;
  const main = document.getElementById("main");
  rows[0].hidden = false;
  const [head, above] = [lines().querySelector("thead").offsetHeight, lines().querySelector("table").offsetTop - main.offsetTop];
  return Math.max(1, Math.floor((main.clientHeight - head - Math.max(0, above)) / rows[0].offsetHeight));
}

function paginate() {
  const rows = [...lines().querySelectorAll("[data-wall-row]")];
  const here = lines().querySelector("table")?.dataset.room;
  if (rows.length && (!fits || here !== room)) [fits, room] = [measure(rows), here];
  pages = Math.max(1, Math.ceil(rows.length / (fits || 1)));
  page = Math.min(page, pages - 1);
  rows.forEach((row, n) => {
    const isElsewhere = pages > 1 && Math.floor(n / fits) !== page;
    if (row.hidden !== isElsewhere) row.hidden = isElsewhere;
  });
  part("pages").hidden = pages < 2;
  write(part("page"), `${page + 1}/${pages}`);
}

function turn() {
  if (isPaused || pages < 2) return;
  page = (page + 1) % pages;
  paginate();
}

/** Day or night, as the screen is set; « auto » follows the hour of the ward, not the device. */
function dress() {
  const { look, night } = lines().dataset;
  const [starts, ends] = night.split("-").map(Number);
  const hour = Number(clockTime(now()).slice(0, 2));
  const wanted = look === "auto" ? (hour >= starts || hour < ends ? "night" : "light") : look;
  if (root.dataset.theme !== wanted) root.dataset.theme = wanted;
}

function alive() {
  [lastGood, goodAt] = [now(), performance.now()];
  judge();
}

function judge() {
  const isLive = performance.now() - goodAt < PATIENCE;
  const link = isLive ? "up" : "down";
  if (root.dataset.link !== link) root.dataset.link = link;
  write(part("live"), isLive ? "En direct" : `Pas en direct depuis ${clockTime(lastGood)}`);
}

function second() {
  write(part("clock"), clockTime(now()));
  judge();
}

async function ask() {
  const address = `${wall.dataset.rows}?version=${lines().dataset.version}`;
  try {
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (GONE.includes(answer.status)) return location.reload();
    if (answer.ok) {
      setServerTime(answer.headers.get("Date"));
      if (answer.status === 200) document.dispatchEvent(new CustomEvent("osmose:wall", { detail: await answer.text() }));
      alive();
    }
  } catch {
    // No answer: `judge` says it once it has lasted.
  }
  setTimeout(ask, EVERY);
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
  const again = () => ((fits = 0), paginate());
  window.addEventListener("resize", again);
  document.fonts?.ready.then(again);
  document.addEventListener("visibilitychange", stayAwake);
  know(lines());
  tick();
  paginate();
  dress();
  alive();
  second();
  stayAwake();
  seen();
  setInterval(second, 1000);
  setInterval(tick, 5000);
  setInterval(dress, 30000);
  setInterval(turn, TURN);
  setInterval(seen, SEEN);
  setTimeout(ask, EVERY);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();
