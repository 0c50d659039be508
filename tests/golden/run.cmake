# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs one golden case: tests/golden/cases/<case>/{cmd,expect,...}
#
#   cmake -DDEMARC=<program> -DCASE=<folder> -DROOT=<repository> -DVERSION=<x.y.z> -P run.cmake
#
# 'cmd' holds one command a line; blank lines and lines that begin with '#' are skipped.
#
#   ARGUMENTS [< FILE]   runs demarc with them in the case's folder
#   cat FILE...          shows files that a command wrote
#   files FOLDER         lists what stands below a folder, sorted
#
# $DIR is the case's folder, $ROOT the repository, $OUT a fresh folder for what commands write.  In
# what is compared, these paths, the program's version and the digest of its facts stand as $DIR,
# $ROOT, $OUT, $VERSION and $FACTS.
# 'expect' is all commands with exit status, standard output and standard error of each.
# DM_BLESS=1 in the environment rewrites it; look at the difference before you commit that.
cmake_minimum_required(VERSION 3.25)

set(expect "${CASE}/expect")
get_filename_component(name "${CASE}" NAME)
set(out "${WORK}/${name}.out")
file(REMOVE_RECURSE "${out}")
file(MAKE_DIRECTORY "${out}")

# Longest first: the case stands in the repository, and OUT may.
function(normalise text result)
  string(REPLACE "${out}" "$OUT" text "${text}")
  string(REPLACE "${CASE}" "$DIR" text "${text}")
  string(REPLACE "${ROOT}" "$ROOT" text "${text}")
  string(REPLACE "demarc ${VERSION}" "demarc $VERSION" text "${text}")
  string(REPLACE "\"version\": \"${VERSION}\"" "\"version\": \"$VERSION\"" text "${text}")
  string(REGEX REPLACE "\"facts\": \"sha256:[0-9a-f]+\"" "\"facts\": \"$FACTS\"" text "${text}")
  # A text that does not end its last line is seen to.
  if(NOT text STREQUAL "" AND NOT text MATCHES "\n$")
    string(APPEND text "\n\\ no end of line\n")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Runs demarc with the words that follow; "< FILE" at their end is its standard input.
function(run_demarc result)
  set(args ${ARGN})
  set(input /dev/null)
  list(FIND args "<" at)
  if(NOT at EQUAL -1)
    math(EXPR next "${at} + 1")
    list(GET args ${next} input)
    list(SUBLIST args 0 ${at} args)
  endif()
  execute_process(COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C NO_COLOR=1 --unset=COLUMNS
      "${DEMARC}" ${args}
    WORKING_DIRECTORY "${CASE}" INPUT_FILE "${input}"
    RESULT_VARIABLE rc OUTPUT_VARIABLE stdout ERROR_VARIABLE stderr)
  normalise("${stdout}" stdout)
  normalise("${stderr}" stderr)
  set(${result} "exit ${rc}\n--- stdout\n${stdout}--- stderr\n${stderr}" PARENT_SCOPE)
endfunction()

function(show_files result)
  set(text "")
  foreach(file IN LISTS ARGN)
    file(READ "${file}" content)
    normalise("${content}" content)
    string(APPEND text "${content}")
  endforeach()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(list_files folder result)
  file(GLOB_RECURSE paths LIST_DIRECTORIES false RELATIVE "${folder}" "${folder}/*")
  list(SORT paths COMPARE STRING)
  list(JOIN paths "\n" text)
  if(text)
    string(APPEND text "\n")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

file(STRINGS "${CASE}/cmd" lines ENCODING UTF-8)
set(got "")
foreach(line IN LISTS lines)
  if(line MATCHES "^ *(#|$)")
    continue()
  endif()
  string(REPLACE "$DIR" "${CASE}" filled "${line}")
  string(REPLACE "$ROOT" "${ROOT}" filled "${filled}")
  string(REPLACE "$OUT" "${out}" filled "${filled}")
  separate_arguments(words UNIX_COMMAND "${filled}")
  list(GET words 0 verb)
  if(verb STREQUAL "cat")
    list(REMOVE_AT words 0)
    show_files(text ${words})
    string(APPEND got "$ ${line}\n${text}")
  elseif(verb STREQUAL "files")
    list(GET words 1 folder)
    list_files("${folder}" text)
    string(APPEND got "$ ${line}\n${text}")
  else()
    run_demarc(text ${words})
    string(APPEND got "$ demarc ${line}\n${text}")
  endif()
endforeach()
file(REMOVE_RECURSE "${out}")

if(DEFINED ENV{DM_BLESS})
  file(WRITE "${expect}" "${got}")
  return()
endif()
if(EXISTS "${expect}")
  file(READ "${expect}" want)
else()
  set(want "")
endif()
if(NOT got STREQUAL want)
  set(seen "${WORK}/${name}.got")
  file(WRITE "${seen}" "${got}")
  execute_process(COMMAND diff -u "${expect}" "${seen}")
  message(FATAL_ERROR "${name}: the output differs; DM_BLESS=1 accepts it")
endif()
