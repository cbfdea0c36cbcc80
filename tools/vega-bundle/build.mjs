// Bundles vega, vega-lite and vega-interpreter into one script, and gathers the licences of what went in.
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "../../src/yanbao/render/html/vendor");
mkdirSync(vendor, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: ["entry.js"],
  bundle: true,
  charset: "ascii",
  format: "iife",
  globalName: "yanbaoCharts",
  legalComments: "none",
  metafile: true,
  minify: true,
  platform: "browser",
  target: "es2021",
  write: false,
});

const code = result.outputFiles[0].text;
// the script stands inside an HTML file: neither may end or open anything there
for (const forbidden of ["</script", "<!--", "<script"]) {
  if (code.toLowerCase().includes(forbidden)) throw new Error(`the bundle contains ${forbidden}`);
}
for (const forbidden of [/\beval\(/, /\bnew Function\(/, /[^.\w]Function\(/]) {
  if (forbidden.test(code)) console.warn(`the bundle mentions ${forbidden}: the content security policy will refuse it`);
}
writeFileSync(join(vendor, "vega.js"), code);

const names = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = [...input.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].pop();
  if (found) names.add(found[1]);
}
const rule = "-".repeat(80);
const sections = [...names].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${rule}\n${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync(
  join(vendor, "NOTICE"),
  `vega.js is a bundle of the packages below, made by tools/vega-bundle. Their licences:\n\n${sections.join("\n")}`,
);
console.log(`${code.length} bytes, ${names.size} packages: ${[...names].sort().join(", ")}`);
