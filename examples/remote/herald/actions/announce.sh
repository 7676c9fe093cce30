#!/bin/bash
set -euo pipefail

text='' urgent=false
while IFS= read -r line; do
  value=${line#*=}
  value=${value#[\'\"]}
  value=${value%[\'\"]}
  case $line in
    text=*) text=$value ;;
    urgent=*) urgent=$value ;;
  esac
done

if [[ $urgent == true ]]; then text=${text^^}; fi
printf 'Hear ye: %s\n' "${text:?a text is needed}"
