# shellcheck shell=bash
# To be sourced by the checks, which run_checks.py runs.

# What has not been written yet. A check that finds nothing to do fails, except for these: it ends
# with a status of its own, which run_checks.py knows.
nothing_to_do=77
not_yet=()

# enter_stage NAME [--tracked]: work in a fresh copy of the checkout
enter_stage() {
  local collection
  collection=$(python "$BATCHWORK_CHECKOUT/scripts/stage.py" "$@")
  cd "$collection" || exit
  export ANSIBLE_COLLECTIONS_PATH=${collection%/ansible_collections/*}
}

# needs PATH: what the check is about must be there
needs() {
  local path
  if [[ -e $1 ]]; then
    return
  fi
  for path in "${not_yet[@]}"; do
    if [[ $path == "$1" ]]; then
      echo "nothing to do yet: there is no $1"
      exit "$nothing_to_do"
    fi
  done
  echo "There is no $1: the check has nothing to do." >&2
  exit 1
}

# with_emulator [OPTION...] -- FUNCTION: run a function of the check beside an emulator
with_emulator() {
  local function=${*: -1}
  export -f "${function?}"
  "$BATCHWORK_CHECKOUT/scripts/with_emulator" "${@:1:$#-1}" bash -euo pipefail -c "$function"
}
