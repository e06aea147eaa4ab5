// Elapsed times: every [data-since] ticks; [data-soon] and [data-late] (minutes) give the waiting band its word.
import { elapsed, now, setServerTime } from "./time.js";

const WORDS = { "": "", ok: "dans les délais", soon: "à surveiller", late: "dépassé" };

function band(element, minutes) {
  if (element.dataset.late && minutes >= Number(element.dataset.late)) return "late";
  if (element.dataset.soon && minutes >= Number(element.dataset.soon)) return "soon";
  return element.dataset.late || element.dataset.soon ? "ok" : "";
}

function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** What was to end at [data-over] says by how much it is late, once it is by a minute: « dépassé de 15 min ». Around it,
 * [data-fades] goes after so many minutes. */
function lateness(element, current) {
  const late = current - Date.parse(element.dataset.over);
  const text = late >= 60000 ? `dépassé de ${elapsed(late)}` : "";
  write(element, text);
  element.toggleAttribute("data-late-now", text !== "");
  const fading = element.closest("[data-fades]");
  if (fading) fading.hidden = late >= Number(fading.dataset.fades) * 60000;
}

export function tick(root = document) {
  const current = now();
  for (const element of root.querySelectorAll("[data-over]")) lateness(element, current);
  for (const element of root.querySelectorAll("[data-since]")) {
    const since = Date.parse(element.dataset.since);
    if (Number.isNaN(since)) continue;
    const span = current - since;
    // A term ([data-due]) says its hour: only its band changes.
    if (!("due" in element.dataset)) write(element.querySelector("[data-elapsed]") ?? element, elapsed(span));
    const name = band(element, span / 60000);
    if ((element.dataset.band ?? "") !== name) {
      if (name) element.dataset.band = name;
      else delete element.dataset.band;
    }
    write(element.querySelector("[data-band-word]"), WORDS[name] ? `, ${WORDS[name]}` : "");
    write(element.querySelector("[data-band-shown]"), WORDS[name]);
  }
}

export function start() {
  setServerTime(document.querySelector('meta[name="server-now"]')?.content);
  tick();
  setInterval(tick, 5000);
  // A pushed row brings the hour back: put the elapsed time again before it is painted.
  document.addEventListener("htmx:after:swap", () => tick());
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}
