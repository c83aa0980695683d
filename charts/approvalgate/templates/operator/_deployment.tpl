{{/*
One Deployment of the operator.
(dict "root" . "name" "x" "component" "x" "roles" (list "controller" "webhook" "slack") "replicas" 2)
*/}}
{{- define "approvalgate.deployment" -}}
{{- $values := .root.Values -}}
apiVersion: apps/v1
kind: Deployment
metadata: {{- include "approvalgate.metadata" (dict "root" .root "name" .name) | nindent 2 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  replicas: {{ .replicas }}
  revisionHistoryLimit: 3
  # A new Pod is ready before an old one goes, so that admission is always served.
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "approvalgate.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  template:
    metadata:
      labels:
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- include "approvalgate.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
        {{- range .roles }}
        role.approvalgate.dev/{{ . }}: 'true'
        {{- end }}
      {{- with $values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec: {{- include "approvalgate.pod" . | nindent 6 }}
{{- end }}

{{- define "approvalgate.pod" -}}
{{- $values := .root.Values -}}
serviceAccountName: {{ $values.serviceAccount.name | quote }}
automountServiceAccountToken: true
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $values.shutdown.gracePeriodSeconds }}
securityContext: {{- include "approvalgate.podSecurity" . | nindent 2 }}
{{- with $values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- with $values.topologySpreadConstraints }}
{{- toYaml . | nindent 2 }}
{{- else }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "approvalgate.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
{{- end }}
{{- end }}
containers:
  - name: operator
    image: {{ include "approvalgate.image" .root | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{- include "approvalgate.args" . | fromYamlArray | toYaml | nindent 6 }}
    {{- with include "approvalgate.environment" .root }}
    {{- . | nindent 4 }}
    {{- end }}
    ports: {{- include "approvalgate.ports" . | nindent 6 }}
    securityContext: {{- include "approvalgate.containerSecurity" . | nindent 6 }}
    resources: {{- toYaml $values.resources | nindent 6 }}
    {{- include "approvalgate.probes" . | nindent 4 }}
    # Nothing new is sent to a Pod once every node and the API server have heard that it stops; until then it serves.
    lifecycle:
      preStop:
        sleep: { seconds: {{ $values.shutdown.preStopSeconds }} }
    {{- with include "approvalgate.volumeMounts" . }}
    {{- . | nindent 4 }}
    {{- end }}
{{- with include "approvalgate.volumes" . }}
{{ . }}
{{- end }}
{{- end }}

{{- define "approvalgate.podSecurity" -}}
runAsNonRoot: true
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "approvalgate.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* The ports that these roles listen on: name and flag are the operator's own. */}}
{{- define "approvalgate.ports" -}}
- { name: health, containerPort: 8080 }
{{- if has "webhook" .roles }}
- { name: webhook, containerPort: {{ .root.Values.webhook.port }} }
{{- end }}
{{- if and (has "slack" .roles) (eq (include "approvalgate.slackTransport" .root) "http") }}
- { name: slack, containerPort: 3000 }
{{- end }}
{{- end }}

{{- define "approvalgate.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 1
  timeoutSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
# Without what is out of sight: admission needs no sight, and replicas that are blind at once would refuse all creates.
readinessProbe:
  httpGet: { path: '/readyz?exclude=sight', port: health }
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}
