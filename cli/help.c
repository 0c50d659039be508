/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help.h"

#include <string.h>

#include "cli/output.h"

static void add_rule(struct dm_str *out, size_t width, const char *left, const char *right)
{
    dm_str_addf(out, "  %-*s  %s\n", (int)width, left, right);
}

void dm_help_overview(const struct dm_cli *cli, struct dm_str *out)
{
    dm_str_add(out, "demarc proves what a multi-region AWS network does, and what is left of it "
                    "when things fail.\n\n"
                    "  demarc check DESIGN                        is everything so that must be?\n"
                    "  demarc path DESIGN SRC DST --port tcp/443  the way of a packet, hop by hop\n"
                    "  demarc graph DESIGN -o network.svg         its picture\n"
                    "  demarc build DESIGN -o out                 its Terraform, once it holds\n\n"
                    "Common commands:");
    for (const struct dm_command *command = cli->commands; command->name; command++) {
        if (command->is_common) {
            dm_str_addf(out, " %s", command->name);
        }
    }
    dm_str_add(out, "\nAll commands and options: demarc help\n"
                    "One command:              demarc help COMMAND\n"
                    "One finding:              demarc rule CODE\n");
}

static void option_text(struct dm_str *text, const struct dm_option *option)
{
    dm_str_clear(text);
    if (option->letter) {
        dm_str_addf(text, "-%c, ", option->letter);
    } else {
        dm_str_add(text, "    ");
    }
    dm_str_addf(text, "--%s", option->name);
    if (option->value) {
        dm_str_addf(text, " %s", option->value);
    }
}

static void add_options(struct dm_str *out, const struct dm_option *options)
{
    struct dm_str text;
    size_t width = 0;

    dm_str_init(&text, out->arena);
    for (const struct dm_option *option = options; option->name; option++) {
        option_text(&text, option);
        width = text.length > width ? text.length : width;
    }
    for (const struct dm_option *option = options; option->name; option++) {
        option_text(&text, option);
        add_rule(out, width, text.text, option->doc);
    }
}

void dm_help_program(const struct dm_cli *cli, struct dm_str *out)
{
    size_t width = 0;

    dm_str_add(out, "usage: demarc [OPTION...] COMMAND [ARGUMENT...]\n\ncommands:\n");
    for (const struct dm_command *command = cli->commands; command->name; command++) {
        size_t length = strlen(command->name);

        width = length > width ? length : width;
    }
    for (const struct dm_command *command = cli->commands; command->name; command++) {
        add_rule(out, width, command->name, command->summary);
    }
    dm_str_add(out, "\noptions of every command:\n");
    add_options(out, dm_global_options);
    dm_str_add(out, "\nexit status:\n"
                    "  0  what was asked holds\n"
                    "  1  it does not\n"
                    "  2  usage, input or output: nothing was judged\n"
                    "  3  not refuted, but at least one thing is unknown\n");
}

/* Each line of 'text' with two spaces before it. */
static void add_indented(struct dm_str *out, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\n");

        dm_str_add(out, "  ");
        dm_str_addn(out, text, size);
        dm_str_addc(out, '\n');
        text += size + (text[size] == '\n');
    }
}

void dm_help_command(const struct dm_cli *cli, const struct dm_command *command, struct dm_str *out)
{
    (void)cli;
    dm_str_addf(out, "demarc %s: %s\n\nusage: demarc %s%s%s%s\n", command->name, command->summary,
                command->name, *command->operands ? " " : "", command->operands,
                command->options->name ? " [OPTION...]" : "");
    if (*command->about) {
        dm_str_addf(out, "\n%s\n", command->about);
    }
    if (command->takes_inputs) {
        dm_str_add(
            out, "\nAn INPUT is a design (a file, or a folder that holds one *.demarc.yaml),"
                 "\nwhat `aws ... describe-...` printed (aws:FILE, aws:FOLDER), or manifests of "
                 "Kubernetes\n(k8s:FILE, k8s:FOLDER, k8s@CLUSTER:FOLDER; k8s:- of standard input), "
                 "or the policy of a\ncore network (cloudwan:FILE). "
                 "Several inputs are one network, and pods of manifests\nstand on those of its "
                 "hosts that their nodes are.\n");
    }
    if (command->options->name) {
        dm_str_add(out, "\noptions:\n");
        add_options(out, command->options);
    }
    dm_str_add(out, "\noptions of every command:\n");
    add_options(out, dm_global_options);
    if (*command->examples) {
        dm_str_add(out, "\nexamples:\n");
        add_indented(out, command->examples);
    }
}

enum dm_status dm_run_help(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    struct dm_str out;

    dm_str_init(&out, cli->run);
    if (cli->args.operands.n == 0) {
        dm_help_program(cli, &out);
    } else {
        const char *name = cli->args.operands.items[0];
        const struct dm_command *command = dm_command_find(cli->commands, name);

        if (!command) {
            return dm_command_unknown(cli, name, err);
        }
        dm_help_command(cli, command, &out);
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
