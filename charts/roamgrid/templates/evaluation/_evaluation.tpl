{{- define "roamgrid.mongodbAddress" -}}
{{ include "roamgrid.fullname" . }}-mongodb-0.{{ include "roamgrid.host" (dict "root" . "component" "mongodb") }}:27017
{{- end -}}

{{- define "roamgrid.kafkaAddress" -}}
{{ include "roamgrid.fullname" . }}-kafka-0.{{ include "roamgrid.host" (dict "root" . "component" "kafka") }}:9092
{{- end -}}

{{/* Headless Service, and NetworkPolicy for the services that use it: dict root, component, port. */}}
{{- define "roamgrid.evaluation.network" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "roamgrid.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
spec:
  clusterIP: None
  # It has to find itself before it is ready.
  publishNotReadyAddresses: true
  selector: {{ include "roamgrid.selector" . | nindent 4 }}
  ports:
    - { name: {{ .component }}, port: {{ .port }}, targetPort: {{ .component }} }
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "roamgrid.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- if .root.Values.networkPolicy.enabled }}
{{- $users := list .component }}
{{- if .root.Values.prepare.enabled }}{{ $users = append $users "prepare" }}{{ end }}
{{- range $name, $service := include "roamgrid.services" .root | fromJson }}{{ if index $service $.component }}{{ $users = append $users $name }}{{ end }}{{ end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "roamgrid.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{ include "roamgrid.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{ include "roamgrid.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: {{ include "roamgrid.peersOf" (dict "root" .root "components" $users) | nindent 8 }}
      ports: [{ port: {{ .port }} }]
  egress:
    {{- include "roamgrid.egress.dns" .root | nindent 4 }}
    - to: {{ include "roamgrid.peersOf" (dict "root" .root "components" (list .component)) | nindent 8 }}
      ports: [{ port: {{ .port }} }]
{{- end }}
{{- end -}}

{{/* The volume of the data: a claim template, or an emptyDir: dict persistence. */}}
{{- define "roamgrid.evaluation.claim" -}}
{{- if .enabled }}
volumeClaimTemplates:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: data }
    spec:
      accessModes: [ReadWriteOnce]
      resources: { requests: { storage: {{ .size }} } }
      {{- with .storageClass }}
      storageClassName: {{ . }}
      {{- end }}
# The data goes with the release.
persistentVolumeClaimRetentionPolicy: { whenDeleted: Delete, whenScaled: Retain }
{{- end }}
{{- end -}}
