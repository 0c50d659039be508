/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For the test of tests/support/check_facts.cmake: TGW-01 has a row, UTF-16 and X-TGW-99 are no
 * ids, and TGW-98 must be found out.
 */
