// Fails when a committed built file is not what the sources give, or when the first page grows too heavy.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { OUT, ROOT, build } from "./build.mjs";

const BUDGET_KB = 130; // of the 150 kB of a first page; the rest is for its HTML
const FIRST_PAGE = ["osmose.css", "htmx.js", "alpine.js", "osmose.js", "icons.svg", "favicon.svg"];
const FONTS = ["inter-latin.woff2", "inter-ordinal.woff2"]; // already compressed

const folder = mkdtempSync(join(tmpdir(), "osmose-assets-"));
try {
  const built = await build(folder);
  const same = (path) => existsSync(join(ROOT, path)) && readFileSync(join(ROOT, path)).equals(readFileSync(join(folder, path)));
  const stale = built.filter((path) => !same(path));
  if (stale.length) {
    process.stderr.write(`Stale built assets: ${stale.join(", ")}. Run \`npm run build\` and commit the result.\n`);
    process.exitCode = 1;
  }
  const read = (name) => readFileSync(join(folder, OUT, name));
  const bytes = FIRST_PAGE.reduce((sum, n) => sum + gzipSync(read(n), { level: 9 }).length, 0) + FONTS.reduce((s, n) => s + read(n).length, 0);
  const size = Math.ceil(bytes / 1024);
  if (size > BUDGET_KB) {
    process.stderr.write(`The first page weighs ${size} kB compressed, more than ${BUDGET_KB} kB.\n`);
    process.exitCode = 1;
  }
  if (!process.exitCode) process.stdout.write(`Built assets are up to date; ${size} kB compressed for a first page.\n`);
} finally {
  rmSync(folder, { recursive: true });
}
