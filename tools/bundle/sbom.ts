import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as FromNodePackageJson from '@cyclonedx/cyclonedx-library/Contrib/FromNodePackageJson';
import { Factories as License } from '@cyclonedx/cyclonedx-library/Contrib/License';
import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, type Component } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { PackageURL } from 'packageurl-js';
import type { BundledPackage, PackageJson } from './packages.ts';

const { Builders, Factories } = FromNodePackageJson;
const components = new Builders.ComponentBuilder(
  new Factories.ExternalReferenceFactory(),
  // No package here has a licence that is an expression; one that had would be named by its words.
  new License.LicenseFactory(() => false),
);

/**
 * A CycloneDX bill of materials of the bundle: the packages of which something is in it, and who imports whom. The same
 * for the same bundle, so without a serial number and a time. What the image's base holds is told by the base.
 */
export async function softwareBill(packages: readonly BundledPackage[], repository: string): Promise<string> {
  const own = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as PackageJson;
  const bom = new Bom();
  const application = component(own, ComponentType.Application);
  bom.metadata.component = application;
  const byFolder = new Map(
    packages.map((each) => [each.folder, component(each.json, ComponentType.Library)]),
  );
  for (const { folder, imports, isDirect } of packages) {
    const library = byFolder.get(folder);
    if (library === undefined) continue;
    bom.components.add(library);
    if (isDirect) application.dependencies.add(library.bomRef);
    for (const imported of imports) {
      const dependency = byFolder.get(imported);
      if (dependency !== undefined) library.dependencies.add(dependency.bomRef);
    }
  }
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function component(json: PackageJson, type: ComponentType): Component {
  const made = components.makeComponent(json, type);
  if (made === undefined) throw new Error(`${json.name}: its package.json names no component`);
  const [name = '', namespace = null] = json.name.split('/').reverse();
  made.purl = new PackageURL('npm', namespace, name, json.version, null, null).toString();
  made.bomRef.value = made.purl;
  return made;
}
