"""The words of a notification, as Alertmanager templates.

Alertmanager's `CommonAnnotations` hold only what all the alerts of a group share: in
a group of alerts that differ they are empty. Every text here is made from the alerts
themselves, so that none can be. The alerts of a group share their name (the group
labels hold it), so the first one's links are the links of all.
"""

from pathlib import PurePosixPath

from sightline.model import artifacts

__all__ = ["compile_templates"]

_WORDS = """\
{{ define "sightline.alert" }}{{ (index .Alerts 0).Labels.alertname }}{{ end }}

{{ define "sightline.service" -}}
{{ with (index .Alerts 0).Labels.service }}{{ . }}{{ else }}unknown{{ end }}
{{- end }}

{{ define "sightline.priority" -}}
{{ with (index .Alerts 0).Labels.priority }}{{ . }}{{ else }}P2{{ end }}
{{- end }}

{{ define "sightline.severity" -}}
{{ with (index .Alerts 0).Labels.severity }}{{ . }}{{ else }}warning{{ end }}
{{- end }}

{{ define "sightline.runbook" }}{{ (index .Alerts 0).Annotations.runbook_url }}{{ end }}

{{ define "sightline.dashboard" -}}
{{ (index .Alerts 0).Annotations.dashboard_url }}
{{- end }}

{{ define "sightline.summary" -}}
{{ if .Annotations.summary }}{{ .Annotations.summary }}
{{- else }}{{ .Labels.alertname }} on {{ .Labels.service }}{{ end }}
{{- end }}

{{ define "sightline.title" -}}
[{{ template "sightline.priority" . }}
{{- if eq .Status "resolved" }} resolved{{ end }}]
{{- if .Alerts.Firing }} {{ template "sightline.summary" (index .Alerts.Firing 0) }}
{{- else }} {{ template "sightline.summary" (index .Alerts 0) }}{{ end }}
{{- if gt (len .Alerts.Firing) 1 }} (and {{ len (slice .Alerts.Firing 1) }} more)
{{- end }}
{{- end }}
"""

_LISTS = """
{{ define "sightline.line" -}}
- {{ template "sightline.summary" . }}
  {{ .Annotations.description }}
  since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 UTC" }}
{{- end }}

{{ define "sightline.firing" -}}
{{ range .Alerts.Firing }}{{ template "sightline.line" . }}
{{ else }}none{{ end }}
{{- end }}

{{ define "sightline.resolved" -}}
{{ range .Alerts.Resolved }}{{ template "sightline.line" . }}
{{ else }}none{{ end }}
{{- end }}
"""

_EMAIL = """
{{ define "sightline.email.text" -}}
{{ template "sightline.title" . }}
{{ if .Alerts.Firing }}
Firing:
{{ template "sightline.firing" . }}{{ end }}{{ if .Alerts.Resolved }}
Resolved:
{{ template "sightline.resolved" . }}{{ end }}
Runbook:   {{ template "sightline.runbook" . }}
Dashboard: {{ template "sightline.dashboard" . }}
Alert:     {{ template "sightline.alert" . }}
Priority:  {{ template "sightline.priority" . }}
Service:   {{ template "sightline.service" . }}
{{ end }}

{{ define "sightline.email.alert" -}}
<li style="margin-bottom:12px">
<strong>{{ template "sightline.summary" . }}</strong><br>
{{ .Annotations.description }}<br>
<small>since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 UTC" }}
{{- range .Labels.SortedPairs }} &middot; {{ .Name }}={{ .Value }}{{ end }}</small>
</li>
{{- end }}

{{ define "sightline.email.html" -}}
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>
{{- template "sightline.title" . }}</title></head>
<body style="font-family:sans-serif;color:#1f2328;max-width:640px">
<h2 style="font-size:18px">{{ template "sightline.title" . }}</h2>
{{ if .Alerts.Firing }}<h3 style="color:#b42318">Firing</h3>
<ul>{{ range .Alerts.Firing }}{{ template "sightline.email.alert" . }}{{ end }}</ul>
{{ end }}
{{- if .Alerts.Resolved }}<h3 style="color:#1a7f37">Resolved</h3>
<ul>{{ range .Alerts.Resolved }}{{ template "sightline.email.alert" . }}{{ end }}</ul>
{{ end }}
<p><a href="{{ template "sightline.runbook" . }}">Runbook</a> &middot;
<a href="{{ template "sightline.dashboard" . }}">Dashboard</a></p>
</body></html>
{{ end }}
"""


def compile_templates() -> artifacts.Artifact:
    """Gives `alertmanager/templates/sightline.tmpl`."""
    return artifacts.Artifact(
        path=PurePosixPath("alertmanager/templates/sightline.tmpl"),
        text=_WORDS + _LISTS + _EMAIL,
    )
