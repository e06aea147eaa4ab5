// Builds every committed front-end file. `node assets/build.mjs` writes them in place;
// check.mjs calls build() into a temporary folder and compares. Same input, same bytes.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import subsetFont from "subset-font";

const ASSETS = dirname(fileURLToPath(import.meta.url));
export const ROOT = dirname(ASSETS);
export const OUT = "osmose/kernel/web/static/web";
export const VENDOR = "tests/vendor";
const require = createRequire(import.meta.url);
const modules = join(ROOT, "node_modules");
const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
const source = (path) => readFileSync(join(modules, path), "utf8");
// A source map comment would make the manifest storage look for a file that is not shipped.
const withoutMap = (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/u, "") + "\n";

function css(out) {
  const cli = require.resolve("@tailwindcss/cli/package.json");
  const bin = join(dirname(cli), JSON.parse(readFileSync(cli, "utf8")).bin.tailwindcss);
  execFileSync(process.execPath, [bin, "-i", join(ASSETS, "css/osmose.css"), "-o", join(out, "osmose.css"), "--minify"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function vendoredScripts(out) {
  const htmx =
    `/* htmx ${version("htmx.org")} and its hx-alpine-compat extension, 0BSD, https://htmx.org */\n` +
    withoutMap(source("htmx.org/dist/htmx.min.js")) +
    withoutMap(source("htmx.org/dist/ext/hx-alpine-compat.min.js"));
  writeFileSync(join(out, "htmx.js"), htmx);
  const alpine = `/* Alpine.js ${version("@alpinejs/csp")}, CSP build, MIT, https://alpinejs.dev */\n`;
  writeFileSync(join(out, "alpine.js"), alpine + withoutMap(source("@alpinejs/csp/dist/cdn.min.js")));
}

async function ownScript(out, entry, name) {
  await esbuild.build({
    entryPoints: [join(ASSETS, "js", entry)],
    outfile: join(out, name),
    absWorkingDir: ROOT,
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
}

async function fonts(out) {
  const inter = join(modules, "@fontsource-variable/inter/files");
  copyFileSync(join(inter, "inter-latin-wght-normal.woff2"), join(out, "inter-latin.woff2"));
  copyFileSync(join(inter, "inter-latin-ext-wght-normal.woff2"), join(out, "inter-latin-ext.woff2"));
  // « 4ᵉ » is on every board: one glyph of its own, so that it does not load the 85 kB of latin-ext.
  const extended = readFileSync(join(inter, "inter-latin-ext-wght-normal.woff2"));
  writeFileSync(join(out, "inter-ordinal.woff2"), await subsetFont(extended, "ᵉ", { targetFormat: "woff2" }));
}

function icons(out) {
  const names = JSON.parse(readFileSync(join(ASSETS, "icons.json"), "utf8"));
  const symbols = [...new Set(names)].sort().map((name) => {
    const svg = source(`lucide-static/icons/${name}.svg`);
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/gu, "").replace(/ \/>/gu, "/>")}</symbol>`;
  });
  const head = `<!-- Lucide ${version("lucide-static")}, ISC, https://lucide.dev -->`;
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${head}\n${symbols.join("\n")}\n</svg>\n`);
}

/** Writes every built file below `root` and returns their paths relative to it. */
export async function build(root) {
  const out = join(root, OUT);
  mkdirSync(out, { recursive: true });
  mkdirSync(join(root, VENDOR), { recursive: true });
  css(out);
  vendoredScripts(out);
  await ownScript(out, "main.js", "osmose.js");
  await ownScript(out, "wall.js", "wall.js"); // a page of its own, up for weeks: without htmx nor Alpine
  await fonts(out);
  icons(out);
  copyFileSync(join(ASSETS, "img/favicon.svg"), join(out, "favicon.svg"));
  copyFileSync(join(modules, "axe-core/axe.min.js"), join(root, VENDOR, "axe.min.js"));
  const names = ["osmose.css", "htmx.js", "alpine.js", "osmose.js", "wall.js", "inter-latin.woff2", "inter-latin-ext.woff2"];
  return [...names, "inter-ordinal.woff2", "icons.svg", "favicon.svg"].map((n) => join(OUT, n)).concat(join(VENDOR, "axe.min.js"));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const built = await build(ROOT);
  process.stdout.write(`${built.length} files built.\n`);
}
