{{- define "roamgrid.service.deployment" -}}
{{- $service := .service }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
spec:
  {{- if not $service.autoscaling.enabled }}
  replicas: {{ $service.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  selector:
    matchLabels: {{ include "roamgrid.selector" . | nindent 6 }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels: {{ include "roamgrid.labels" . | nindent 8 }}
        {{- with $service.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      annotations:
        checksum/config: {{ include "roamgrid.config" . | sha256sum }}
        {{- with include "roamgrid.secretChecksum" . }}
        checksum/secrets: {{ . }}
        {{- end }}
        {{- with $service.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      serviceAccountName: {{ .fullname }}
      {{- include "roamgrid.podSpec" . | nindent 6 }}
      {{- include "roamgrid.placement" . | nindent 6 }}
      terminationGracePeriodSeconds: {{ $service.termination.gracePeriodSeconds }}
      containers:
        - name: {{ .name }}
          image: {{ include "roamgrid.image" .root }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args: [services/{{ .name }}/dist/main.js]
          {{- include "roamgrid.containerSecurity" . | nindent 10 }}
          env: {{ include "roamgrid.env" . | nindent 12 }}
          ports:
            {{- with $service.http }}
            - { name: http, containerPort: {{ .port }} }
            {{- else }}
            - { name: grpc, containerPort: 50051 }
            {{- end }}
            - { name: health, containerPort: 8081 }
          startupProbe: {{ merge (dict "httpGet" (dict "path" "/healthz" "port" "health")) $service.probes.startup | toJson }}
          livenessProbe: {{ merge (dict "httpGet" (dict "path" "/healthz" "port" "health")) $service.probes.liveness | toJson }}
          readinessProbe: {{ merge (dict "httpGet" (dict "path" "/readyz" "port" "health")) $service.probes.readiness | toJson }}
          {{- with $service.termination.preStopSeconds }}
          lifecycle:
            preStop: { sleep: { seconds: {{ . }} } }
          {{- end }}
          resources: {{ toJson $service.resources }}
          volumeMounts: {{ include "roamgrid.volumeMounts" . | nindent 12 }}
      volumes: {{ include "roamgrid.volumes" (set . "configMap" .fullname) | nindent 8 }}
{{- end -}}

{{/* Where the pods go. */}}
{{- define "roamgrid.placement" -}}
{{- $service := .service -}}
{{- with $service.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{ merge (dict "labelSelector" (dict "matchLabels" (include "roamgrid.selector" $ | fromYaml)) "matchLabelKeys" (list "pod-template-hash")) . | toJson }}
  {{- end }}
{{- end }}
{{- with $service.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with $service.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with $service.affinity }}
affinity: {{ toJson . }}
{{- end }}
{{- with $service.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Of the secrets that a service takes from Secrets of this chart; nothing where it takes none of them. */}}
{{- define "roamgrid.secretChecksum" -}}
{{- $parts := dict -}}
{{- if and .service.mongodb (not .root.Values.mongodb.existingSecret) -}}{{- $_ := set $parts "uri" (include "roamgrid.mongodbUri" .root) -}}{{- end -}}
{{- if not .root.Values.secrets.existingSecret -}}
{{- $generated := include "roamgrid.generatedKeys" .root | fromJson -}}
{{- range $secret := values (.service.secrets | default dict) -}}{{- $_ := set $parts $secret (get $generated (index $.root.Values.secrets.keys $secret)) -}}{{- end -}}
{{- end -}}
{{- if $parts -}}{{- toJson $parts | sha256sum -}}{{- end -}}
{{- end -}}
