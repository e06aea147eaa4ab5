// Who else has this record open: <p data-company="id"> is told by the stream, and tells it what this page does. It is no
// gesture, keeps no session open, and is forgotten by itself.
const HERE = "/flux/ici/";
const READING = 60000; // said again before it is forgotten
const WRITING = 10000;
let wroteAt = -Infinity;
let isTold = false; // that somebody is here

const place = () => document.querySelector("[data-company]");
const isPushed = () => document.documentElement.dataset.link === "pushed";

function tell(doing, { keepalive = false } = {}) {
  const record = place()?.dataset.company;
  if (!record || !(doing === "part" ? isTold : isPushed())) return;
  isTold = doing !== "part";
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const body = new URLSearchParams({ doing, csrfmiddlewaretoken: csrf });
  const headers = { "X-CSRFToken": csrf, "X-Osmose-Passive": "1" };
  fetch(`${HERE}${record}/`, { method: "POST", body, headers, keepalive, redirect: "manual" }).catch(() => null);
}

/** « Claire M. rédige une transmission · Hugo R. consulte ». */
export function show({ encounter, people }) {
  const line = place();
  if (!line || line.dataset.company !== encounter) return;
  const words = people.map(({ who, doing }) => `${who} ${doing}`).join(" · ");
  const said = line.querySelector("[data-company-words]");
  if (said.textContent !== words) said.textContent = words;
  line.title = words;
  line.hidden = !words;
}

function onInput(event) {
  if (!event.target.closest?.("form[data-signs]") || performance.now() - wroteAt < WRITING) return;
  wroteAt = performance.now();
  tell("redige");
}

export function start() {
  if (!place()) return;
  setInterval(() => document.hidden || tell("lit"), READING);
  document.addEventListener("osmose:link", ({ detail }) => {
    if (detail === "pushed") tell("lit");
    else place().hidden = true; // nobody says so any more
  });
  document.addEventListener("input", onInput);
  window.addEventListener("pagehide", () => tell("part", { keepalive: true }));
}
