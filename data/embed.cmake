# SPDX-License-Identifier: GPL-3.0-or-later
#
# Writes the bytes of files below data/ into one C file, so that the program looks for nothing on a
# disk when it runs.  Needs no tool but CMake.
#
#   cmake -DROOT=<data folder> -DLIST=<file that names one path a line> -DOUT=<C file> -P embed.cmake
#
# LIST holds paths below ROOT, sorted by byte: dm_data_find() searches by halves.
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${LIST}" paths ENCODING UTF-8)
set(arrays "")
set(rows "")
set(n 0)
foreach(path IN LISTS paths)
  file(READ "${ROOT}/${path}" hex HEX)
  string(LENGTH "${hex}" size)
  math(EXPR size "${size} / 2")
  # Lines of 24 bytes, then "0x" and "," around each: two passes over the text, each linear.
  string(REGEX REPLACE "(................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND arrays "static const unsigned char file_${n}[] = {\n${hex}0x00};\n")
  string(APPEND rows "    { \"${path}\", (const char *)file_${n}, ${size} },\n")
  math(EXPR n "${n} + 1")
endforeach()

file(WRITE "${OUT}.new" "/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Written by data/embed.cmake.
 */
#include \"model/facts/data_private.h\"

${arrays}
const struct dm_data_file dm_data_files[] = {
${rows}    { NULL, NULL, 0 },
};
const size_t dm_data_n_files = ${n};
")
file(RENAME "${OUT}.new" "${OUT}")
