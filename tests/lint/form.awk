# SPDX-License-Identifier: GPL-3.0-or-later
#
# What neither compiler nor clang-format sees: the licence line, the essay and the guard of a
# header, comments of one kind, no types that hide a struct, no marks of unfinished work.

FNR == 1 {
    licence = FILENAME ~ /^render\/draw\// ? "MIT" : "GPL-3.0-or-later"
    if (index($0, "/* SPDX-License-Identifier: " licence) != 1) {
        fault("does not begin with its licence, " licence)
    }
    guard = ""
    essay = 0
    name = FILENAME
    sub(/^.*\//, "", name)
    sub(/\.h$/, "", name)
}

FNR <= 3 && FILENAME ~ /\.h$/ {
    if (index($0, " * " name " - ") == 1) {
        essay = 1
    } else if (FNR == 3 && !essay) {
        fault("the essay does not begin with \"" name " - \"")
    }
}

FILENAME ~ /\.h$/ && guard == "" && /^#ifndef / {
    guard = $2
    want = "DM_" toupper(FILENAME)
    gsub(/[^A-Z0-9]/, "_", want)
    if (guard != want) {
        fault("the guard is " guard ", not " want)
    }
}

/(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)/ {
    fault("a mark of unfinished work")
}

/^(<<<<<<<|>>>>>>>) / {
    fault("a merge that was not finished")
}

/\t/ {
    fault("a tab")
}

{
    wide = $0
    gsub(/[\200-\277]/, "", wide)
    if (length(wide) > 100) {
        fault(length(wide) " columns; a line has at most 100")
    }
    bare = code($0)
    if (index(bare, "//")) {
        fault("a comment that is not /* */")
    }
    # The type of a function may have a name, and may return a struct.
    if (bare ~ /(^|[^A-Za-z_])typedef +(struct|union|enum)([^A-Za-z0-9_]|$)/ && bare !~ /\(/) {
        fault("a typedef of a struct, union or enum")
    }
}
