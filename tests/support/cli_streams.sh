#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the program does with its streams, which golden cases cannot say: colour by option and
# environment, a full or closed output, a reader that stops early, a design from standard input.
#   cli_streams.sh PROGRAM
set -u
demarc=$1
cd "$(dirname "$0")/../.." || exit 2
design=tests/golden/cases/cli_formats/cells.demarc.yaml
joined=tests/golden/cases/cli_formats/joined.demarc.yaml
faults=0

fault() {
  echo "cli_streams: $*" >&2
  faults=$((faults + 1))
}

# colored WANT ENVIRONMENT... -- ARGUMENT...: whether standard output, a pipe, holds escapes.
colored() {
  want=$1
  shift
  got=no
  if env -u NO_COLOR -u CLICOLOR_FORCE TERM=xterm "$@" | grep -q "$(printf '\033')"; then
    got=yes
  fi
  [ "$got" = "$want" ] || fault "colour: $got, not $want: $*"
}

colored no "$demarc" validate "$design"
colored yes "$demarc" validate --color always "$design"
colored yes CLICOLOR_FORCE=1 "$demarc" validate "$design"
colored no CLICOLOR_FORCE=0 "$demarc" validate "$design"
colored no CLICOLOR_FORCE=1 NO_COLOR=1 "$demarc" validate "$design"
colored yes CLICOLOR_FORCE=1 NO_COLOR= "$demarc" validate "$design"
colored yes NO_COLOR=1 "$demarc" validate --color always "$design"
colored no CLICOLOR_FORCE=1 "$demarc" validate --no-color "$design"
colored no CLICOLOR_FORCE=1 "$demarc" validate --color always --color never "$design"
colored yes TERM=dumb "$demarc" validate --no-color --color always "$design"

# exits WANT COMMAND: the exit status of a line of shell.
exits() {
  want=$1
  sh -c "$2" >/dev/null 2>&1
  got=$?
  [ "$got" -eq "$want" ] || fault "exit status $got, not $want: $2"
}

# A result that cannot be written is no result, whatever it says.
for arguments in "validate $design" "check $design" "check $joined" "dump model $design" \
  "graph $design" "graph --format svg $design" "schema design" "rules" "help" "version"; do
  exits 2 "$demarc $arguments >/dev/full"
  exits 2 "$demarc $arguments >&-"
done
exits 2 "printf 'web.prod.eu-west-1\torders.prod.eu-west-1\ttcp/8443\n' |
  $demarc probe $design >/dev/full"
exits 2 "$demarc probe $design <&-"

# A reader that has seen enough hears nothing of it, and neither does anyone else.
told=$({ "$demarc" dump model "$design" 2>&3 | head -n 1 >/dev/null; } 3>&1)
[ -z "$told" ] || fault "a reader that stops early makes it say: $told"

exits 0 "$demarc validate - <$design"
exits 2 "$demarc validate - <tests/bad/duplicate.yaml"
exits 2 "$demarc validate -"

[ "$faults" -eq 0 ]
