/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "model/base/str.h"
#include "model/base/vec.h"

enum { FIRST_READ_BYTES = 64 * 1024, FOLDER_DEPTH = 64, TEMPORARY_TRIES = 100 };

static const char *shown(const char *path)
{
    return strcmp(path, "-") ? path : "standard input";
}

/* 'errno' of a call that failed, in words; does not depend on the locale that nobody sets. */
static enum dm_status fail_io(struct dm_err *err, const char *path, const char *what)
{
    return DM_FAIL(err, DM_IO, "%s: cannot %s: %s", path, what, strerror(errno));
}

static ssize_t read_some(int fd, char *to, size_t size)
{
    ssize_t n;

    size = size > INT_MAX ? INT_MAX : size;
    do {
        n = read(fd, to, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* Reads to the end; the first room is 'expected' bytes, one for the end and the zero byte. */
static enum dm_status read_all(struct dm_arena *arena, int fd, const char *path, size_t expected,
                               uint64_t limit_bytes, char **ret_text, size_t *ret_size,
                               struct dm_err *err)
{
    size_t capacity = expected + 2;
    char *text = DM_NEW_ARRAY(arena, capacity, char);
    size_t size = 0;

    for (;;) {
        ssize_t n;

        if (!text) {
            return DM_FAIL(err, DM_NOMEM, "%s: out of memory", shown(path));
        }
        n = read_some(fd, text + size, capacity - 1 - size);
        if (n < 0) {
            return fail_io(err, shown(path), "read");
        }
        if (n == 0) {
            break;
        }
        size += (size_t)n;
        if (size > limit_bytes) {
            return DM_FAIL(err, DM_LIMIT, "%s: more than %llu bytes", shown(path),
                           (unsigned long long)limit_bytes);
        }
        if (size == capacity - 1) {
            text = dm_arena_grow(arena, text, capacity, capacity * 2, 1);
            capacity *= 2;
        }
    }
    text[size] = '\0';
    *ret_text = text;
    *ret_size = size;
    return DM_OK;
}

enum dm_status dm_file_read(struct dm_arena *arena, const char *path, uint64_t limit_bytes,
                            char **ret_text, size_t *ret_size, struct dm_err *err)
{
    bool from_stdin = !strcmp(path, "-");
    int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    size_t expected = FIRST_READ_BYTES;
    enum dm_status status;
    struct stat info;

    if (fd < 0) {
        return fail_io(err, path, "open");
    }
    if (fstat(fd, &info) != 0) {
        status = fail_io(err, shown(path), "read");
    } else if (S_ISDIR(info.st_mode)) {
        status = DM_FAIL(err, DM_IO, "%s: is a folder, not a file", shown(path));
    } else if (S_ISREG(info.st_mode) && info.st_size > 0 && (uint64_t)info.st_size > limit_bytes) {
        status = DM_FAIL(err, DM_LIMIT, "%s: more than %llu bytes", shown(path),
                         (unsigned long long)limit_bytes);
    } else {
        if (S_ISREG(info.st_mode) && info.st_size > 0) {
            expected = (size_t)info.st_size;
        }
        status = read_all(arena, fd, path, expected, limit_bytes, ret_text, ret_size, err);
    }
    if (!from_stdin) {
        (void)close(fd);
    }
    return status;
}

static void state_of(const struct stat *info, struct dm_file_state *ret_state)
{
    *ret_state = (struct dm_file_state){
        .size = (uint64_t)info->st_size,
        .changed_ns = (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec,
        .device = (uint64_t)info->st_dev,
        .number = (uint64_t)info->st_ino,
    };
}

bool dm_file_state(const char *path, struct dm_file_state *ret_state)
{
    struct stat info;

    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    state_of(&info, ret_state);
    return true;
}

bool dm_file_folder_state(const char *path, struct dm_file_state *ret_state)
{
    struct stat info;

    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return false;
    }
    state_of(&info, ret_state);
    return true;
}

bool dm_file_read_part(const char *path, const struct dm_file_state *state, uint64_t begin,
                       char *to, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct dm_file_state now = { 0 };
    struct stat info;
    bool ok;

    if (fd < 0) {
        return false;
    }
    ok = fstat(fd, &info) == 0;
    if (ok) {
        state_of(&info, &now);
    }
    ok = ok && S_ISREG(info.st_mode) && now.size == state->size
         && now.changed_ns == state->changed_ns && now.device == state->device
         && now.number == state->number && lseek(fd, (off_t)begin, SEEK_SET) >= 0;
    while (ok && size) {
        ssize_t n = read_some(fd, to, size);

        ok = n > 0;
        to += ok ? n : 0;
        size -= ok ? (size_t)n : 0;
    }
    (void)close(fd);
    return ok;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(fd, bytes, size > INT_MAX ? INT_MAX : size);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

static enum dm_status write_in_place(const char *path, const void *bytes, size_t size,
                                     struct dm_err *err)
{
    bool to_stdout = !strcmp(path, "-");
    int fd = to_stdout ? STDOUT_FILENO : open(path, O_WRONLY | O_CLOEXEC);
    enum dm_status status = DM_OK;

    if (fd < 0 || !write_all(fd, bytes, size)) {
        status = fail_io(err, to_stdout ? "standard output" : path, "write");
    }
    if (fd >= 0 && !to_stdout && close(fd) != 0 && status == DM_OK) {
        status = fail_io(err, path, "write");
    }
    return status;
}

/* A new file beside 'path'; '*ret_name' is its name in 'arena'. */
static int open_temporary(struct dm_arena *arena, const char *path, char **ret_name)
{
    for (int i = 0; i < TEMPORARY_TRIES; i++) {
        char *name = dm_sprintf(arena, "%s.%ld.%d.tmp", path, (long)getpid(), i);
        int fd;

        if (!name) {
            errno = ENOMEM;
            return -1;
        }
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) {
            *ret_name = name;
            return fd;
        }
    }
    return -1;
}

/* 'mode': that of the file which is replaced, 0 where there is none. */
static enum dm_status write_beside(struct dm_arena *arena, const char *path, mode_t mode,
                                   const void *bytes, size_t size, struct dm_err *err)
{
    char *name = NULL;
    int fd = open_temporary(arena, path, &name);
    enum dm_status status = DM_OK;

    if (fd < 0) {
        return fail_io(err, path, "write");
    }
    if (!write_all(fd, bytes, size) || (mode && fchmod(fd, mode & 0777) != 0)) {
        status = fail_io(err, path, "write");
    }
    if (close(fd) != 0 && status == DM_OK) {
        status = fail_io(err, path, "write");
    }
    if (status == DM_OK && rename(name, path) != 0) {
        status = fail_io(err, path, "replace");
    }
    if (status != DM_OK) {
        (void)unlink(name);
    }
    return status;
}

enum dm_status dm_file_write(const char *path, const void *bytes, size_t size, struct dm_err *err)
{
    struct dm_arena *arena;
    enum dm_status status;
    struct stat info;
    bool exists;

    if (!strcmp(path, "-")) {
        return write_in_place(path, bytes, size, err);
    }
    exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        return DM_FAIL(err, DM_IO, "%s: is a folder, not a file", path);
    }
    if (exists && !S_ISREG(info.st_mode)) {
        return write_in_place(path, bytes, size, err); /* a device or a pipe stays what it is */
    }
    arena = dm_arena_new(0);
    if (!arena) {
        return DM_FAIL_NOMEM(err);
    }
    status = write_beside(arena, path, exists ? info.st_mode : 0, bytes, size, err);
    dm_arena_free(arena);
    return status;
}

bool dm_file_is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool dm_file_exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

bool dm_file_is_stream(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

enum dm_status dm_file_make_folder(const char *path, struct dm_err *err)
{
    struct dm_arena *arena = dm_arena_new(0);
    char *copy = arena ? dm_arena_strdup(arena, path) : NULL;
    enum dm_status status = copy ? DM_OK : DM_FAIL_NOMEM(err);

    for (char *p = copy; status == DM_OK && *p;) {
        char kept;

        p += strspn(p, "/");
        p += strcspn(p, "/");
        kept = *p;
        *p = '\0';
        if (mkdir(copy, 0777) != 0 && !dm_file_is_folder(copy)) {
            status = fail_io(err, copy, "make folder");
        }
        *p = kept;
    }
    dm_arena_free(arena);
    return status;
}

/* Empties the folder 'fd' (which is closed) with all in it; 'depth' bounds the recursion. */
static bool empty_folder(int fd, int depth)
{
    DIR *folder = fdopendir(fd);
    bool fine = true;

    if (!folder) {
        (void)close(fd);
        return false;
    }
    for (const struct dirent *entry; fine && (entry = readdir(folder));) {
        struct stat info;
        int below;

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
            continue;
        }
        if (fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
            fine = false;
        } else if (!S_ISDIR(info.st_mode)) {
            fine = unlinkat(fd, entry->d_name, 0) == 0;
        } else if (depth == 0) {
            errno = ELOOP;
            fine = false;
        } else {
            below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            fine = below >= 0 && empty_folder(below, depth - 1)
                   && unlinkat(fd, entry->d_name, AT_REMOVEDIR) == 0;
        }
    }
    {
        int kept = errno;

        (void)closedir(folder);
        errno = kept;
    }
    return fine;
}

enum dm_status dm_file_remove_tree(const char *path, struct dm_err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT) {
        return DM_OK;
    }
    if (fd < 0 || !empty_folder(fd, FOLDER_DEPTH) || rmdir(path) != 0) {
        return fail_io(err, path, "remove");
    }
    return DM_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum dm_status dm_file_list(struct dm_arena *arena, const char *path, const char *const **ret_names,
                            size_t *ret_n_names, struct dm_err *err)
{
    DIR *folder = opendir(path);
    DM_VEC(const char *) names = { 0 };
    enum dm_status status = DM_OK;

    if (!folder) {
        return fail_io(err, path, "open folder");
    }
    errno = 0;
    for (const struct dirent *entry; status == DM_OK && (entry = readdir(folder));) {
        const char *copy;

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
            continue;
        }
        copy = dm_arena_strdup(arena, entry->d_name);
        if (!copy || !DM_VEC_PUSH(arena, &names, copy)) {
            status = DM_FAIL_NOMEM(err);
        }
        errno = 0;
    }
    if (status == DM_OK && errno) {
        status = fail_io(err, path, "read folder");
    }
    (void)closedir(folder);
    if (status != DM_OK) {
        return status;
    }
    if (names.n) {
        qsort(names.items, names.n, sizeof *names.items, compare_names);
    }
    *ret_names = names.items;
    *ret_n_names = names.n;
    return DM_OK;
}

char *dm_path_join(struct dm_arena *arena, const char *folder, const char *name)
{
    if (name[0] == '/' || !folder[0]) {
        return dm_arena_strdup(arena, name);
    }
    return dm_sprintf(arena, "%s%s%s", folder, dm_str_ends(folder, "/") ? "" : "/", name);
}

char *dm_path_folder(struct dm_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) {
        return dm_arena_strdup(arena, ".");
    }
    return dm_arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *dm_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

unsigned dm_file_columns(int descriptor)
{
    struct winsize size = { 0 };

    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
