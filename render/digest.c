/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/digest.h"

#include <stdint.h>

#include <sha2.h>

#include "model/base/str.h"
#include "model/facts/data.h"

_Static_assert((int)DM_DIGEST_SIZE == SHA256_DIGEST_STRING_LENGTH, "room for all digits");

const char *dm_digest_sha256(const void *bytes, size_t size, char ret_text[DM_DIGEST_SIZE])
{
    SHA2_CTX state;

    SHA256Init(&state);
    SHA256Update(&state, bytes, size);
    (void)SHA256End(&state, ret_text);
    return ret_text;
}

bool dm_digest_source(const struct dm_source *source, char ret_text[DM_DIGEST_SIZE])
{
    char bytes[DM_SOURCE_PART];
    SHA2_CTX state;

    SHA256Init(&state);
    for (size_t begin = 0, size; begin < source->size; begin += size) {
        size = source->size - begin < sizeof bytes ? source->size - begin : sizeof bytes;
        if (!dm_source_copy(source, begin, bytes, size)) {
            return false;
        }
        SHA256Update(&state, (const uint8_t *)bytes, size);
    }
    (void)SHA256End(&state, ret_text);
    return true;
}

bool dm_digest_facts(struct dm_arena *arena, char ret_text[DM_DIGEST_SIZE])
{
    size_t n = 0;
    const struct dm_data_file *files = dm_data_list("facts/", &n);
    char digest[DM_DIGEST_SIZE];
    struct dm_str digests;

    dm_str_init(&digests, arena);
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(&digests, "%s %s\n", files[i].path,
                    dm_digest_sha256(files[i].text, files[i].size, digest));
    }
    if (digests.failed) {
        return false;
    }
    (void)dm_digest_sha256(digests.text, digests.length, ret_text);
    return true;
}
