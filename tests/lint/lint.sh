#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One lint over the tree below ROOT: prints 'file:line: fault', and ends with 1 where there is one.
#   lint.sh layers|owners|banned|sizes|form|rules ROOT
set -eu
LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
name=$1
cd "$2"

# Each rule has a page and each page a rule; codes ascend within their family.
rules() {
  table=scenarios/rules.def
  {
    sed -n 's/^DM_RULE(\([A-Z][A-Z]*\)\([0-9][0-9]*\), *\([a-z0-9_]*\).*/rule \1 \2 \3/p' "$table"
    for page in data/rules/*.md; do
      case "$page" in
      */README.md | "data/rules/*.md") ;;
      *) echo "page $(basename "$page" .md)" ;;
      esac
    done
  } | awk -v table="$table" '
    function fault(text) { print table ": " text; n_faults++ }
    $1 == "rule" {
      code = $2 $3
      if (length($2) != 3 || length($3) != 3) { fault(code " is not three letters and three digits") }
      if ($2 in last && $3 + 0 <= last[$2]) { fault(code " does not come after " $2 " " last[$2]) }
      if ($4 in named) { fault(code " has the name of " named[$4]) }
      last[$2] = $3 + 0
      named[$4] = code
      rule[code] = 1
      n_rules++
    }
    $1 == "page" { page[$2] = 1 }
    END {
      if (n_rules == 0) { fault("no rule is read from it") }
      for (code in rule) { if (!(code in page)) { fault(code " has no data/rules/" code ".md") } }
      for (code in page) { if (!(code in rule)) { fault("data/rules/" code ".md explains no rule") } }
      exit n_faults > 0
    }'
}

if [ "$name" = rules ]; then
  rules
else
  places=
  for folder in model solver scenarios render cli tests; do
    [ ! -d "$folder" ] || places="$places $folder"
  done
  # Faults stand below tests/lint on purpose.
  find $places -path tests/lint -prune -o -name '*.[ch]' -print | sort |
    xargs awk -v table="$here/$name.txt" -f "$here/code.awk" -f "$here/$name.awk"
fi
