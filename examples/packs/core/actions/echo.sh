#!/bin/bash
# Parameters arrive on standard input as dotenv: NAME='value', one a line.
set -euo pipefail

message='Hello'
while IFS= read -r line; do
  case $line in
    message=*)
      message=${line#message=}
      message=${message#[\'\"]}
      message=${message%[\'\"]}
      ;;
  esac
done

printf '%s\n' "$message"
