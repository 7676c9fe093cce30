#!/bin/bash
# Runs before the pack is installed: `attune-sync pack test ./examples/packs/lights` runs it by hand.
set -u
passed=0 failed=0

check() {
  local name=$1 given=$2 wanted=$3 action=$4
  if [[ $(bash "actions/$action.sh" <<<"$given" 2>&1) == *"$wanted"* ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

check 'lamps go on' 'room=hall' 'The lamps of hall are on at 80 %.' turn_on
check 'as bright as asked' $'room=hall\nbrightness=20' 'at 20 %.' turn_on
check 'a room is needed' '' 'a room is needed' turn_on
check 'lamps go off' "room='attic'" 'The lamps of attic are off.' turn_off

echo "Total Tests: $((passed + failed))"
echo "Passed: $passed"
echo "Failed: $failed"
exit "$((failed > 0))"
