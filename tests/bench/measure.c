/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a command a few times and holds its time and memory against limits.
 *
 *     measure [--json] NAME RUNS LIMIT_MS LIMIT_MIB EXIT COMMAND [ARGUMENT...]
 *
 * Prints the shortest and the longest wall time and the largest resident set.
 * The command's output goes nowhere.  Exit status: 0; 1 where a limit was
 * passed or the command ended with another status than EXIT; 2 usage.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct figures {
    double min_ms;
    double max_ms;
    double peak_mib;
    int exit_status; /* the first that is not 'EXIT', else 'EXIT' */
};

static double now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The exit status, 128 and the signal where one ended it, or -1. */
static int run(char **command)
{
    int result = 0;
    pid_t pid = fork();

    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        if (nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0) {
            _exit(127);
        }
        (void)execvp(command[0], command);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &result, 0) != pid) {
        return -1;
    }
    return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}

static struct figures measure(char **command, long runs, int want)
{
    struct figures figures = { .exit_status = want };
    struct rusage usage;

    for (long i = 0; i < runs; i++) {
        double begin_ms = now_ms();
        int status = run(command);
        double took_ms = now_ms() - begin_ms;

        if (i == 0 || took_ms < figures.min_ms) {
            figures.min_ms = took_ms;
        }
        if (took_ms > figures.max_ms) {
            figures.max_ms = took_ms;
        }
        if (figures.exit_status == want) {
            figures.exit_status = status;
        }
    }
    if (getrusage(RUSAGE_CHILDREN, &usage) == 0) {
        figures.peak_mib = (double)usage.ru_maxrss / 1024;
    }
    return figures;
}

int main(int argc, char **argv)
{
    int json = argc > 1 && strcmp(argv[1], "--json") == 0;
    char **word = argv + 1 + json;
    struct figures figures;
    long limit_ms = 0;
    long limit_mib = 0;
    int want = 0;
    int good = 0;

    if (argc - json < 7) {
        fputs("usage: measure [--json] NAME RUNS LIMIT_MS LIMIT_MIB EXIT COMMAND...\n", stderr);
        return 2;
    }
    limit_ms = strtol(word[2], NULL, 10);
    limit_mib = strtol(word[3], NULL, 10);
    want = (int)strtol(word[4], NULL, 10);
    figures = measure(word + 5, strtol(word[1], NULL, 10), want);
    good = figures.exit_status == want && figures.min_ms <= (double)limit_ms
           && figures.peak_mib <= (double)limit_mib;
    if (json) {
        printf("{\"name\": \"%s\", \"min_ms\": %.1f, \"max_ms\": %.1f, \"limit_ms\": %ld, "
               "\"peak_mib\": %.1f, \"limit_mib\": %ld, \"exit\": %d, \"good\": %s}\n",
               word[0], figures.min_ms, figures.max_ms, limit_ms, figures.peak_mib, limit_mib,
               figures.exit_status, good ? "true" : "false");
    } else {
        printf("%-44s %9.1f ms of %6ld  %7.1f MiB of %4ld  exit %d%s\n", word[0], figures.min_ms,
               limit_ms, figures.peak_mib, limit_mib, figures.exit_status,
               good ? "" : "  <- NOT GOOD");
    }
    return good ? 0 : 1;
}
