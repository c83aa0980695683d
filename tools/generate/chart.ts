/** A CRD as the chart installs it: labelled, switched by a value, and kept when the release goes. */
export function chartCrd(yaml: string): string {
  const annotated = yaml.replace(
    /^metadata:\n {2}name: (\S+)\n/m,
    (_, name: string) =>
      `metadata:\n  name: ${name}\n  labels: {{- include "approvalgate.labels" . | nindent 4 }}\n  {{- if .Values.crds.keep }}\n  annotations: {{- include "approvalgate.kept" . | nindent 4 }}\n  {{- end }}\n`,
  );
  if (annotated === yaml) throw new Error('the CRD has no metadata.name where it is expected');
  return `{{- /* Made from crds/; do not edit. To change it: make generate */ -}}\n{{- if .Values.crds.enabled }}\n${annotated}{{- end }}\n`;
}
