/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * digest - SHA-256 of bytes, in hex, by libmd: which input a result was made from.
 */
#ifndef DM_RENDER_DIGEST_H
#define DM_RENDER_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "model/base/span.h"

enum { DM_DIGEST_SIZE = 65 };

/* 64 digits and a zero byte.  Returns 'ret_text'.  O(size). */
const char *dm_digest_sha256(const void *bytes, size_t size, char ret_text[DM_DIGEST_SIZE]);

/* The same of a source, held or not; false where its file was changed since it was read. */
bool dm_digest_source(const struct dm_source *source, char ret_text[DM_DIGEST_SIZE]);

/* The same of the facts that the program holds: over path and digest of each of their files.  False
 * when memory is out. */
bool dm_digest_facts(struct dm_arena *arena, char ret_text[DM_DIGEST_SIZE]);

#endif
