{{/*
config.yaml of a service: dict root, name, service. It drains for 2 s after preStop: clients that kept their connections
are asked to close them before they are closed. Ids of modules are names of services without hyphens.
*/}}
{{- define "roamgrid.config" -}}
{{- $root := .root -}}
{{- $service := .service -}}
{{- $platform := include "roamgrid.platform" $root | fromJson -}}
{{- $config := dict
  "log" (dict "level" $platform.logLevel)
  "health" (dict "host" "0.0.0.0" "port" 8081)
  "grpc" (dict "host" "0.0.0.0" "port" $service.grpcPort)
  "stop" (dict "drain" 2000) -}}
{{- if $root.Values.grpc.tls.existingSecret -}}
{{- $_ := set $config.grpc "tls" (dict "caFile" "/etc/roamgrid/tls/grpc/ca.crt" "certFile" "/etc/roamgrid/tls/grpc/tls.crt" "keyFile" "/etc/roamgrid/tls/grpc/tls.key") -}}
{{- end -}}
{{- with $service.http -}}{{- $_ := set $config "http" (dict "host" "0.0.0.0" "port" .port) -}}{{- end -}}
{{- range $key, $callee := $service.calls -}}
{{- if or (kindIs "slice" $callee) (has (toString $callee) (list "modules" "conversations")) -}}
{{- $addresses := dict -}}
{{- range $module := include "roamgrid.callees" (dict "root" $root "name" $.name "calls" (dict $key $callee)) | fromJsonArray -}}
{{- $_ := set $addresses ($module | replace "-" "") (printf "%s:50051" (include "roamgrid.host" (dict "root" $root "component" $module))) -}}
{{- end -}}
{{- $_ := set $config $key $addresses -}}
{{- else -}}
{{- $_ := set $config $key (printf "%s:50051" (include "roamgrid.host" (dict "root" $root "component" $callee))) -}}
{{- end -}}
{{- end -}}
{{- range $key, $setting := $service.settings -}}{{- $_ := set $config $key (index $platform $setting) -}}{{- end -}}
{{- if and (has "apiKeys" (values ($service.secrets | default dict))) (eq (include "roamgrid.apiKeysFromValues" $root) "true") -}}
{{- $_ := set $config "apiKeys" $platform.apiKeys -}}
{{- end -}}
{{- if $service.outbound -}}{{- $_ := set $config "egress" $platform.egress -}}{{- end -}}
{{- if $service.mongodb -}}{{- with include "roamgrid.mongodbConfig" $root | fromYaml -}}{{- $_ := set $config "mongodb" . -}}{{- end -}}{{- end -}}
{{- if $service.kafka -}}{{- $_ := set $config "kafka" (include "roamgrid.kafkaConfig" $root | fromYaml) -}}{{- end -}}
{{- mustMergeOverwrite $config (deepCopy $service.config) | toYaml -}}
{{- end -}}

{{/* The API keys of the values replace those of a Secret that is not ours. */}}
{{- define "roamgrid.apiKeysFromValues" -}}
{{- and .Values.secrets.existingSecret .Values.platform.apiKeys | empty | not -}}
{{- end -}}

{{- define "roamgrid.mongodbConfig" -}}
{{- with .Values.mongodb.tls }}
{{- if or .ca.existingSecret .client.existingSecret }}
tls:
  {{- if .ca.existingSecret }}
  caFile: /etc/roamgrid/tls/mongodb-ca/ca.crt
  {{- end }}
  {{- if .client.existingSecret }}
  certKeyFile: /etc/roamgrid/tls/mongodb-client/client.pem
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "roamgrid.kafkaConfig" -}}
{{- $kafka := .Values.kafka -}}
brokers: {{ include "roamgrid.brokers" . }}
topicPrefix: {{ $kafka.topicPrefix | quote }}
{{- if $kafka.tls.enabled }}
tls:
  enabled: true
  {{- if $kafka.tls.ca.existingSecret }}
  caFile: /etc/roamgrid/tls/kafka-ca/ca.crt
  {{- end }}
  {{- if $kafka.tls.client.existingSecret }}
  certFile: /etc/roamgrid/tls/kafka-client/tls.crt
  keyFile: /etc/roamgrid/tls/kafka-client/tls.key
  {{- end }}
{{- end }}
{{- if $kafka.sasl.mechanism }}
sasl:
  mechanism: {{ $kafka.sasl.mechanism }}
  username: {{ $kafka.sasl.username | quote }}
{{- end }}
{{- end -}}
