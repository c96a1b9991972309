{{/* Who may reach a service: those that call it, and over HTTP those that its entry names. Whom it may reach: its callees. */}}
{{- define "roamgrid.service.network-policy" -}}
{{- if .root.Values.networkPolicy.enabled }}
{{- $callers := list }}
{{- range $name, $other := include "roamgrid.services" .root | fromJson }}{{ if has $.name $other.callees }}{{ $callers = append $callers $name }}{{ end }}{{ end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{ include "roamgrid.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- with $callers }}
    - from: {{ include "roamgrid.peersOf" (dict "root" $.root "components" .) | nindent 8 }}
      ports: [{ port: 50051 }]
    {{- end }}
    {{- with .service.http }}
    - ports: [{ port: {{ .port }} }]
      {{- with .from }}
      from: {{ toYaml . | nindent 8 }}
        {{- if $.root.Values.helmTest.enabled }}
        {{- include "roamgrid.peersOf" (dict "root" $.root "components" (list "test")) | nindent 8 }}
        {{- end }}
      {{- end }}
    {{- end }}
    {{- with .service.extraIngress }}{{ toYaml . | nindent 4 }}{{ end }}
  egress:
    {{- include "roamgrid.egress.dns" .root | nindent 4 }}
    {{- with .service.callees }}
    - to: {{ include "roamgrid.peersOf" (dict "root" $.root "components" .) | nindent 8 }}
      ports: [{ port: 50051 }]
    {{- end }}
    {{- include "roamgrid.egress.stores" . | nindent 4 }}
    {{- if .service.outbound }}
    {{- include "roamgrid.egress.rule" .root.Values.networkPolicy.peers | nindent 4 }}
    {{- end }}
    {{- with .service.extraEgress }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end }}
{{- end -}}

{{/* The pods of components of this release: dict root, components. */}}
{{- define "roamgrid.peersOf" -}}
{{- range .components }}
- podSelector: { matchLabels: {{ include "roamgrid.selector" (dict "root" $.root "component" .) | fromYaml | toJson }} }
{{- end }}
{{- end -}}

{{/* One rule of a `to` and a list of ports; an empty list stands for all. */}}
{{- define "roamgrid.egress.rule" -}}
- {{ if .to }}to: {{ toJson .to }}{{ else }}to: []{{ end }}
  {{- with .ports }}
  ports:
    {{- range . }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- end }}
{{- end -}}

{{- define "roamgrid.egress.dns" -}}
{{- with .Values.networkPolicy.dns -}}
- to: {{ toJson .to }}
  ports:
    {{- range .ports }}
    - { port: {{ . }}, protocol: UDP }
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end -}}
{{- end -}}

{{/* MongoDB and Kafka, as far as a service has them: dict root, service. */}}
{{- define "roamgrid.egress.stores" -}}
{{- $root := .root -}}
{{- range $store, $port := dict "mongodb" 27017 "kafka" 9092 }}
{{- if index $.service $store }}
{{- if $root.Values.evaluation.enabled }}
- to: {{ include "roamgrid.peersOf" (dict "root" $root "components" (list $store)) | nindent 4 }}
  ports: [{ port: {{ $port }} }]
{{- else }}
{{ include "roamgrid.egress.rule" (index $root.Values.networkPolicy $store) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
