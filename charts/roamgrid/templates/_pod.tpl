{{/* Fields that every pod of the chart has: dict root. */}}
{{- define "roamgrid.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user | default 1000 }}
  runAsGroup: {{ .user | default 1000 }}
  fsGroup: {{ .user | default 1000 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- end -}}

{{- define "roamgrid.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{/* TLS files of a service as JSON, mount name to projection: dict root, service. */}}
{{- define "roamgrid.tlsSecrets" -}}
{{- $mounts := dict -}}
{{- $values := .root.Values -}}
{{- with $values.grpc.tls.existingSecret -}}{{- $_ := set $mounts "grpc" (dict "secretName" .) -}}{{- end -}}
{{- if .service.mongodb -}}
{{- with $values.mongodb.tls.ca -}}{{- if .existingSecret -}}{{- $_ := set $mounts "mongodb-ca" (dict "secretName" .existingSecret "items" (list (dict "key" .key "path" "ca.crt"))) -}}{{- end -}}{{- end -}}
{{- with $values.mongodb.tls.client -}}{{- if .existingSecret -}}{{- $_ := set $mounts "mongodb-client" (dict "secretName" .existingSecret "items" (list (dict "key" .key "path" "client.pem"))) -}}{{- end -}}{{- end -}}
{{- end -}}
{{- if and .service.kafka $values.kafka.tls.enabled -}}
{{- with $values.kafka.tls.ca -}}{{- if .existingSecret -}}{{- $_ := set $mounts "kafka-ca" (dict "secretName" .existingSecret "items" (list (dict "key" .key "path" "ca.crt"))) -}}{{- end -}}{{- end -}}
{{- with $values.kafka.tls.client.existingSecret -}}{{- $_ := set $mounts "kafka-client" (dict "secretName" .) -}}{{- end -}}
{{- end -}}
{{- toJson $mounts -}}
{{- end -}}

{{/* Mounts of a service: dict root, service. */}}
{{- define "roamgrid.volumeMounts" -}}
- { name: config, mountPath: /etc/roamgrid/config, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- range $name, $_ := include "roamgrid.tlsSecrets" . | fromJson }}
- { name: tls-{{ $name }}, mountPath: /etc/roamgrid/tls/{{ $name }}, readOnly: true }
{{- end }}
{{- end -}}

{{/* Volumes of a service: dict root, service, configMap. */}}
{{- define "roamgrid.volumes" -}}
- name: config
  configMap: { name: {{ .configMap }} }
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- range $name, $secret := include "roamgrid.tlsSecrets" . | fromJson }}
- name: tls-{{ $name }}
  secret: {{ set $secret "defaultMode" 288 | toJson }} # 0440
{{- end }}
{{- end -}}
