// The only script of Osmose's own: small modules, no inline code, nothing kept in the browser but two preferences and an instant.
import "./alpine.js";
import { start as board } from "./board.js";
import { start as calm } from "./calm.js";
import { start as clock } from "./clock.js";
import { start as company } from "./company.js";
import { start as compact } from "./compact.js";
import { start as composer } from "./composer.js";
import { start as dialogs } from "./dialogs.js";
import { start as drafts } from "./drafts.js";
import { start as focus } from "./focus.js";
import { start as forms } from "./forms.js";
import { start as keys } from "./keys.js";
import { start as lines } from "./lines.js";
import { start as link } from "./link.js";
import { start as live } from "./live.js";
import { start as menus } from "./menus.js";
import { start as notices } from "./notices.js";
import { start as opening } from "./opening.js";
import { start as polls } from "./polls.js";
import { start as presence } from "./presence.js";
import { start as receipts } from "./receipts.js";
import { start as requests } from "./requests.js";
import { start as session } from "./session.js";
import { start as theme } from "./theme.js";
import { start as toast } from "./toast.js";

requests();
const begin = () =>
  [board, calm, clock, company, compact, composer, dialogs, drafts, focus, forms, keys, lines, link, menus, notices, opening, polls, presence, receipts, session, theme, toast, live].forEach((part) => part());
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin, { once: true });
else begin();
