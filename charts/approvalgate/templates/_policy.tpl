{{/* CEL lists of the accounts that clean up; where controllers share one credential both are the last. */}}
{{- define "approvalgate.collectors" -}}
['system:serviceaccount:kube-system:generic-garbage-collector', 'system:serviceaccount:kube-system:namespace-controller', 'system:kube-controller-manager']
{{- end }}

{{/* They guard the objects of the CRDs, so where these stay at the end, so do the policies. */}}
{{- define "approvalgate.policyMetadata" -}}
name: approvalgate-{{ .name }}
labels: {{- include "approvalgate.labels" .root | nindent 2 }}
{{- if .root.Values.crds.keep }}
annotations: {{- include "approvalgate.kept" . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A policy and its binding: (dict "root" . "name" "x" "spec" "...") */}}
{{- define "approvalgate.policy" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{- include "approvalgate.policyMetadata" . | nindent 2 }}
spec:
  failurePolicy: Fail
{{ .spec | trim | indent 2 }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{- include "approvalgate.policyMetadata" . | nindent 2 }}
spec:
  policyName: approvalgate-{{ .name }}
  validationActions: [Deny]
{{- end }}
