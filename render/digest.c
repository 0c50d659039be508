/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/digest.h"

#include <stdint.h>

#include <sha2.h>

_Static_assert((int)DM_DIGEST_SIZE == SHA256_DIGEST_STRING_LENGTH, "room for all digits");

const char *dm_digest_sha256(const void *bytes, size_t size, char ret_text[DM_DIGEST_SIZE])
{
    SHA2_CTX state;

    SHA256Init(&state);
    SHA256Update(&state, bytes, size);
    (void)SHA256End(&state, ret_text);
    return ret_text;
}
