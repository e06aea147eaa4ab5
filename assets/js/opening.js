// The sixty seconds: how long it takes from opening Osmose, or a notification ([data-opens]), to a record on the screen
// ([data-opening]). What is told is a number of seconds; the cookie holds an instant, and nobody.
const OPENINGS = "/ouvertures/";
const COOKIE = "depart";
const KEPT = 1800; // seconds without a page: whoever comes back opens Osmose again
const SEEN = 2000;
const LONGEST = 3600;
const TOLD = "-";

const read = () => /(?:^|; )depart=([^;]*)/u.exec(document.cookie)?.[1] ?? "";

function keep(value) {
  document.cookie = `${COOKIE}=${value}; path=/; max-age=${KEPT}; samesite=lax`;
}

function tell(way, milliseconds) {
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 0 || seconds > LONGEST) return;
  const body = new URLSearchParams({ way, seconds, csrfmiddlewaretoken: csrf });
  const headers = { "X-CSRFToken": csrf, "X-Osmose-Passive": "1" };
  fetch(OPENINGS, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
}

/** A record is read once it has been in sight for two seconds; those were spent reading it. */
function arrive() {
  const [at, way] = read() ? read().split(".") : [performance.timeOrigin, "direct"];
  if (at === TOLD) return keep(TOLD);
  const shown = Date.now();
  return setTimeout(() => {
    if (document.hidden) return;
    tell(way, shown - Number(at));
    keep(TOLD);
  }, SEEN);
}

export function start() {
  const isRecord = Boolean(document.querySelector("[data-opening]"));
  const isLogin = !document.querySelector('meta[name="who"]');
  if (isRecord) arrive();
  else keep(isLogin || !read() ? `${Math.round(performance.timeOrigin)}.application` : read());
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener) keep(`${Date.now()}.${opener.dataset.opens}`);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isRecord && !read()) keep(`${Date.now()}.application`);
  });
}
