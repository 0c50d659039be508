/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * demarc - the program: its commands, and how a run begins and ends.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"
#include "cli/output.h"
#include "model/base/limits.h"
#include "render/diag.h"

const struct dm_option dm_global_options[] = {
    { "help", 'h', NULL, "say how it is used" },
    { "version", 0, NULL, "say which version this is" },
    { "quiet", 'q', NULL, "only results and errors" },
    { "color", 0, "WHEN", "auto (default), always or never" },
    { "no-color", 0, NULL, "the same as --color never" },
    { "directory", 'C', "DIR", "work in this folder" },
    { NULL, 0, NULL, NULL },
};

static const struct dm_option no_options[] = { { NULL, 0, NULL, NULL } };

static const struct dm_command commands[] = {
    { .name = "validate",
      .run = dm_run_validate,
      .summary = "read a network and say whether it is well formed",
      .operands = "INPUT...",
      .min_operands = 1,
      .options = no_options,
      .about = "Syntax, keys, names, addresses. Exit status 0, or 2 with the faults.",
      .examples = "demarc validate bank.demarc.yaml\ndemarc validate aws:describe/",
      .takes_inputs = true,
      .is_common = true },
    { .name = "check",
      .run = dm_run_check,
      .summary = "judge a network by its requirements and by all rules, under failures",
      .operands = "INPUT...",
      .min_operands = 1,
      .options = dm_check_options,
      .about = "Exit status 0: all holds; 1: something is violated; 3: nothing is, but something\n"
               "is unknown; 2: nothing was judged.",
      .examples = "demarc check bank.demarc.yaml\n"
                  "demarc check bank.demarc.yaml --k 1 --only R-REACH,SOV\n"
                  "demarc check bank.demarc.yaml --format text --format json=result.json",
      .takes_inputs = true,
      .is_common = true },
    { .name = "path",
      .run = dm_run_path,
      .summary = "the way of a packet and of its answer, hop by hop",
      .operands = "INPUT... SRC DST",
      .min_operands = 3,
      .options = dm_path_options,
      .about = "SRC and DST are addresses, or names of interfaces, hosts, services or stores, or\n"
               "`internet`. Where DST is a service, a store or a load balancer with one listener "
               "its own\n"
               "port is asked.\n"
               "Of k8s: inputs they are workloads or Services (`shop/cart`), or addresses "
               "outside.\n"
               "Exit status 0: the answer comes back; 1: it does not; 3: unknown.",
      .examples =
          "demarc path bank.demarc.yaml web.prod.eu-west-1 ledger.prod\n"
          "demarc path bank.demarc.yaml 10.0.1.4 10.16.2.9 --port tcp/443 --both\n"
          "demarc path bank.demarc.yaml web.prod.eu-west-1 ledger.prod --fail zone:eu-west-1a",
      .takes_inputs = true,
      .is_common = true },
    { .name = "probe",
      .run = dm_run_probe,
      .summary = "answer many questions of the kind: does this get through?",
      .operands = "INPUT...",
      .min_operands = 1,
      .options = dm_probe_options,
      .about =
          "Reads lines of SOURCE, DESTINATION and tcp/PORT, udp/PORT, sctp/PORT or icmp, with tabs "
          "between them.\nWrites each with PASS, FAIL or UNKNOWN, the code and the element. Exit "
          "status 0 where all\nwere answered, whatever the answer; 2 where a line cannot be "
          "read: nothing is written then.",
      .examples = "demarc probe aws:describe/ < probes.tsv\n"
                  "demarc probe bank.demarc.yaml --file probes.tsv",
      .takes_inputs = true },
    { .name = "reach",
      .run = dm_run_reach,
      .summary = "all pairs of a network: who can connect to whom, and on what",
      .operands = "INPUT...",
      .min_operands = 1,
      .options = dm_reach_options,
      .about =
          "Lines of `SOURCE => DESTINATION : CONNECTIONS`, over all packets; where a pair has no\n"
          "line nothing gets through. `*` at the end: the answers to TCP are stopped; `?`: what\n"
          "is not understood stands in the way. `Internet` is all public addresses, with `(IPv4)`\n"
          "or `(IPv6)` those of that family. NAME is what stands in these lines, or a host,\n"
          "service, store, subnet, VPC or address. Between subnets and VPCs it is what routes and\n"
          "network ACLs let pass, whoever stands there. With --classes lines are of classes: "
          "places\n"
          "that differ in their VPC's own prefixes alone are one; `(same VPC)` is said of pairs\n"
          "within a VPC, the rest of pairs between two.\n"
          "Of k8s: inputs lines are of workloads, of ranges of addresses outside and of the\n"
          "ingress controller, by the network policies of each cluster alone, whatever the\n"
          "network adds; with --exposure also of pods that are not in the input: `shop/{any\n"
          "pod}` has what holds whatever its labels, `shop/{pods app == 'x'}` what holds of\n"
          "those that a rule asks for, `shop/{some pod}` what may hold if they fit, each where\n"
          "that is more.\n"
          "Exit status 0, whatever the answer.",
      .examples = "demarc reach bank.demarc.yaml --from internet\n"
                  "demarc reach aws:describe/ --by subnet --classes\n"
                  "demarc reach k8s:manifests/ --to shop/cart",
      .takes_inputs = true,
      .is_common = true },
    { .name = "graph",
      .run = dm_run_graph,
      .summary =
          "draw a network: regions, VPCs, clusters, what joins them, stores and their replicas",
      .operands = "INPUT...",
      .min_operands = 1,
      .options = dm_graph_options,
      .about = "Exit status 0, or 2 where it cannot be drawn or written.",
      .examples = "demarc graph bank.demarc.yaml -o network.svg\n"
                  "demarc graph aws:describe/ > network.dot",
      .takes_inputs = true,
      .is_common = true },
    { .name = "build",
      .run = dm_run_build,
      .summary =
          "write a network as Terraform and Kubernetes objects, once all required of it holds",
      .operands = "INPUT...",
      .min_operands = 1,
      .options = dm_build_options,
      .about = "Nothing is written where something at level error is violated (exit status 1) or\n"
               "unknown (3). What the folder held before is replaced as a whole, or not at all.\n"
               "Beside a design, demarc.lock keeps the addresses that were allocated.",
      .examples = "demarc build bank.demarc.yaml -o out",
      .takes_inputs = true,
      .is_common = true },
    { .name = "dump",
      .run = dm_run_dump,
      .summary = "print what a stage of the work made of a network",
      .operands = "STAGE INPUT...",
      .min_operands = 2,
      .options = no_options,
      .about = "STAGE is `model` (every object with its place in the input), `elements` (what can\n"
               "fail: the names that --fail takes), `routes` (what transit gateways' tables and "
               "segments of\n"
               "core networks know and take) or `lock` (the allocated addresses).",
      .examples = "demarc dump model bank.demarc.yaml\ndemarc dump elements aws:describe/",
      .takes_inputs = true },
    { .name = "rule",
      .run = dm_run_rule,
      .summary = "explain a rule: what it means, why it matters, an example, its repair",
      .operands = "CODE",
      .min_operands = 1,
      .max_operands = 1,
      .options = dm_rule_options,
      .about = "",
      .examples = "demarc rule RCH001\ndemarc rule unreachable --format json",
      .is_common = true },
    { .name = "rules",
      .run = dm_run_rules,
      .summary = "list all rules, and the codes with which a packet stops",
      .operands = "",
      .max_operands = 0,
      .options = dm_rules_options,
      .about = "",
      .examples = "demarc rules\ndemarc rules --format json" },
    { .name = "schema",
      .run = dm_run_schema,
      .summary = "print the JSON Schema of what the program reads or writes",
      .operands = "NAME",
      .min_operands = 1,
      .max_operands = 1,
      .options = dm_schema_options,
      .about = "`design` is the design language; the others are what commands write as JSON.",
      .examples = "demarc schema design -o demarc.schema.json\ndemarc schema result" },
    { .name = "version",
      .run = dm_run_version,
      .summary = "say which version this is",
      .operands = "",
      .options = no_options,
      .about = "",
      .examples = "" },
    { .name = "help",
      .run = dm_run_help,
      .summary = "say how the program or one command is used",
      .operands = "[COMMAND]",
      .max_operands = 1,
      .options = no_options,
      .about = "",
      .examples = "demarc help check" },
    { 0 },
};

const struct dm_command *dm_command_find(const struct dm_command *table, const char *name)
{
    for (; table->name; table++) {
        if (strcmp(table->name, name) == 0) {
            return table;
        }
    }
    return NULL;
}

enum dm_status dm_command_unknown(const struct dm_cli *cli, const char *name, struct dm_err *err)
{
    const char *names[sizeof commands / sizeof *commands];
    size_t n = 0;
    const char *near;

    for (const struct dm_command *command = cli->commands; command->name; command++) {
        names[n++] = command->name;
    }
    near = dm_str_nearest(name, names, n);
    return near ? DM_FAIL(err, DM_USAGE, "no command `%s`; did you mean `%s`?", name, near)
                : DM_FAIL(err, DM_USAGE, "no command `%s`; `demarc help` lists them", name);
}

/* How many operands a command takes at most; 0 of both is none, a minimum without maximum no end.
 */
static enum dm_status check_operands(const struct dm_command *command, size_t n, struct dm_err *err)
{
    size_t max = command->max_operands;

    if (n < command->min_operands) {
        return DM_FAIL(err, DM_USAGE, "`%s` needs %s; see `demarc help %s`", command->name,
                       command->operands, command->name);
    }
    if (n > max && (max || !command->min_operands)) {
        return DM_FAIL(err, DM_USAGE, "`%s` takes %s%s", command->name,
                       *command->operands ? "nothing but " : "no operands", command->operands);
    }
    return DM_OK;
}

/* Splits the command line: options before the command, the command, the rest. */
static enum dm_status read_words(struct dm_cli *cli, const char *const *words, size_t n_words,
                                 struct dm_err *err)
{
    const struct dm_option *tables[] = { dm_global_options, NULL };
    size_t n_read = 0;
    enum dm_status status =
        dm_args_read(cli->run, words, n_words, tables, 1, NULL, true, &cli->args, &n_read, err);

    if (status != DM_OK || n_read >= n_words) {
        return status;
    }
    cli->command = dm_command_find(cli->commands, words[n_read]);
    if (!cli->command) {
        return dm_command_unknown(cli, words[n_read], err);
    }
    tables[1] = cli->command->options;
    words += n_read + 1;
    n_words -= n_read + 1;
    return dm_args_read(cli->run, words, n_words, tables, 2, cli->command->name, false, &cli->args,
                        &n_read, err);
}

static enum dm_status enter_folder(const struct dm_cli *cli, struct dm_err *err)
{
    for (size_t i = 0; i < cli->args.given.n; i++) {
        const struct dm_given *given = &cli->args.given.items[i];

        if (strcmp(given->option->name, "directory") == 0 && chdir(given->value) != 0) {
            return DM_FAIL(err, DM_IO, "%s: cannot enter this folder", given->value);
        }
    }
    return DM_OK;
}

static enum dm_status run_command(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    enum dm_status status = check_operands(cli->command, cli->args.operands.n, err);

    if (status == DM_OK) {
        status = enter_folder(cli, err);
    }
    return status == DM_OK ? cli->command->run(cli, ret_exit, err) : status;
}

static enum dm_status run(struct dm_cli *cli, const char *const *words, size_t n_words,
                          int *ret_exit, struct dm_err *err)
{
    enum dm_status status = read_words(cli, words, n_words, err);
    struct dm_str out;

    if (status != DM_OK) {
        return status;
    }
    status = dm_output_init(cli, err);
    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&out, cli->run);
    if (dm_args_has(&cli->args, "help")) {
        if (cli->command) {
            dm_help_command(cli, cli->command, &out);
        } else {
            dm_help_program(cli, &out);
        }
    } else if (dm_args_has(&cli->args, "version")) {
        return dm_run_version(cli, ret_exit, err);
    } else if (cli->command) {
        return run_command(cli, ret_exit, err);
    } else {
        dm_help_overview(cli, &out);
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}

int main(int argc, char *argv[])
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_cli cli = { .commands = commands };
    int exit_status = DM_EXIT_FAILED;
    const char *const *words = (const char *const *)argv;
    size_t n_words = argc > 0 ? (size_t)argc : 0;
    enum dm_status status;

    (void)signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is an error of the write */
    cli.model = dm_arena_new((size_t)dm_limit_value(DM_LIMIT_MODEL_BYTES));
    cli.run = dm_arena_new((size_t)dm_limit_value(DM_LIMIT_RUN_BYTES));
    if (cli.model && cli.run) {
        status = run(&cli, words + (n_words > 0), n_words - (n_words > 0), &exit_status, &err);
    } else {
        status = DM_FAIL_NOMEM(&err);
    }
    if (status != DM_OK) {
        exit_status = dm_status_exit_code(status);
        if (!cli.reported && cli.run) {
            struct dm_str text;

            dm_str_init(&text, cli.run);
            dm_render_err(&err, &cli.stderr_options, &text);
            dm_output_say(&text);
        }
    }
    dm_arena_free(cli.model);
    dm_arena_free(cli.run);
    return exit_status;
}
