// Two clicks on one line, the second before the first is answered: sent at once it would carry the revision of before,
// its own author would be told that « quelqu’un » changed it, and a set of choices would lose the first one. It waits
// for the line to be redrawn, and is then a click on the button of the same name.
import { show } from "./banner.js";

const flying = new Map(); // id of a line -> the request whose answer is awaited
const next = new Map(); // id of a line -> the button clicked meanwhile, by its names; the last one counts

const lineOf = (ctx) => (ctx?.request?.method === "GET" ? null : ctx?.sourceElement?.closest?.(".line[id]"));
const named = (button) => [
  button.closest("[role=group]")?.getAttribute("aria-label") ?? "",
  button.textContent.replace(/\s+/gu, " ").trim(),
];

function onLeave(event) {
  const { ctx } = event.detail;
  const line = lineOf(ctx);
  if (!line) return;
  if (!flying.has(line.id)) {
    flying.set(line.id, ctx);
    return;
  }
  if (ctx.sourceElement.getAttribute("form") !== "act") return; // a form that was typed has its own revision
  event.preventDefault();
  if (ctx.sourceElement === flying.get(line.id).sourceElement) return; // a double click is one
  next.set(line.id, named(ctx.sourceElement));
  ctx.sourceElement.setAttribute("data-waiting", "");
}

function onDone(event) {
  const { ctx } = event.detail;
  const [id] = [...flying].find(([, held]) => held === ctx) ?? [];
  if (!id) return;
  flying.delete(id);
  const wanted = next.get(id);
  next.delete(id);
  const line = document.getElementById(id);
  line?.querySelectorAll("[data-waiting]").forEach((button) => button.removeAttribute("data-waiting"));
  // Refused: what it says is read first.
  if (wanted && ctx.response?.status < 400) setTimeout(click, 0, line, wanted);
}

function click(line, [group, label]) {
  const found = [...(line?.querySelectorAll('button[form="act"]') ?? [])].find((button) => {
    const [its, word] = named(button);
    return its === group && word === label && !button.disabled;
  });
  if (found) found.click();
  else show("La ligne a changé entre vos deux clics\u202f: le second n’a pas été pris. Recommencez.");
}

export function start() {
  document.addEventListener("htmx:before:request", onLeave);
  document.addEventListener("htmx:finally:request", onDone);
}
