# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs the designs and manifests that explain the rules: of each CODE.md the one under "## Example" must give
# findings of exactly that code, and the one under "## Repaired" none, with every requirement held.
# What is said only when it is asked for is asked for: its explanation says so.
#
#   cmake -DDEMARC=<program> -DRULES=<folder of CODE.md> -DWORK=<folder> -P rules.cmake
cmake_minimum_required(VERSION 3.25)

# The block fenced as yaml under a heading; "" where there is none.
function(extract text heading result)
  set(${result} "" PARENT_SCOPE)
  string(FIND "${text}" "\n## ${heading}\n" at)
  if(at EQUAL -1)
    return()
  endif()
  string(SUBSTRING "${text}" ${at} -1 text)
  string(FIND "${text}" "\n```yaml\n" at)
  if(at EQUAL -1)
    return()
  endif()
  math(EXPR at "${at} + 9")
  string(SUBSTRING "${text}" ${at} -1 text)
  string(FIND "${text}" "\n```" at)
  math(EXPR at "${at} + 1")
  string(SUBSTRING "${text}" 0 ${at} text)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Exit status and codes, each once, of the design under 'heading'.
function(check_design code text heading ret_status ret_codes ret_output)
  extract("${text}" "${heading}" design)
  set(folder "${WORK}/${code}-${heading}")
  file(REMOVE_RECURSE "${folder}")
  set(input "${folder}")
  if(design MATCHES "(^|\n)apiVersion: ")
    set(input "k8s:${folder}")
    file(WRITE "${folder}/${code}.yaml" "${design}")
  else()
    file(WRITE "${folder}/${code}.demarc.yaml" "${design}")
  endif()
  set(only "")
  if(text MATCHES "--only ${code}")
    set(only --only "${code}")
  endif()
  execute_process(
    COMMAND "${DEMARC}" check --format concise --as-of 2026-11-22 --fail-on note ${only}
      "${input}"
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  string(REGEX MATCHALL ": (error|warning|note) [A-Z]+[0-9]+ " found "${output}")
  list(TRANSFORM found REPLACE ": (error|warning|note) ([A-Z]+[0-9]+) " "\\2")
  list(REMOVE_DUPLICATES found)
  set(${ret_status} "${status}" PARENT_SCOPE)
  set(${ret_codes} "${found}" PARENT_SCOPE)
  set(${ret_output} "${output}${error}" PARENT_SCOPE)
endfunction()

file(GLOB files "${RULES}/*.md")
list(SORT files)
set(faults "")
set(n 0)
foreach(file IN LISTS files)
  get_filename_component(code "${file}" NAME_WE)
  file(READ "${file}" text)
  check_design(${code} "${text}" Example status codes output)
  # 3 where the rule is that something cannot be decided.
  if(NOT status MATCHES "^[13]$" OR NOT codes STREQUAL code)
    string(APPEND faults "${code}, Example: exit status ${status}, found '${codes}'\n${output}")
  endif()
  check_design(${code} "${text}" Repaired status codes output)
  if(NOT status EQUAL 0 OR NOT output STREQUAL "")
    string(APPEND faults "${code}, Repaired: exit status ${status}, found '${codes}'\n${output}")
  endif()
  math(EXPR n "${n} + 2")
endforeach()
if(faults OR n EQUAL 0)
  message(FATAL_ERROR "${n} designs\n${faults}")
endif()
message(STATUS "${n} designs give what their explanations say")
