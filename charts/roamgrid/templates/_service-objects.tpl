{{- define "roamgrid.service.config-map" -}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
data:
  config.yaml: | {{ include "roamgrid.config" . | nindent 4 }}
{{- end -}}

{{- define "roamgrid.service.service-account" -}}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
  {{- with .service.serviceAccountAnnotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{/* gRPC: headless, since clients balance over all addresses themselves. */}}
{{- define "roamgrid.service.service" -}}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
spec:
  {{- if not .service.http }}
  clusterIP: None
  {{- end }}
  selector: {{ include "roamgrid.selector" . | nindent 4 }}
  ports:
    {{- with .service.http }}
    - { name: http, port: {{ .port }}, targetPort: http, appProtocol: http }
    {{- else }}
    - { name: grpc, port: 50051, targetPort: grpc, appProtocol: grpc }
    {{- end }}
{{- end -}}

{{- define "roamgrid.service.scaling" -}}
{{- with .service.autoscaling }}{{ if .enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $.fullname }}
  namespace: {{ $.root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" $ | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $.fullname }} }
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: {{ .targetCPU }} } }
{{- end }}{{ end }}
{{- if not (empty (toString .service.maxUnavailable)) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .service.maxUnavailable }}
  # A pod that is not ready serves nobody: it may go.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{ include "roamgrid.selector" . | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "roamgrid.service.ingress" -}}
{{- with .service.http }}{{ with .ingress }}{{ if .enabled }}
{{- $platform := include "roamgrid.platform" $.root | fromJson }}
{{- $host := .host | default (splitList ":" (urlParse (index $platform $.service.settings.publicUrl)).host | first) }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $.fullname }}
  namespace: {{ $.root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" $ | nindent 4 }}
  {{- with .annotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    - host: {{ $host | quote }}
      http:
        paths:
          - path: {{ .path }}
            pathType: Prefix
            backend: { service: { name: {{ $.fullname }}, port: { name: http } } }
  {{- with .tlsSecret }}
  tls:
    - { hosts: [{{ $host | quote }}], secretName: {{ . }} }
  {{- end }}
{{- end }}{{ end }}{{ end }}
{{- end -}}
