#!/bin/bash
set -euo pipefail

seconds=1
while IFS= read -r line; do
  case $line in
    seconds=*) seconds=$(tr -dc '0-9' <<<"$line") ;;
  esac
done

sleep "$seconds"
printf 'waited %s s\n' "$seconds"
