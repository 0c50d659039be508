/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model/base/limits.h"
#include "model/base/str.h"

extern char **environ;

enum {
    PATH_BYTES = 4096,
    PIECE_BYTES = 65536, /* read at once */
    SAID_BYTES = 400,    /* kept of what the program says */
    MAX_ARGUMENTS = 6
};

/* The program while it runs.  A descriptor is -1 once it is closed. */
struct painter {
    pid_t pid;
    int input;  /* a socket and no pipe: send() can be told to raise no SIGPIPE */
    int output; /* the picture */
    int speech; /* what it says on standard error */
};

/* One try.  The last argument is NULL. */
static const char *const tries[][3] = {
    { "dot", NULL, NULL },
    { "dot", "splines=line", "nslimit=2" },
    { "osage", NULL, NULL },
};

enum { N_TRIES = sizeof tries / sizeof tries[0] };

const char *dm_picture_program(struct dm_arena *arena)
{
    char self[PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    const char *path = getenv("PATH");

    while (length > 0 && (size_t)length < sizeof self && self[length - 1] != '/') {
        length--;
    }
    if (length > 0 && (size_t)length < sizeof self) {
        const char *beside = dm_sprintf(arena, "%.*sdemarc-draw", (int)length, self);

        if (beside == NULL || access(beside, X_OK) == 0) {
            return beside;
        }
    }
    while (path != NULL && *path != '\0') {
        size_t n = strcspn(path, ":");
        const char *found = dm_sprintf(arena, "%.*s/demarc-draw", (int)n, path);

        if (found == NULL || (n > 0 && access(found, X_OK) == 0)) {
            return found;
        }
        path += n + (path[n] == ':');
    }
    return NULL;
}

static int64_t now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_one(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

/* Our ends of the three are not handed on to the program, and never make us wait. */
static bool keep_to_us(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

/* 'theirs' are the program's ends, which become its standard input, output and error. */
static int spawn(const char *program, const char *const *arguments, const int theirs[3],
                 pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    char *copies[MAX_ARGUMENTS] = { NULL };
    int failure = 0;

    for (size_t i = 0; arguments[i] != NULL; i++) {
        /* execve() takes what it does not change without const. */
        memcpy(&copies[i], &arguments[i], sizeof copies[i]);
    }
    failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) {
        return failure;
    }
    for (int i = 0; i < 3 && failure == 0; i++) {
        failure = posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    }
    for (int i = 0; i < 3 && failure == 0; i++) {
        if (theirs[i] > 2) {
            failure = posix_spawn_file_actions_addclose(&actions, theirs[i]);
        }
    }
    if (failure == 0) {
        failure = posix_spawn(ret_pid, program, &actions, NULL, copies, environ);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static enum dm_status start(struct painter *painter, const char *program,
                            const char *const *arguments, struct dm_err *err)
{
    int input[2] = { -1, -1 };
    int output[2] = { -1, -1 };
    int speech[2] = { -1, -1 };
    enum dm_status status = DM_OK;
    int failure = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, input) != 0 || pipe(output) != 0 || pipe(speech) != 0
        || !keep_to_us(input[0]) || !keep_to_us(output[0]) || !keep_to_us(speech[0])) {
        status = DM_FAIL(err, DM_IO, "no pipes to `%s`: %s", program, strerror(errno));
    } else {
        failure = spawn(program, arguments, (const int[]){ input[1], output[1], speech[1] },
                        &painter->pid);
    }
    if (failure != 0) {
        status =
            DM_FAIL(err, DM_UNSUPPORTED, "`%s` cannot be started: %s", program, strerror(failure));
    }
    close_one(&input[1]);
    close_one(&output[1]);
    close_one(&speech[1]);
    if (status != DM_OK) {
        close_one(&input[0]);
        close_one(&output[0]);
        close_one(&speech[0]);
        return status;
    }
    painter->input = input[0];
    painter->output = output[0];
    painter->speech = speech[0];
    return DM_OK;
}

/* Gives the program more of 'text'; closes its input after the last byte, or when it reads no
 * more: what it says then tells why. */
static void feed(struct painter *painter, const char *text, size_t size, size_t *at)
{
    ssize_t n = send(painter->input, text + *at, size - *at, MSG_NOSIGNAL);

    if (n >= 0) {
        *at += (size_t)n;
    }
    if (*at == size || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close_one(&painter->input);
    }
}

/* Reads what is there from '*fd', and closes it at its end.  Past 'limit' bytes, or when memory is
 * out, it keeps no more and returns false. */
static bool take(int *fd, struct dm_str *text, size_t limit)
{
    char piece[PIECE_BYTES];
    ssize_t n = read(*fd, piece, sizeof piece);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close_one(fd);
    }
    if (n > 0) {
        size_t room = limit - text->length;

        dm_str_addn(text, piece, (size_t)n < room ? (size_t)n : room);
        return (size_t)n <= room && !text->failed;
    }
    return true;
}

/* Feeds and reads until the program has closed both its outputs, or the picture is too large to
 * be kept.  false: its time is over. */
static bool serve(struct painter *painter, const char *text, int64_t deadline_ms,
                  struct dm_str *picture, struct dm_str *said, bool *ret_too_large)
{
    size_t size = strlen(text);
    size_t at = 0;

    while (painter->output >= 0 || painter->speech >= 0) {
        struct pollfd fds[] = { { painter->input, POLLOUT, 0 },
                                { painter->output, POLLIN, 0 },
                                { painter->speech, POLLIN, 0 } };
        int64_t left_ms = deadline_ms - now_ms();
        int n = 0;

        if (left_ms <= 0) {
            return false;
        }
        n = poll(fds, 3, (int)left_ms);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        if (n <= 0) {
            continue;
        }
        if (fds[0].revents != 0) {
            feed(painter, text, size, &at);
        }
        if (fds[1].revents != 0
            && !take(&painter->output, picture, dm_limit_value(DM_LIMIT_PICTURE_BYTES))) {
            *ret_too_large = true;
            return true;
        }
        if (fds[2].revents != 0) {
            (void)take(&painter->speech, said, SAID_BYTES);
        }
    }
    return true;
}

/* Waits for the end of the program, which has nothing more to say, and kills it where that does
 * not come in time.  '*ret_ended' is false when it was killed. */
static int collect(pid_t pid, int64_t deadline_ms, bool kill_now, bool *ret_ended)
{
    int result = 0;
    bool killed = kill_now;

    if (killed) {
        (void)kill(pid, SIGKILL);
    }
    for (;;) {
        pid_t got = waitpid(pid, &result, killed ? 0 : WNOHANG);

        if (got == pid || (got < 0 && errno != EINTR)) {
            *ret_ended = !killed && got == pid;
            return result;
        }
        if (!killed && now_ms() >= deadline_ms) {
            (void)kill(pid, SIGKILL);
            killed = true;
        } else if (!killed) {
            (void)poll(NULL, 0, 2);
        }
    }
}

/* One line of what the program said. */
static const char *one_line(struct dm_str *said)
{
    while (said->length > 0 && strchr(" \r\n", said->text[said->length - 1]) != NULL) {
        said->text[--said->length] = '\0';
    }
    for (size_t i = 0; i < said->length; i++) {
        unsigned char c = (unsigned char)said->text[i];

        if (c < ' ' || c == 127) {
            said->text[i] = ' ';
        }
    }
    return said->length > 0 ? said->text : "it says nothing";
}

/* '*ret_late': the program was killed because its time was over; DM_OK then. */
static enum dm_status try_once(struct dm_arena *arena, const char *const *arguments,
                               const char *dot_text, int timeout_ms, struct dm_str *picture,
                               bool *ret_late, struct dm_err *err)
{
    struct painter painter = { .input = -1, .output = -1, .speech = -1 };
    struct dm_str said;
    int64_t deadline_ms = now_ms() + timeout_ms;
    bool too_large = false;
    bool in_time = false;
    bool ended = false;
    int result = 0;
    enum dm_status status = DM_OK;

    dm_str_init(picture, arena);
    dm_str_init(&said, arena);
    status = start(&painter, arguments[0], arguments, err);
    if (status != DM_OK) {
        return status;
    }
    in_time = serve(&painter, dot_text, deadline_ms, picture, &said, &too_large);
    close_one(&painter.input);
    close_one(&painter.output);
    close_one(&painter.speech);
    result = collect(painter.pid, deadline_ms, !in_time || too_large, &ended);
    if (picture->failed || said.failed) {
        return DM_FAIL_NOMEM(err);
    }
    if (too_large) {
        return DM_FAIL(err, DM_LIMIT, "the picture passes the limit of %llu %s",
                       dm_limit_value(DM_LIMIT_PICTURE_BYTES),
                       dm_limit_text(DM_LIMIT_PICTURE_BYTES));
    }
    *ret_late = !ended;
    if (!ended) {
        return DM_OK;
    }
    if (WIFSIGNALED(result)) {
        return DM_FAIL(err, DM_BACKEND, "`%s` was ended by signal %d: %s", arguments[0],
                       WTERMSIG(result), one_line(&said));
    }
    if (WEXITSTATUS(result) != 0 || picture->length == 0) {
        return DM_FAIL(err, DM_BACKEND, "`%s` drew nothing (exit status %d): %s", arguments[0],
                       WEXITSTATUS(result), one_line(&said));
    }
    return DM_OK;
}

enum dm_status dm_picture_layout_with(struct dm_arena *arena, const char *program,
                                      const char *dot_text, const char *format, int timeout_ms,
                                      const char **ret_bytes, size_t *ret_size, struct dm_err *err)
{
    if (program == NULL) {
        return DM_FAIL(err, DM_UNSUPPORTED,
                       "the program `demarc-draw` is neither beside this program nor on PATH");
    }
    for (size_t i = 0; i < N_TRIES; i++) {
        const char *arguments[MAX_ARGUMENTS] = {
            program, format, tries[i][0], tries[i][1], tries[i][2], NULL,
        };
        struct dm_arena_mark mark = dm_arena_save(arena);
        struct dm_str picture;
        bool late = false;
        enum dm_status status =
            try_once(arena, arguments, dot_text, timeout_ms, &picture, &late, err);

        if (status != DM_OK) {
            return status;
        }
        if (!late) {
            *ret_bytes = picture.text;
            *ret_size = picture.length;
            return DM_OK;
        }
        dm_arena_restore(arena, mark);
    }
    return DM_FAIL(err, DM_LIMIT, "no layout was found within %d ms, in %d tries", timeout_ms,
                   (int)N_TRIES);
}

enum dm_status dm_picture_layout(struct dm_arena *arena, const char *dot_text, const char *format,
                                 int timeout_ms, const char **ret_bytes, size_t *ret_size,
                                 struct dm_err *err)
{
    return dm_picture_layout_with(arena, dm_picture_program(arena), dot_text, format, timeout_ms,
                                  ret_bytes, ret_size, err);
}
