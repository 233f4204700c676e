// Developer only (`make vendor`): bundles what the client is built on into files with their content's hash in the name.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const HERE = new URL(".", import.meta.url).pathname;
const STATIC = `${HERE}../static/`;
const BUNDLES = {
  ui: ["preact", "htm", "@preact/signals", "@preact/signals-core"],
  socket: [
    "socket.io-client", "socket.io-parser", "engine.io-client", "engine.io-parser", "@socket.io/component-emitter",
  ],
};

rmSync(`${STATIC}vendor`, { recursive: true, force: true });
mkdirSync(`${STATIC}vendor`, { recursive: true });
const names = {};
for (const [name, packages] of Object.entries(BUNDLES)) {
  const { outputFiles } = await build({
    entryPoints: [`${HERE}entry-${name}.js`],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none", // the licences are kept whole, beside the file
    conditions: ["browser", "import"],
    mainFields: ["browser", "module", "main"],
    write: false,
  });
  const code = outputFiles[0].contents;
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 12);
  names[name] = `${name}-${hash}.js`;
  writeFileSync(`${STATIC}vendor/${names[name]}`, code);
  const licences = packages.map((one) => {
    const folder = `${HERE}node_modules/${one}/`;
    const { version } = JSON.parse(readFileSync(`${folder}package.json`));
    return `${one} ${version}\n\n${readFileSync(`${folder}LICENSE`, "utf8").trim()}\n`;
  });
  writeFileSync(`${STATIC}vendor/${name}.LICENSES.txt`, licences.join(`\n${"-".repeat(72)}\n\n`));
}
writeFileSync(
  `${STATIC}vendored.js`,
  `// Written by \`make vendor\`.\nexport * from "/static/vendor/${names.ui}";\nexport const SOCKET = "/static/vendor/${names.socket}";\n`,
);
