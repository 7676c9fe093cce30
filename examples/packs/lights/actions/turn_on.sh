#!/bin/bash
set -euo pipefail
source "$(dirname "$0")/../lib/parameters.sh"

given=$(cat)
room=$(parameter room "$given")
brightness=$(parameter brightness "$given")
printf 'The lamps of %s are on at %s %%.\n' "${room:?a room is needed}" "${brightness:-80}"
