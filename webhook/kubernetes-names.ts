/**
 * Names as Kubernetes writes them. Source:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and …/labels/
 */
const SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Whether an object can be called so. */
export function isSubdomain(text: string): boolean {
  return SUBDOMAIN.test(text);
}

/** `[prefix/]name` */
export function isLabelKey(text: string): boolean {
  const [name = '', prefix, ...rest] = text.split('/').reverse();
  return LABEL.test(name) && (prefix === undefined || isSubdomain(prefix)) && rest.length === 0;
}

/** The same characters as a key's name, or empty. */
export function isLabelValue(text: string): boolean {
  return text === '' || LABEL.test(text);
}
