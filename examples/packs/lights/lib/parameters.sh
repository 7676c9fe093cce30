# Sourced by the actions: the value of one parameter out of dotenv lines.
parameter() {
  local name=$1 lines=$2 value
  value=$(grep -m 1 "^$name=" <<<"$lines" || true)
  value=${value#*=}
  value=${value#[\'\"]}
  printf '%s' "${value%[\'\"]}"
}
