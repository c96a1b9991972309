{{/*
The keys of the platform that the chart generates, as JSON: those of the Secret in the cluster, if there is one, else new
ones. Made once a rendering (kept in .Values), so that all templates see the same.
*/}}
{{- define "roamgrid.generatedKeys" -}}
{{- if not (hasKey .Values "generatedKeys") -}}
{{- $found := dict -}}
{{- with lookup "v1" "Secret" .Release.Namespace (printf "%s-keys" (include "roamgrid.fullname" .)) -}}
{{- range $key, $value := .data -}}{{- $_ := set $found $key ($value | b64dec) -}}{{- end -}}
{{- end -}}
{{- $keys := .Values.secrets.keys -}}
{{- $adminKey := get $found $keys.adminKey | default (randAlphaNum 40) -}}
{{- $operator := dict "name" "operator" "sha256" (sha256sum $adminKey) "admin" true -}}
{{- $sealing := dict "keyId" "k1" "keys" (dict "k1" (randBytes 32)) | toJson -}}
{{- $all := dict
  $keys.adminKey $adminKey
  $keys.apiKeys (prepend .Values.platform.apiKeys $operator | toJson)
  $keys.tokenHashKey (get $found $keys.tokenHashKey | default (randAlphaNum 48))
  $keys.cursorKey (get $found $keys.cursorKey | default (randAlphaNum 48))
  $keys.sealing (get $found $keys.sealing | default $sealing) -}}
{{- $_ := set .Values "generatedKeys" $all -}}
{{- end -}}
{{- toJson .Values.generatedKeys -}}
{{- end -}}

{{/* Where a service finds a secret of the platform: dict root, hook. A hook that runs before the release has its own copy. */}}
{{- define "roamgrid.keysSecret" -}}
{{- if .root.Values.secrets.existingSecret -}}{{ .root.Values.secrets.existingSecret }}
{{- else -}}{{ include "roamgrid.fullname" .root }}-{{ ternary "prepare" "keys" (.hook | default false) }}{{- end -}}
{{- end -}}

{{- define "roamgrid.mongodbUri" -}}
{{- if .Values.mongodb.uri -}}{{ .Values.mongodb.uri }}
{{- else if .Values.evaluation.enabled -}}mongodb://{{ include "roamgrid.mongodbAddress" . }}/roamgrid?replicaSet=rs0
{{- else -}}{{- fail "mongodb.existingSecret (or mongodb.uri): the address of a MongoDB replica set is expected" -}}
{{- end -}}
{{- end -}}

{{/* Environment of a service: dict root, service, hook. */}}
{{- define "roamgrid.env" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
- { name: ROAMGRID_CONFIG, value: {{ .configFile | default "/etc/roamgrid/config/config.yaml" }} }
{{- with .service.nodeOptions }}
- { name: NODE_OPTIONS, value: {{ . | quote }} }
{{- end }}
{{- $keys := include "roamgrid.keysSecret" . }}
{{- range $path, $secret := .service.secrets }}
{{- if not (and (eq $secret "apiKeys") (eq (include "roamgrid.apiKeysFromValues" $root) "true")) }}
- name: ROAMGRID__{{ upper $path }}
  valueFrom: { secretKeyRef: { name: {{ $keys }}, key: {{ index $values.secrets.keys $secret }} } }
{{- end }}
{{- end }}
{{- if .service.mongodb }}
- name: ROAMGRID__MONGODB__URI
  {{- if $values.mongodb.existingSecret }}
  valueFrom: { secretKeyRef: { name: {{ $values.mongodb.existingSecret }}, key: {{ $values.mongodb.uriKey }} } }
  {{- else }}
  valueFrom: { secretKeyRef: { name: {{ include "roamgrid.fullname" $root }}-{{ ternary "prepare" "mongodb-uri" (.hook | default false) }}, key: uri } }
  {{- end }}
{{- end }}
{{- if and .service.kafka $values.kafka.sasl.mechanism }}
- name: ROAMGRID__KAFKA__SASL__PASSWORD
  valueFrom: { secretKeyRef: { name: {{ required "kafka.sasl.existingSecret: a Secret with the password is expected" $values.kafka.sasl.existingSecret }}, key: {{ $values.kafka.sasl.passwordKey }} } }
{{- end }}
{{- range $name, $value := .service.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end -}}
