#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tests a lint: a tree in order passes, and each fault that is planted in it is seen, with its place
# and its words.
#   selftest.sh layers|owners|banned|sizes|form|rules
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 0 >"$work/n"
extra=.empty

fail() {
  echo "lint/$name: $1" >&2
  cat "$work/log" >&2
  exit 1
}

# A small tree in order.
fresh() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree"
  cd "$work/tree"
  mkdir -p model/base model/load model/front/aws model/front/design solver/fail scenarios render \
    render/draw cli data/rules
  cat >model/base/err.h <<'TEXT'
/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * err - strcpy(), malloc() and "double" // in a comment are no fault.
 */
#ifndef DM_MODEL_BASE_ERR_H
#define DM_MODEL_BASE_ERR_H

int dm_err(int (*free)(int));

#endif
TEXT
  cat >solver/fail/walk.c <<'TEXT'
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/fail/walk.h"

#include <string.h>

#include "model/base/err.h"

typedef enum dm_status walk_function(int step);

int dm_walk(struct ops *ops)
{
    const char *text = "strcpy(\"malloc(1)\"); // \\";
    char quote = '"'; /* a comment
 that ends the next line with printf("x"); */

    return ops->free(text[0] + quote) + my_free(1) + sprintf_of(2);
}
TEXT
  echo '/* SPDX-License-Identifier: MIT */' >render/draw/main.c
  printf 'DM_RULE(ABC001, one, ERROR, "0.1", "x")\nDM_RULE(ABC003, two, ERROR, "0.1", "x")\n' \
    >scenarios/rules.def
  printf 'DM_RULE(ABD001, three, ERROR, "0.1",\n        "x")\n' >>scenarios/rules.def
  touch data/rules/ABC001.md data/rules/ABC003.md data/rules/ABD001.md data/rules/README.md
}

# plant FILE WORDS: what standard input says is added to FILE, beside an empty file 'extra'; the
# lint must say WORDS, and nothing else.
plant() {
  fresh
  mkdir -p "$(dirname "$extra")"
  touch "$extra"
  touch "$1"
  cat >>"$1"
  if sh "$here/lint.sh" "$name" "$work/tree" >"$work/log"; then
    fail "not seen: $2"
  fi
  grep -qF -- "$2" "$work/log" || fail "not said: $2"
  [ "$(wc -l <"$work/log")" -eq 1 ] || fail "more is said than: $2"
  echo $(($(cat "$work/n") + 1)) >"$work/n"
}

lines() {
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "    x();" }'
}

fresh
sh "$here/lint.sh" "$name" "$work/tree" >"$work/log" || fail "a tree in order has faults"

case "$name" in
layers)
  echo '#include "solver/fail/walk.h"' | plant model/base/err.h "model/base/ may not include from solver/fail/"
  echo '#include "model/load/tree.h"' | plant model/base/a.c "may not include from model/load/"
  echo '# include "render/text.h"' | plant solver/fail/a.c "solver/fail/a.c:1: solver/fail/ may not include from render/"
  echo '#include "model/front/design/read.h"' | plant model/front/aws/a.c "may not include from model/front/design/"
  echo '#include "model/base/err.h"' | plant render/draw/a.c "render/draw/ may not include from model/base/"
  echo '#include "walk.h"' | plant solver/fail/a.c "does not say its folder"
  echo '#include "solver/fail/x_private.h"' | plant scenarios/a.c "is private to solver/fail/"
  extra=solver/new/b.c
  echo '#include "model/base/err.h"' | plant solver/new/a.c "solver/new/ has no row"
  ;;
owners)
  echo '#include <yaml.h>' | plant model/load/json.c "<yaml.h> is for model/load/yaml.c alone"
  echo '#include <yajl/yajl_parse.h>' | plant cli/a.c "is for model/load/json.c alone"
  echo '#include <jansson.h>' | plant model/load/json.c "<jansson.h> is for render/"
  echo '#include <graphviz/cgraph.h>' | plant render/a.c "is for render/draw/"
  echo '#include <cmocka.h>' | plant cli/a.c "<cmocka.h> is for tests/"
  echo '#include <sys/socket.h>' | plant cli/a.c "is for model/base/"
  echo '# include <curl.h>' | plant cli/a.c "<curl.h> has no row"
  ;;
banned)
  echo 'x = strcpy(a, b);' | plant cli/a.c "cli/a.c:1: strcpy() is not used here"
  echo 'time_t t = time (NULL);' | plant model/base/a.c "time() is not used here"
  echo '/* x */ y = malloc(1); /* z */' | plant solver/fail/a.c "malloc() is for model/base/"
  printf '%s\n' 's = "\\"; free(s);' | plant cli/a.c "free() is for"
  echo 'printf("x");' | plant scenarios/a.c "printf() is for render/ cli/"
  echo 'double x;' | plant model/base/a.c "double is for solver/backend/"
  echo 'struct a { float x; };' | plant render/a.c "float is not used here"
  ;;
sizes)
  { echo 'int f(void)'; echo '{'; lines 119; echo '}'; } |
    plant cli/a.c "cli/a.c:2: 121 lines; a function has at most 120"
  lines 1001 | plant cli/a.c "cli/a.c:1001: 1001 lines; a file has at most 1000"
  ;;
form)
  echo 'int x;' | plant cli/a.c "does not begin with its licence, GPL-3.0-or-later"
  echo '// a' | plant solver/fail/walk.c "a comment that is not /* */"
  echo 'typedef struct a a;' | plant solver/fail/walk.c "a typedef of a struct, union or enum"
  echo 'int x; /* FIX''ME */' | plant solver/fail/walk.c "a mark of unfinished work"
  echo '<<<<<<''< HEAD' | plant solver/fail/walk.c "a merge that was not finished"
  printf '\tx\n' | plant solver/fail/walk.c "a tab"
  awk 'BEGIN { for (i = 0; i < 101; i++) printf "x"; print "" }' |
    plant solver/fail/walk.c "101 columns"
  printf '/* SPDX-License-Identifier: GPL-3.0-or-later\n *\n * b - x\n */\n#ifndef DM_CLI_A_H\n' |
    plant cli/a.h 'the essay does not begin with "a - "'
  printf '/* SPDX-License-Identifier: GPL-3.0-or-later\n *\n * a - x\n */\n#ifndef DM_A_H\n' |
    plant cli/a.h "the guard is DM_A_H, not DM_CLI_A_H"
  ;;
rules)
  : | plant data/rules/ABC002.md "data/rules/ABC002.md explains no rule"
  echo 'DM_RULE(ABD002, four, ERROR, "0.1", "x")' |
    plant scenarios/rules.def "ABD002 has no data/rules/ABD002.md"
  echo 'DM_RULE(ABC003, four, ERROR, "0.1", "x")' |
    plant scenarios/rules.def "ABC003 does not come after ABC 3"
  extra=data/rules/ABD002.md
  echo 'DM_RULE(ABD002, one, ERROR, "0.1", "x")' |
    plant scenarios/rules.def "ABD002 has the name of ABC001"
  extra=data/rules/AB1.md
  echo 'DM_RULE(AB1, four, ERROR, "0.1", "x")' |
    plant scenarios/rules.def "AB1 is not three letters and three digits"
  ;;
*)
  echo "selftest.sh: no lint '$name'" >&2
  exit 2
  ;;
esac
echo "lint/$name: a tree in order passes, $(cat "$work/n") planted faults are seen"
