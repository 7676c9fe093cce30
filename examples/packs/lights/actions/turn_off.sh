#!/bin/bash
set -euo pipefail
source "$(dirname "$0")/../lib/parameters.sh"

given=$(cat)
room=$(parameter room "$given")
printf 'The lamps of %s are off.\n' "${room:?a room is needed}"
