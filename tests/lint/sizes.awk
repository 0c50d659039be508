# SPDX-License-Identifier: GPL-3.0-or-later
#
# No function longer than 120 lines, no file longer than 1000.  clang-format puts the braces of a
# function, and of nothing else, at the begin of a line.

function end_of_file() {
    if (last > 1000) {
        printf "%s:%d: %d lines; a file has at most 1000\n", file, last, last
        n_faults++
    }
}

FNR == 1 {
    end_of_file()
    file = FILENAME
}

{
    last = FNR
}

/^\{/ {
    begin = FNR
}

/^\}/ && begin {
    if (FNR - begin + 1 > 120) {
        fault_at(begin, FNR - begin + 1 " lines; a function has at most 120")
    }
    begin = 0
}

END {
    end_of_file()
    exit n_faults > 0
}
