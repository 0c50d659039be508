/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dmtest - cmocka, with what its header needs before it.
 */
#ifndef DM_TESTS_SUPPORT_DMTEST_H
#define DM_TESTS_SUPPORT_DMTEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
