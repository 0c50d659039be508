/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * version - which version of the program this is.
 */
#include "cli/output.h"

enum dm_status dm_run_version(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    struct dm_str out;

    dm_str_init(&out, cli->run);
    dm_str_add(&out, "demarc " DM_VERSION "\n");
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
