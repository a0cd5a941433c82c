# shellcheck shell=bash disable=SC2034
# To be sourced: where the checkout, the work folder and the environment of the chosen Python are.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=${BATCHWORK_WORK:-$checkout/.work}
mkdir -p "$work"
work=$(cd "$work" && pwd -P)

picked=$("$checkout/scripts/pick_python")
read -r python_version python_full_version interpreter <<<"$picked"

# Several Pythons share a work folder: each has an environment of its own.
environment=$work/py$python_version
