# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every id of a fact that the program or the explanation of a rule names has a row in
# data/facts/aws.yaml, and so has every id that a row names.
#
#   cmake -DROOT=<root of the repository> -P check_facts.cmake
cmake_minimum_required(VERSION 3.25)

# Words of the form of an id that are something else.
set(other_words UTF-16 UTF-32)

file(STRINGS "${ROOT}/data/facts/aws.yaml" lines REGEX "^  - id: ")
set(ids "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^  - id: " "" id "${line}")
  if(NOT id MATCHES "^[A-Z][A-Z0-9]+-([0-9][0-9]|[a-z])$")
    message(SEND_ERROR "data/facts/aws.yaml: `${id}` does not have the form of an id")
  endif()
  list(APPEND ids "${id}")
endforeach()
if(NOT ids)
  message(FATAL_ERROR "data/facts/aws.yaml has no rows")
endif()

set(globs "data/facts/aws.yaml" "data/rules/*.md")
foreach(layer model solver scenarios render cli)
  list(APPEND globs "${layer}/*.c" "${layer}/*.h" "${layer}/*.def")
endforeach()
list(TRANSFORM globs PREPEND "${ROOT}/")
file(GLOB_RECURSE files RELATIVE "${ROOT}" ${globs})
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" text)
  string(REGEX MATCHALL "[A-Za-z0-9_-]+" words "${text}")
  list(FILTER words INCLUDE REGEX "^([A-Z][A-Z0-9]+-[0-9][0-9]|CON-[a-z])$")
  list(REMOVE_DUPLICATES words)
  list(REMOVE_ITEM words ${ids} ${other_words})
  foreach(word IN LISTS words)
    message(SEND_ERROR "${file} names ${word}, which has no row in data/facts/aws.yaml")
  endforeach()
endforeach()
