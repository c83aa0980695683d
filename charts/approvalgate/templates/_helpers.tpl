{{- define "approvalgate.namespace" -}}
{{ .Values.operator.namespace | default .Release.Namespace }}
{{- end }}

{{- define "approvalgate.username" -}}
system:serviceaccount:{{ include "approvalgate.namespace" . }}:{{ .Values.operator.serviceAccount }}
{{- end }}

{{- define "approvalgate.labels" -}}
app.kubernetes.io/name: approvalgate
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* CEL lists of the accounts that clean up; where controllers share one credential both are the last. */}}
{{- define "approvalgate.collectors" -}}
['system:serviceaccount:kube-system:generic-garbage-collector', 'system:serviceaccount:kube-system:namespace-controller', 'system:kube-controller-manager']
{{- end }}

{{/* A policy and its binding: (dict "root" . "name" "x" "spec" "...") */}}
{{- define "approvalgate.policy" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: approvalgate-{{ .name }}
  labels: {{- include "approvalgate.labels" .root | nindent 4 }}
spec:
  failurePolicy: Fail
{{ .spec | trim | indent 2 }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: approvalgate-{{ .name }}
  labels: {{- include "approvalgate.labels" .root | nindent 4 }}
spec:
  policyName: approvalgate-{{ .name }}
  validationActions: [Deny]
{{- end }}
