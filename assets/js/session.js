// The session ended, or was opened anew in another tab: the text stays, and so does whose it is.
import { clear, show } from "./banner.js";

const ACCOUNT = "/compte/"; // any page of somebody logged in; this one shows no patient
const AGAIN = 5000;
let waiting = null;

const who = (page) => page.querySelector('meta[name="who"]')?.content ?? "";

/** Says it, and waits for the same person to be back, in whichever tab. */
export function ended() {
  show("Votre session a pris fin. Connectez-vous dans un autre onglet, puis continuez ici\u202f: votre texte reste à l’écran.", {
    kind: "session",
    act: { label: "Se connecter", run: () => window.open("/login", "_blank") },
  });
  waiting ??= setInterval(back, AGAIN);
}

function back() {
  if (waiting && !document.hidden) renew();
}

/** True when the page may go on: it takes the tokens of the new session, where that is the same person's. */
export async function renew() {
  const headers = { Accept: "text/html", "X-Osmose-Passive": "1" };
  const answer = await fetch(ACCOUNT, { headers, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf"]')?.content;
  if (!token) return false;
  if (who(page) !== who(document)) {
    // Nobody signs what somebody else wrote.
    show("Quelqu’un d’autre s’est connecté sur ce poste. Ce texte est le vôtre\u202f: reconnectez-vous pour l’enregistrer et le signer.", {
      kind: "session",
      act: { label: "Changer de compte", run: () => window.open(ACCOUNT, "_blank") },
    });
    return false;
  }
  document.querySelector('meta[name="csrf"]')?.setAttribute("content", token);
  document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((input) => (input.value = token));
  clear("session");
  clearInterval(waiting);
  waiting = null;
  document.dispatchEvent(new CustomEvent("osmose:back"));
  return true;
}

export function start() {
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", back);
}
