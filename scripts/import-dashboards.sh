#!/bin/sh
# Imports the dashboards into Grafana: `sightline apply`, under the name the guide gives it.
# What somebody changed by hand since the last time is never overwritten; see `--help`.
set -eu
exec "$(dirname "$0")/../sightline" apply --dashboards --yes "$@"
