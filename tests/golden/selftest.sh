#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tests the golden runner itself, with a program of its own in demarc's place.
#   selftest.sh CMAKE FOLDER_OF_RUN_CMAKE
set -eu
cmake=$1
here=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/case" "$work/work"

cat >"$work/demarc" <<'TEXT'
#!/bin/sh
case "$1" in
version) echo "demarc 9.8.7" ;;
where) pwd; echo "$2" ;;
read) cat; exit 3 ;;
write) mkdir -p "$2/sub"; echo "from $PWD" >"$2/sub/b"; printf 'cut' >"$2/a"; echo wrong >&2; exit 1 ;;
esac
TEXT
chmod +x "$work/demarc"
echo "from; a [list" >"$work/root/case/input"
cat >"$work/root/case/cmd" <<'TEXT'
# a comment, and a blank line

version
where "$ROOT/x y"
read < input
write $OUT
files $OUT
cat $OUT/a $OUT/sub/b
TEXT
cat >"$work/expect" <<'TEXT'
$ demarc version
exit 0
--- stdout
demarc $VERSION
--- stderr
$ demarc where "$ROOT/x y"
exit 0
--- stdout
$DIR
$ROOT/x y
--- stderr
$ demarc read < input
exit 3
--- stdout
from; a [list
--- stderr
$ demarc write $OUT
exit 1
--- stdout
--- stderr
wrong
$ files $OUT
a
sub/b
$ cat $OUT/a $OUT/sub/b
cut
\ no end of line
from $DIR
TEXT

run() {
  "$cmake" -DDEMARC="$work/demarc" -DCASE="$work/root/case" -DROOT="$work/root" \
    -DWORK="$work/work" -DVERSION=9.8.7 -P "$here/run.cmake" >"$work/log" 2>&1
}

fail() {
  echo "$1" >&2
  cat "$work/log" >&2
  exit 1
}

unset DM_BLESS
! run || fail "a case without 'expect' passes"
DM_BLESS=1 run || fail "blessing fails"
diff -u "$work/expect" "$work/root/case/expect" || fail "what was blessed is not what was shown"
run || fail "a case just blessed fails"
for edit in 's/exit 3/exit 2/' 's/^wrong/right/' 's/^a$/b/' 's/^cut/put/' 's/VERSION/VERSIONS/'; do
  sed "$edit" "$work/expect" >"$work/root/case/expect"
  ! run || fail "a difference is not seen: $edit"
done
echo "the golden runner sees what it should"
