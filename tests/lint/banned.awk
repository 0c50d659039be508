# SPDX-License-Identifier: GPL-3.0-or-later
#
# Functions and words that may stand in certain places only, or nowhere (banned.txt).

BEGIN {
    while ((getline row < table) > 0) {
        if (row !~ /^(#|$)/) {
            split(row, part, " ")
            places = row
            sub(/^[^ ]+ +[^ ]+ */, "", places)
            known[part[1] " " part[2]] = 1
            places_of[part[1] " " part[2]] = places
        }
    }
}

function look(kind, name, key) {
    key = kind " " name
    if ((key in known) && !stands_in(places_of[key])) {
        fault(name (kind == "call" ? "()" : "") \
              (places_of[key] == "" ? " is not used here" : " is for " places_of[key] " alone"))
    }
}

{
    rest = code($0)
    before = ""
    while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
        name = substr(rest, RSTART, RLENGTH)
        if (RSTART > 1) {
            before = substr(rest, RSTART - 1, 1)
        }
        rest = substr(rest, RSTART + RLENGTH)
        # Not a member's name (x.free, x->free).
        if (before != "." && before != ">") {
            look("word", name)
            if (rest ~ /^ *\(/) {
                look("call", name)
            }
        }
        before = ""
    }
}
