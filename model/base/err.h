/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * err - why an operation could not finish.
 *
 * An error is about the program or what surrounds it: a file that cannot be
 * read, memory that ran out, a limit that was reached.  A fault that the user
 * made in a network is not an error but a diagnostic (diag.h).
 *
 * Every function that can fail returns 'enum dm_status' and takes 'err' last
 * (NULL is fine).  On success 'err' is left as it was, so that calls chain.
 * The first failure is kept; what comes after it only adds context.  When a
 * function fails, none of its 'ret_' parameters has been written.
 */
#ifndef DM_MODEL_BASE_ERR_H
#define DM_MODEL_BASE_ERR_H

#include <stddef.h>

/*        name         exit  meaning */
#define DM_STATUS_LIST(X)                                                                          \
    X(OK, 0, "success")                                                                            \
    X(NOMEM, 2, "out of memory")                                                                   \
    X(IO, 2, "input or output failed")                                                             \
    X(PARSE, 2, "input is not well formed")                                                        \
    X(INVALID, 2, "input is well formed but has no meaning")                                       \
    X(LIMIT, 2, "a limit was reached")                                                             \
    X(USAGE, 2, "the command line is not understood")                                              \
    X(UNSUPPORTED, 2, "not supported by this build")                                               \
    X(BACKEND, 2, "a library underneath failed")

enum dm_status {
#define DM_STATUS_ENUM(name, exit_code, text) DM_##name,
    DM_STATUS_LIST(DM_STATUS_ENUM)
#undef DM_STATUS_ENUM
};

enum { DM_ERR_TEXT_SIZE = 512 };

struct dm_err {
    enum dm_status status;
    const char *file; /* the file of this program that raised it */
    int line;
    char text[DM_ERR_TEXT_SIZE]; /* one line, no full stop */
};

#define DM_ERR_INIT                                                                                \
    {                                                                                              \
        .status = DM_OK                                                                            \
    }

#if defined(__GNUC__)
#define DM_NODISCARD __attribute__((warn_unused_result))
#define DM_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define DM_NORETURN __attribute__((noreturn))
#else
#define DM_NODISCARD
#define DM_PRINTF(fmt, first)
#define DM_NORETURN
#endif

/* Fixed text of 'status', never NULL. */
const char *dm_status_text(enum dm_status status);

/* Exit status of the process when 'status' ended it. */
int dm_status_exit_code(enum dm_status status);

/* Records a failure unless 'err' holds one already.  Returns 'status'. */
enum dm_status dm_err_set(struct dm_err *err, enum dm_status status, const char *file, int line,
                          const char *fmt, ...) DM_PRINTF(5, 6);

/* Puts "context: " before the text of a recorded failure; nothing where there is none. */
void dm_err_context(struct dm_err *err, const char *fmt, ...) DM_PRINTF(2, 3);

/* Ends the program: an invariant of ours does not hold.  Never for what a user gave. */
DM_NORETURN void dm_assert_fail(const char *file, int line, const char *what);

#ifdef __clang_analyzer__
/* The analyzer sees one file at a time: show it that what comes back is 'status'. */
#define DM_FAIL(err, status, ...)                                                                  \
    ((void)dm_err_set((err), (status), __FILE__, __LINE__, __VA_ARGS__), (status))
#else
#define DM_FAIL(err, status, ...) dm_err_set((err), (status), __FILE__, __LINE__, __VA_ARGS__)
#endif
#define DM_FAIL_NOMEM(err) DM_FAIL((err), DM_NOMEM, "out of memory")

/* Always on. */
#define DM_ASSERT(condition)                                                                       \
    ((condition) ? (void)0 : dm_assert_fail(__FILE__, __LINE__, #condition))

/* For checks that cost more than they may in a release build. */
#ifndef NDEBUG
#define DM_DEBUG_CHECK(condition) DM_ASSERT(condition)
#else
#define DM_DEBUG_CHECK(condition) ((void)0)
#endif

#endif
