{{/*
All services as JSON, name to entry: the defaults under the entry, and what `module` and `conversation` imply. Every other template
reads services here.
*/}}
{{- define "roamgrid.services" -}}
{{- $all := dict -}}
{{- range $name, $entry := .Values.services -}}
{{- $service := mustMergeOverwrite (deepCopy $.Values.defaults) (deepCopy $entry) -}}
{{- if or $service.module $service.conversation -}}{{- $_ := mustMerge $service (dict "mongodb" true "kafka" true) -}}{{- end -}}
{{- $_ := set $service "grpcPort" (ternary 0 50051 (hasKey $service "http")) -}}
{{- $_ := set $service "callees" (include "roamgrid.callees" (dict "root" $ "name" $name "calls" $service.calls) | fromJsonArray) -}}
{{- $_ := set $all $name $service -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}

{{/* Names of the services that an entry calls, as a JSON list: dict root, name, calls. */}}
{{- define "roamgrid.callees" -}}
{{- $callees := list -}}
{{- range $key, $called := .calls -}}
{{- range $callee := ternary $called (list $called) (kindIs "slice" $called) -}}
{{- if eq $callee "modules" -}}
{{- range $name, $entry := $.root.Values.services -}}{{- if $entry.module -}}{{- $callees = append $callees $name -}}{{- end -}}{{- end -}}
{{- else if eq $callee "conversations" -}}
{{- range $name, $entry := $.root.Values.services -}}{{- if $entry.conversation -}}{{- $callees = append $callees $name -}}{{- end -}}{{- end -}}
{{- else if hasKey $.root.Values.services $callee -}}
{{- $callees = append $callees $callee -}}
{{- else -}}
{{- fail (printf "services.%s.calls.%s: there is no service %q; expected one of %s, modules, or conversations" $.name $key $callee (keys $.root.Values.services | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $callees -}}
{{- end -}}

{{/* The `platform` values with their defaults filled in, as JSON. */}}
{{- define "roamgrid.platform" -}}
{{- $platform := deepCopy .Values.platform -}}
{{- if not $platform.parties -}}{{- fail "platform.parties: one party at the least is expected, such as {country_code: NL, party_id: EXA, roles: [CPO], business_details: {name: Example}}" -}}{{- end -}}
{{- if not $platform.publicUrl -}}
{{- if not .Values.evaluation.enabled -}}{{- fail "platform.publicUrl: the base URL of the gateway as peers see it is expected, such as https://ocpi.example.com" -}}{{- end -}}
{{- $_ := set $platform "publicUrl" (printf "http://%s:%v" (include "roamgrid.host" (dict "root" . "component" "gateway")) .Values.services.gateway.http.port) -}}
{{- end -}}
{{- if not $platform.roamingApiUrl -}}
{{- $_ := set $platform "roamingApiUrl" (printf "http://%s:%v" (include "roamgrid.host" (dict "root" . "component" "roaming-api")) (index .Values.services "roaming-api").http.port) -}}
{{- end -}}
{{- toJson $platform -}}
{{- end -}}

{{- define "roamgrid.brokers" -}}
{{- if .Values.kafka.brokers -}}{{- toJson .Values.kafka.brokers -}}
{{- else if .Values.evaluation.enabled -}}{{- list (include "roamgrid.kafkaAddress" .) | toJson -}}
{{- else -}}{{- fail "kafka.brokers: [host:port, …] is expected" -}}
{{- end -}}
{{- end -}}
