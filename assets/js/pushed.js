// What the stream says, on the screen. A row that keeps its place is drawn again where it is; anything else has its
// list asked for again. What somebody is doing survives: a morph keeps focus, typed text, scroll and what is open.
import { mark } from "./board.js";
import * as company from "./company.js";
import * as polls from "./polls.js";

const places = new Map(); // PEC -> its place when it was last told
const handlers = { hello, row, gone, personal, presence, with: company.show };
const UNCOUNTED = new Set(["relays", "expected"]); // topics of which no count of the menu says anything
const lists = () => document.querySelectorAll("[data-live][data-pushed]");
const ask = (elements, ...delay) => elements.forEach((one) => polls.soon(one, ...delay));

export function apply(name, said) {
  // Whoever comes back to this tab asks for everything: nothing is drawn behind it meanwhile.
  if (!document.hidden || name === "with") handlers[name]?.(said);
}

/** Whatever was missed is asked for: at once where a row says another version, in its own time otherwise. */
export function settle(pairs = []) {
  places.clear();
  const differs = pairs.some(([id, version]) => (shownAs(id)?.dataset.version ?? version) !== version);
  ask(lists(), 50, differs ? 300 : 3000);
  ask(document.querySelectorAll("[data-counts]"), 50, 3000);
  presence();
}

function hello({ pairs }) {
  settle(pairs);
}

const shownAs = (id) => document.querySelector(`#board [id="pec-${CSS.escape(id)}"]`);

/** « 12.3 » comes before « 12.4 »: a row is never put back to what it was. */
function isOlder(version, shown) {
  const [a, b] = [version, shown].map((words) => words.split(".").map(Number));
  return a[0] < b[0] || a[1] < b[1];
}

async function row({ id, version, place, html, card }) {
  ask(document.querySelectorAll(`[data-encounter="${CSS.escape(id)}"][data-poll]`), 0, 100);
  const shown = shownAs(id);
  const was = shown?.dataset.place ?? places.get(id);
  places.set(id, place);
  if (shown && isOlder(version, shown.dataset.version)) return;
  const board = document.getElementById("board");
  if (board && was !== place) polls.soon(board);
  if (!shown) return;
  const isChanged = shown.dataset.version !== version;
  await draw(shown, shown.matches("tr") ? html : card, id);
  if (isChanged) mark(shown);
}

/** The same bytes go to everybody: how much its reader has to read is put back into them. */
function draw(shown, drawn, id) {
  const unread = shown.querySelector(".row-unread")?.outerHTML ?? "";
  const text = drawn.replace(`<!--unread-${id}-->`, () => unread);
  const partial = `<hx-partial hx-target="#${CSS.escape(shown.id)}" hx-swap="outerMorph">${text}</hx-partial>`;
  return window.htmx.swap({ sourceElement: document.body, text: partial, swap: "none" });
}

/** Nothing of it is readable from now on; its line is taken away when nothing moves. */
function gone({ id }) {
  places.delete(id);
  shownAs(id)?.setAttribute("data-gone", "");
  ask(document.querySelectorAll(`[data-encounter="${CSS.escape(id)}"][data-poll]`), 0, 100);
  ask(lists());
}

function personal({ topic }) {
  if (!UNCOUNTED.has(topic)) ask(document.querySelectorAll("[data-counts]"), 50, 300);
  ask(document.querySelectorAll(`[data-topics~="${CSS.escape(topic)}"]`), 50, 300);
}

/** Strips load themselves: hx-trigger="load, presence". */
function presence() {
  for (const strip of document.querySelectorAll('[hx-trigger*="presence"]')) {
    setTimeout(() => window.htmx?.trigger(strip, "presence", {}, false), Math.random() * 300);
  }
}
