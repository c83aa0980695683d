{{/* What one process of the operator is told: (dict "root" . "roles" (list "webhook")). A YAML list. */}}
{{- define "approvalgate.args" -}}
{{- $values := .root.Values -}}
- --roles={{ join "," .roles }}
- --namespace={{ .root.Release.Namespace }}
- --service-account={{ $values.serviceAccount.name }}
- --log-level={{ $values.logLevel }}
{{- if has "controller" .roles }}
- --leader-elect
- --workers={{ $values.workers }}
{{- end }}
{{- if has "webhook" .roles }}
- --webhook-port={{ $values.webhook.port }}
{{- include "approvalgate.certificateArgs" .root }}
{{- end }}
{{- if include "approvalgate.usesSlack" . }}
{{- include "approvalgate.slackArgs" .root }}
{{- else }}
- --slack-transport=off
{{- end }}
{{- end }}

{{- define "approvalgate.certificateArgs" }}
{{- if eq .Values.certificates.provider "operator" }}
- --webhook-cert-secret={{ include "approvalgate.certificateSecret" . }}
- --webhook-service=approvalgate
{{- else }}
- --webhook-cert-dir=/etc/approvalgate/webhook
{{- end }}
{{- end }}

{{- define "approvalgate.slackArgs" }}
- --slack-transport={{ include "approvalgate.slackTransport" . }}
{{- if .Values.slack.secret }}
- --slack-secret-dir=/etc/approvalgate/slack
{{- with .Values.slack }}
{{- with .channel }}
- --slack-channel={{ . }}
{{- end }}
{{- with .apiUrl }}
- --slack-api-url={{ . }}
{{- end }}
{{- if .sharedChannels }}
- --slack-shared-channels
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Upper and lower case, as programs differ in which they read; the API server is never reached through a proxy. */}}
{{- define "approvalgate.environment" -}}
{{- $variables := dict -}}
{{- with .Values.proxy.https }}{{ $_ := set $variables "HTTPS_PROXY" . }}{{ end -}}
{{- with .Values.proxy.http }}{{ $_ := set $variables "HTTP_PROXY" . }}{{ end -}}
{{- if $variables }}
{{- $never := list "$(KUBERNETES_SERVICE_HOST)" "localhost" "127.0.0.1" -}}
{{- with .Values.proxy.none }}{{ $never = append $never . }}{{ end -}}
{{- $_ := set $variables "NO_PROXY" (join "," $never) -}}
{{- end }}
{{- if .Values.extraCA.configMap }}
{{- $_ := set $variables "NODE_EXTRA_CA_CERTS" (printf "/etc/approvalgate/ca/%s" .Values.extraCA.key) -}}
{{- end }}
{{- with $variables -}}
env:
{{- range $name, $value := . }}
  - name: {{ $name }}
    value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* What is mounted into a process of these roles, each by its name: where it is found, and what it is. YAML. */}}
{{- define "approvalgate.folders" -}}
{{- $values := .root.Values -}}
{{- if and $values.slack.secret (include "approvalgate.usesSlack" .) }}
slack:
  # A Pod starts without it, and says in /readyz what is missing; what comes later is read then.
  secret: { secretName: {{ $values.slack.secret | quote }}, optional: true }
{{- end }}
{{- with $values.extraCA }}{{ if .configMap }}
ca:
  configMap: { name: {{ .configMap | quote }}, items: [{ key: {{ .key | quote }}, path: {{ .key | quote }} }] }
{{- end }}{{ end }}
{{- if and (has "webhook" .roles) (eq $values.certificates.provider "certManager") }}
webhook:
  secret: { secretName: {{ include "approvalgate.certificateSecret" .root }} }
{{- end }}
{{- end }}

{{- define "approvalgate.volumeMounts" -}}
{{- with include "approvalgate.folders" . | fromYaml -}}
volumeMounts:
{{- range $name, $_ := . }}
  - { name: {{ $name }}, mountPath: /etc/approvalgate/{{ $name }}, readOnly: true }
{{- end }}
{{- end }}
{{- end }}

{{- define "approvalgate.volumes" -}}
{{- with include "approvalgate.folders" . | fromYaml -}}
volumes:
{{- range $name, $source := . }}
  - name: {{ $name }}
    {{- toYaml $source | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}

{{/* Who decides posts, and who serves Slack answers; a webhook alone does neither. */}}
{{- define "approvalgate.usesSlack" -}}
{{- if or (has "controller" .roles) (has "slack" .roles) }}yes{{ end }}
{{- end }}
