#!/bin/sh
# Verifies the live monitoring: `sightline verify`, under the name the guide gives it.
set -eu
exec "$(dirname "$0")/../sightline" verify "$@"
