# SPDX-License-Identifier: GPL-3.0-or-later
#
# Headers that are not ours: which places may include each (owners.txt).

BEGIN {
    while ((getline row < table) > 0) {
        if (row !~ /^(#|$)/) {
            header = row
            sub(/ .*/, "", header)
            sub(/^[^ ]* +/, "", row)
            owner[header] = row
        }
    }
}

/^[ \t]*#[ \t]*include[ \t]*</ {
    path = $0
    sub(/^[^<]*</, "", path)
    sub(/>.*/, "", path)
    key = path
    if (!(key in owner)) {
        sub(/\/.*/, "/", key)
    }
    if (!(key in owner)) {
        fault("<" path "> has no row in tests/lint/owners.txt")
    } else if (!stands_in(owner[key])) {
        fault("<" path "> is for " owner[key] " alone")
    }
}
