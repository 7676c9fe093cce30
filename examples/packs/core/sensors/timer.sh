#!/bin/bash
# Prints an event of core.timer every EVERY_SECONDS, COUNT times, or for ever without COUNT.
set -euo pipefail

left="${COUNT:--1}"
while [ "$left" -ne 0 ]; do
  printf '{"trigger": "core.timer", "payload": {"fired_at": "%s"}}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  left=$((left - 1))
  sleep "${EVERY_SECONDS:-60}"
done
