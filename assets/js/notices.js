// Alerts outside the page: one discreet line of the browser, while a page is open, where its owner asked for it.
const asked = new WeakSet();

function tell(element) {
  if (asked.has(element)) return;
  asked.add(element);
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  try {
    const said = new Notification("Osmose", { body: element.dataset.notify.replace(/^Osmose\s*:\s*/u, ""), tag: "osmose", silent: true });
    said.onclick = () => {
      window.focus();
      said.close();
    };
  } catch {
    // Some phones only let a service worker speak: the page itself says it.
  }
}

function say(box) {
  const state = document.querySelector("[data-browser-state]");
  if (!state) return;
  if (!("Notification" in window)) state.textContent = "Ce navigateur ne sait pas afficher de notification.";
  else if (box.checked && Notification.permission === "denied")
    state.textContent = "Ce navigateur les refuse\u202f: autorisez-les pour ce site dans ses réglages.";
  else state.textContent = "";
}

export function start() {
  document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-notify]").forEach(tell));
  const box = document.querySelector("[data-ask-browser]");
  if (!box) return;
  say(box);
  box.addEventListener("change", async () => {
    if (box.checked && "Notification" in window && Notification.permission === "default") await Notification.requestPermission();
    say(box);
  });
}
