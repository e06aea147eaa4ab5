// The one place that says that something went wrong: #banner, filled from <template id="banner-template">.
const SENTENCES = {
  0: "Le serveur ne répond pas. Rien n’est perdu à l’écran\u202f: réessayez dans un instant.",
  400: "La demande n’a pas été comprise. Rechargez la page, puis recommencez.",
  401: "Votre session a pris fin.",
  403: "Cette action est refusée\u202f: vos droits ont changé, ou cette page est ouverte depuis trop longtemps. Rechargez la page.",
  404: "Cette prise en charge n’existe pas ou ne concerne pas vos unités.",
  405: "Cette action n’est pas possible ici. Rechargez la page.",
  409: "Quelqu’un a été plus rapide que vous. Rechargez la page pour voir ce qui a changé\u202f; rien n’a été écrasé.",
  413: "Ce texte est trop long pour être envoyé. Raccourcissez-le, puis recommencez.",
  422: "Cette saisie a été refusée. Vérifiez-la, puis recommencez.",
  429: "Trop de demandes en peu de temps. Patientez une minute, puis recommencez.",
  500: "Une erreur est survenue de notre côté. Rien n’a été enregistré\u202f; votre texte reste à l’écran.",
  503: "Osmose est momentanément indisponible. Rien n’a été enregistré\u202f; votre texte reste à l’écran.",
};

const slot = () => document.getElementById("banner");
export const sentence = (status) => SENTENCES[status] ?? SENTENCES[status >= 500 ? 500 : 400];

/** Shows one sentence; `act` = {label, run} adds a button. */
export function show(text, { act = null, tone = "warning", kind = "error" } = {}) {
  const place = slot();
  const template = document.getElementById("banner-template");
  if (!place || !template) return;
  const banner = template.content.firstElementChild.cloneNode(true);
  banner.dataset.tone = tone;
  banner.dataset.kind = kind;
  banner.querySelector("[data-banner-text]").textContent = text;
  const button = banner.querySelector("[data-banner-act]");
  if (act) {
    button.textContent = act.label;
    button.addEventListener("click", act.run);
  } else button.remove();
  banner.querySelector("[data-banner-close]").addEventListener("click", () => clear());
  place.replaceChildren(banner);
  place.scrollIntoView?.({ block: "nearest" });
}

/** Takes away what this module wrote (never a banner that the server sent), or only one kind of it. */
export function clear(kind = null) {
  const shown = slot()?.querySelector("[data-kind]");
  if (shown && (!kind || shown.dataset.kind === kind)) shown.remove();
}
