#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tests ./dev with programs of its own in place of those that install and build.
#   dev_selftest.sh PATH_OF_DEV
set -eu
dev=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/tree"
cp "$dev" "$work/tree/dev"

fake() {
  {
    echo '#!/bin/sh'
    cat
  } >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

# What is said to be missing stands in a file; what is called is written down.
fake dpkg-query <<'TEXT'
for last in "$@"; do :; done
grep -qx "$last" "$WORK/missing" || printf installed
TEXT
fake id <<'TEXT'
cat "$WORK/uid"
TEXT
for name in apt-get cmake ctest; do
  fake "$name" <<TEXT
echo "$name \$*" >>"\$WORK/calls"
exit "\$(cat "\$WORK/$name.exit" 2>/dev/null || echo 0)"
TEXT
done
WORK=$work
export WORK
PATH=$work/bin:/usr/bin:/bin
: >"$work/missing"
echo 0 >"$work/uid"

fail() {
  echo "dev: $1" >&2
  cat "$work/out" "$work/calls" >&2
  exit 1
}

# run EXIT ARGUMENT...: ./dev must end with that status.
run() {
  want=$1 got=0
  shift
  : >"$work/calls"
  "$work/tree/dev" "$@" >"$work/out" 2>&1 || got=$?
  [ "$got" -eq "$want" ] || fail "'$*' ends with $got, not $want"
}

called() { grep -q -- "$1" "$work/calls"; }
said() { grep -q -- "$1" "$work/out"; }

run 0
said './dev demo' && said './dev test' || fail "no help without arguments"
run 0 lint --help
said './dev demo' && ! called ctest || fail "help is not what is asked for"
run 2 lint --no-such-thing
run 2 no-such-thing
run 2 test --no-such-thing

run 0 build
! called apt-get || fail "apt-get is called though nothing is missing"
called 'cmake --preset release' || fail "release is not built"
run 0 test
called '^ctest --preset release' || fail "the tests are not run"
! called '-LE' || fail "all tests leaves some out"
run 0 test --quick
called '-LE' || fail "a quick test runs the slow ones"

echo libyaml-dev >"$work/missing"
run 0 build
said 'installing libyaml-dev$' || fail "what is installed is not named"
called 'install libyaml-dev$' || fail "what is missing is not installed"

echo 100 >"$work/apt-get.exit"
run 100 build
! called cmake || fail "builds though apt-get failed"
rm "$work/apt-get.exit"

echo 1000 >"$work/uid"
fake sudo <<'TEXT'
echo "sudo $*" >>"$WORK/calls"
"$@"
TEXT
run 0 build
called '^sudo .*apt-get .*install libyaml-dev$' || fail "sudo is not used"

: >"$work/missing"
echo 1 >"$work/cmake.exit"
run 2 build
said 'the build failed' || fail "a failed build is not said"
echo "dev does what it says"
