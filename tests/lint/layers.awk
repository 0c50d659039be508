# SPDX-License-Identifier: GPL-3.0-or-later
#
# Our own headers: which folder may include from which (layers.txt).

BEGIN {
    while ((getline row < table) > 0) {
        if (row !~ /^(#|$)/) {
            folder = row
            sub(/:.*/, "", folder)
            sub(/^[^:]*: */, "", row)
            may[folder] = row
        }
    }
}

function allowed(from, to, n, part, i) {
    if (from == to) {
        return 1
    }
    n = split(may[from], part, " ")
    for (i = 1; i <= n; i++) {
        if (part[i] == to || (part[i] ~ /\/$/ && index(to "/", part[i]) == 1)) {
            return 1
        }
    }
    return 0
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    path = $0
    sub(/^[^"]*"/, "", path)
    sub(/".*/, "", path)
    from = folder_of(FILENAME)
    if (path !~ /\//) {
        fault("\"" path "\" does not say its folder")
        next
    }
    to = folder_of(path)
    if (from !~ /^tests(\/|$)/) {
        if (!(from in may)) {
            fault(from "/ has no row in tests/lint/layers.txt")
        } else if (!allowed(from, to)) {
            fault(from "/ may not include from " to "/")
        }
        if (path ~ /_private\.h$/ && from != to) {
            fault("\"" path "\" is private to " to "/")
        }
    }
}
