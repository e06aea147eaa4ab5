// A status was said here (HX-Trigger « presence-said » on the body): whatever shows statuses on this page asks again at once.
export function start() {
  document.addEventListener("presence-said", () => {
    for (const piece of document.querySelectorAll("[data-presence]")) window.htmx?.trigger(piece, "presence");
  });
}
