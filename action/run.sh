#!/usr/bin/env bash
# What the GitHub Action does: install, check, and review the change where there is one. All input comes by environment.
set -euo pipefail

work="${RUNNER_TEMP:-$(mktemp -d)}/metriclint"
mkdir -p "$work"

if [ -n "${METRICLINT:-}" ]; then
  metriclint=("$METRICLINT")
else
  "${INPUT_PYTHON:-python3}" -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$ACTION_PATH"
  metriclint=("$work/venv/bin/metriclint")
fi

paths=()
if [ -n "${INPUT_PATHS:-}" ]; then
  read -r -a paths <<<"$INPUT_PATHS"
fi
fail_on="${INPUT_FAIL_ON:-error}"

say() { echo "$1" >>"${GITHUB_OUTPUT:-/dev/null}"; }

report="$work/report.md"
rm -f "$report"
say "report-file=$report"

sarif=0
if [ -n "${INPUT_SARIF_FILE:-}" ]; then
  # Where the declarations cannot be read the review below still has to say so.
  "${metriclint[@]}" check --fail-on never --format "sarif=$INPUT_SARIF_FILE" -- "${paths[@]}" || sarif=$?
  say "sarif-file=$INPUT_SARIF_FILE"
fi

code=0
if [ -n "${BASE_SHA:-}" ]; then
  # A pull request: only what it changes counts.
  if ! git cat-file -e "$BASE_SHA^{commit}" 2>/dev/null; then
    git fetch --quiet --depth=1 origin "$BASE_SHA" || true
  fi
  "${metriclint[@]}" review --base "$BASE_SHA" --fail-on "$fail_on" --format comment --output "$report" -- "${paths[@]}" || code=$?
  # Also where the declarations cannot be read: then the comment says so, in place of what it said before.
  if [ -s "$report" ]; then
    if [ "${INPUT_COMMENT:-auto}" = never ] || ! "${INPUT_PYTHON:-python3}" "$ACTION_PATH/action/comment.py" "$report"; then
      cat "$report" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
      if [ "${INPUT_COMMENT:-auto}" = always ]; then
        code=2
      fi
    fi
  fi
else
  "${metriclint[@]}" check --fail-on "$fail_on" --format github --format "markdown=$report" -- "${paths[@]}" || code=$?
  if [ -s "$report" ]; then
    cat "$report" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
  fi
fi
if [ "$sarif" = 2 ]; then
  code=2
fi
exit "$code"
