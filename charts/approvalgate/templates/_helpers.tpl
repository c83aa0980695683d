{{/* One cluster has one installation, so what it makes has fixed names. */}}
{{- define "approvalgate.username" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ .Values.serviceAccount.name }}
{{- end }}

{{- define "approvalgate.labels" -}}
app.kubernetes.io/name: approvalgate
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Annotations of what stays when the release goes: to Helm, with which Flux works, and to Argo CD. */}}
{{- define "approvalgate.kept" -}}
helm.sh/resource-policy: keep
argocd.argoproj.io/sync-options: Prune=false,Delete=false
{{- end }}

{{/* What a Service, a budget or a policy selects of the operator's Pods. */}}
{{- define "approvalgate.selector" -}}
app.kubernetes.io/name: approvalgate
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Metadata of an object in the release's namespace: (dict "root" . "name" "x") */}}
{{- define "approvalgate.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace | quote }}
labels: {{- include "approvalgate.labels" .root | nindent 2 }}
{{- end }}

{{- define "approvalgate.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "approvalgate.certificateSecret" -}}
approvalgate-webhook
{{- end }}

{{- define "approvalgate.slackTransport" -}}
{{ if .Values.slack.secret }}{{ .Values.slack.transport }}{{ else }}off{{ end }}
{{- end }}
