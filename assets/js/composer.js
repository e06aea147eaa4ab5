// Writing a note: « @ » addresses it to a unit or a person, by keyboard; phrases of the unit go where one was typing.
const MOST = 8;
const known = new Map(); // address -> what may be chosen, once asked
const chosen = new WeakMap(); // textarea -> the « @ » that was completed last
let open = null; // { area, list, options, at, current }
let last = null; // the text that was typed in last

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

async function candidates(form) {
  const address = form.dataset.mentions;
  if (!known.has(address)) {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return [];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    known.set(address, [...page.querySelectorAll("[data-code]")].map((item) => ({ ...item.dataset, folded: fold(item.dataset.words).split(" ") })));
  }
  return known.get(address);
}

/** What is being typed after the last « @ » of the line, and where it begins. */
function typed(area) {
  const before = area.value.slice(0, area.selectionStart);
  const found = /(?:^|[\s(])@([^\s@][^@\n]{0,40}|)$/u.exec(before);
  return found ? { at: before.length - found[1].length - 1, words: fold(found[1]) } : null;
}

function close() {
  if (!open) return;
  open.list.remove();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) open.area.removeAttribute(name);
  open = null;
}

function mark(step) {
  open.current = (open.current + step + open.options.length) % open.options.length;
  open.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === open.current)));
  open.area.setAttribute("aria-activedescendant", open.options[open.current].id);
  open.options[open.current].scrollIntoView({ block: "nearest" });
}

function item(one, at) {
  const option = document.createElement("li");
  option.id = `mention-${at}`;
  option.className = "mention";
  option.setAttribute("role", "option");
  const beside = document.createElement("small");
  beside.textContent = "outside" in one ? `${one.beside} · sans accès` : one.beside;
  option.append(one.words, " ", beside);
  option.one = one;
  return option;
}

async function complete(area) {
  const wanted = typed(area);
  if (!wanted || chosen.get(area) === wanted.at) return close();
  const words = wanted.words.split(" ").filter(Boolean);
  const all = await candidates(area.form);
  if (!document.contains(area) || typed(area)?.words !== wanted.words || chosen.get(area) === wanted.at) return;
  const matching = all.filter((one) => words.every((word) => one.folded.some((part) => part.startsWith(word)))).slice(0, MOST);
  close();
  if (!matching.length) return;
  const list = document.createElement("ul");
  list.id = "mentions";
  list.className = "mentions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Prévenir");
  const options = matching.map(item);
  list.append(...options);
  area.closest(".field").append(list);
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-autocomplete", "list");
  open = { area, list, options, at: wanted.at, current: 0 };
  mark(0);
}

/** The recipient is told beside the text, where it can be taken away. */
function address(form, one) {
  const place = form.querySelector("[data-to]");
  let box = [...form.querySelectorAll('input[name="to"]')].find((input) => input.value === one.code);
  if (!box) {
    const label = document.createElement("label");
    label.className = "check";
    box = Object.assign(document.createElement("input"), { type: "checkbox", name: "to", value: one.code });
    label.append(box, ` ${one.words}`, "outside" in one ? " (sans accès)" : "");
    place?.append(label);
  }
  box.checked = true;
}

function choose() {
  const { area, at, options, current } = open;
  const { one } = options[current];
  close();
  chosen.set(area, at);
  area.setRangeText(`@${one.words} `, at, area.selectionStart, "end");
  address(area.form, one);
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(event) {
  const field = event.target;
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && field.matches?.("form[data-signs] input")) {
    event.preventDefault(); // nothing is signed by a mere Enter
    return;
  }
  if (!open || field !== open.area || event.ctrlKey || event.metaKey || event.altKey) return;
  const does = { ArrowDown: () => mark(1), ArrowUp: () => mark(-1), Enter: choose, Tab: choose, Escape: close }[event.key];
  if (!does) return;
  event.preventDefault();
  event.stopPropagation();
  does();
}

function insert(button) {
  const form = button.closest("form");
  const area = last && form.contains(last) ? last : form.querySelector("textarea");
  button.closest("details")?.removeAttribute("open");
  const space = area.selectionStart > 0 && !/\s$/.test(area.value.slice(0, area.selectionStart)) ? " " : "";
  area.setRangeText(`${space}${button.dataset.insert}`, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function start() {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("form[data-mentions] textarea")) complete(event.target);
  });
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("form[data-mentions] textarea")) last = event.target;
    else if (open && !open.list.contains(event.target)) close();
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.(".mention");
    if (!option || !open) return;
    event.preventDefault();
    open.current = open.options.indexOf(option);
    choose();
  });
  document.addEventListener("htmx:after:request", (event) => event.detail.ctx.request.method === "GET" || known.clear());
  // Why nothing was signed, and who may be invited, is never below the screen.
  document.addEventListener("htmx:after:swap", () => {
    const refused = document.querySelector("#msg-text .refused:not([data-shown])");
    if (refused) {
      refused.dataset.shown = ""; // once: a refresh moves nobody's page
      refused.parentElement.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-insert]");
    if (button) insert(button);
  });
}
