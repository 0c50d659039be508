# SPDX-License-Identifier: GPL-3.0-or-later
#
# code(LINE) gives a line of C without its comments and with empty literals.  Call it for each line
# of a file in order; what a comment spans is remembered from one to the next.

function code(line, n, i, c, two, out) {
    if (FNR == 1) {
        in_comment = 0
    }
    n = length(line)
    out = ""
    for (i = 1; i <= n; i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                out = out " "
                i++
            }
        } else if (two == "/*") {
            in_comment = 1
            i++
        } else if (c == "\"" || c == "'") {
            out = out c c
            for (i++; i <= n && substr(line, i, 1) != c; i++) {
                if (substr(line, i, 1) == "\\") {
                    i++
                }
            }
        } else {
            out = out c
        }
    }
    return out
}

# The faults of all files; the exit status is 1 where there is one.
function fault(text) {
    fault_at(FNR, text)
}

function fault_at(line, text) {
    printf "%s:%d: %s\n", FILENAME, line, text
    n_faults++
}

# Is FILENAME in one of the places, each a file or, with '/' at its end, a folder ('*': anywhere)?
function stands_in(places, n, part, i) {
    n = split(places, part, " ")
    for (i = 1; i <= n; i++) {
        if (part[i] == "*" || part[i] == FILENAME \
            || (part[i] ~ /\/$/ && index(FILENAME, part[i]) == 1)) {
            return 1
        }
    }
    return 0
}

function folder_of(path) {
    return sub(/\/[^\/]*$/, "", path) ? path : "."
}

END {
    exit n_faults > 0
}
