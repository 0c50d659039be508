/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_read(READING_YAML, data, size);
}
