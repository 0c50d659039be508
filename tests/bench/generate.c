/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     generate [--seed N] [--regions N] [--vpcs N] [--zones N] [--services N] [--group-rules N]
 *              [--acl-entries N] [--mesh 0|1] [--backbone 0|1] [--wan 0|1] [--aws FOLDER]
 *              [--design FOLDER]
 *
 * Writes an estate (tests/bench/estate.h): below one folder what the AWS command line prints, in
 * the other a design.  Exit status: 0; 2 where it could not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/estate.h"

static bool number_of(const char *text, unsigned long long *ret_number)
{
    char *end = NULL;

    *ret_number = strtoull(text, &end, 10);
    return end != text && *end == '\0';
}

static bool take(struct dm_estate_options *options, const char *key, unsigned long long number)
{
    const struct {
        const char *key;
        unsigned *value;
    } keys[] = {
        { "--regions", &options->n_regions },
        { "--vpcs", &options->n_vpcs },
        { "--zones", &options->n_zones },
        { "--services", &options->n_services },
        { "--group-rules", &options->n_group_rules },
        { "--acl-entries", &options->n_acl_entries },
    };

    if (strcmp(key, "--seed") == 0) {
        options->seed = number;
        return true;
    }
    if (strcmp(key, "--wan") == 0 && number <= 1) {
        options->wan = number != 0;
        options->mesh = options->mesh && !options->wan;
        return true;
    }
    if (strcmp(key, "--mesh") == 0 && number <= 1) {
        options->mesh = number != 0;
        return true;
    }
    if (strcmp(key, "--backbone") == 0 && number <= 1) {
        options->backbone = number != 0;
        return true;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(key, keys[i].key) == 0 && number <= 1000000) {
            *keys[i].value = (unsigned)number;
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    struct dm_estate_options options = DM_ESTATE_SMALL;
    struct dm_arena *arena = dm_arena_new(0);
    const char *aws = NULL;
    const char *design = NULL;
    struct dm_estate estate;
    int i = 1;

    for (; i + 1 < argc; i += 2) {
        unsigned long long number = 0;

        if (strcmp(argv[i], "--aws") == 0) {
            aws = argv[i + 1];
        } else if (strcmp(argv[i], "--design") == 0) {
            design = argv[i + 1];
        } else if (!number_of(argv[i + 1], &number) || !take(&options, argv[i], number)) {
            break;
        }
    }
    if (i < argc || !dm_estate_init(arena, &options, &estate)) {
        fputs("usage: generate [--seed N] [--regions 1-16] [--vpcs N, 2 to 1024 a region]\n"
              "                [--zones 1-3] [--services 1-9] [--group-rules N]\n"
              "                [--acl-entries N] [--mesh 0|1] [--backbone 0|1] [--wan 0|1] [--aws "
              "FOLDER] "
              "[--design FOLDER]\n",
              stderr);
        dm_arena_free(arena);
        return 2;
    }
    if ((aws && !dm_estate_write_aws(&estate, aws))
        || (design && !dm_estate_write_design(&estate, design))) {
        fputs("generate: cannot write\n", stderr);
        dm_arena_free(arena);
        return 2;
    }
    printf("%zu VPCs, %zu subnets, %zu hosts in %u regions\n", estate.n_vpcs, estate.n_subnets,
           estate.n_hosts, options.n_regions);
    dm_arena_free(arena);
    return 0;
}
