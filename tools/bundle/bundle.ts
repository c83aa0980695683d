import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { licenseTexts } from './licenses.ts';
import { bundledPackages } from './packages.ts';
import { softwareBill } from './sbom.ts';
import { withOwnSources } from './source-map.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Each program of the image, and where it begins. */
const PROGRAMS = { operator: 'operator/main.ts' };

export const LICENSES_FILE = 'THIRD-PARTY-LICENSES.txt';
export const SBOM_FILE = 'sbom.cdx.json';

/** Modules in CommonJS that are bundled still ask for Node's own by `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Writes into `folder` what the image runs: one file for each program, files that they share or import late, source maps,
 * the licences of what is in them, and a bill of materials. What was in the folder is removed first.
 */
export async function writeBundle(folder: string): Promise<Metafile> {
  const { outputFiles, metafile } = await bundle(folder);
  const packages = await bundledPackages(metafile, REPOSITORY);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { path, text } of outputFiles.map((file) => ownSources(file, folder)))
    await writeFile(path, text);
  await writeFile(join(folder, LICENSES_FILE), await licenseTexts(packages));
  await writeFile(join(folder, SBOM_FILE), await softwareBill(packages, REPOSITORY));
  return metafile;
}

function bundle(folder: string) {
  return build({
    absWorkingDir: REPOSITORY,
    entryPoints: PROGRAMS,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // A kubeconfig's reader is imported where there is one: its file is not even read in a pod.
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    // Node prints the whole line in which an uncaught error was thrown.
    lineLimit: 160,
    sourcemap: 'linked',
    sourcesContent: false,
    // Every byte a character: V8 keeps a source with others in twice the memory.
    charset: 'ascii',
    legalComments: 'none',
    inject: ['tools/bundle/stack-traces.ts'],
    banner: { js: REQUIRE },
    // The addons that `ws` would otherwise look for.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    plugins: [WITHOUT_VIEWS, USED_KUBERNETES_TYPES],
    // What is looked for only when the program runs is not in the bundle.
    logOverride: {
      'unsupported-dynamic-import': 'error',
      'unsupported-require-call': 'error',
      'indirect-require': 'error',
    },
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
}

/** Express would load an engine for pages by whatever name it is given; nothing here renders pages. */
const WITHOUT_VIEWS: Plugin = {
  name: 'without-views',
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/express\/lib\/view\.js$/ }, () => ({
      contents: 'module.exports = undefined;',
    }));
  },
};

/**
 * The client library does not say that its modules do nothing when they are imported, so that the class of every type
 * of Kubernetes would stay, though only the reader of kubeconfigs is used.
 */
const USED_KUBERNETES_TYPES: Plugin = {
  name: 'used-kubernetes-types',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^(\.|@kubernetes\/client-node$)/ }, async ({ path, pluginData, ...from }) => {
      const isLibrary =
        path.startsWith('@') || from.importer.includes('node_modules/@kubernetes/client-node/');
      if (!isLibrary || pluginData === RESOLVED) return undefined;
      return { ...(await resolve(path, { ...from, pluginData: RESOLVED })), sideEffects: false };
    });
  },
};
const RESOLVED = Symbol('resolved');

function ownSources(file: OutputFile, folder: string): { path: string; text: string } {
  const { path, text } = file;
  return {
    path,
    text: path.endsWith('.map') ? withOwnSources(text, { folder, repository: REPOSITORY }) : text,
  };
}
