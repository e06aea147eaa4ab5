// The server's clock, and times in French as osmose.kernel.base.french writes them.
let offset = 0;

/** As the page was drawn (ISO 8601), then as the stream says it (milliseconds): the workstation's own clock may be wrong. */
export function setServerTime(said) {
  const at = typeof said === "number" ? said : Date.parse(said ?? "");
  if (!Number.isNaN(at)) offset = at - Date.now();
}

export const now = () => Date.now() + offset;

const hour = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
export const clockTime = (at) => hour.format(at);

/** « 25 min », « 2 h 10 », « 3 j 4 h »; never negative. */
export function elapsed(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}\u00a0h\u00a0${String(minutes % 60).padStart(2, "0")}`;
  return `${Math.floor(hours / 24)}\u00a0j\u00a0${hours % 24}\u00a0h`;
}
