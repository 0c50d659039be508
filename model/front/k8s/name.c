/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What labels and names of ports may look like: a cluster refuses others, so what looks for them
 * finds none [K8S-61].
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

enum { MAX_PREFIX = 253, MAX_NAME = 63, MAX_PORT_NAME = 15 };

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
static const char letters[] = LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS;
static const char inside[] = LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "-_.";

static bool is_among(char c, const char *chars)
{
    return c && strchr(chars, c);
}

/* Letters and digits, with what else 'within' has between the first and the last. */
static bool is_name(const char *text, size_t length, size_t max, const char *ends,
                    const char *within)
{
    return length > 0 && length <= max && strspn(text, within) >= length && is_among(text[0], ends)
           && is_among(text[length - 1], ends);
}

static bool is_key(const char *key)
{
    const char *slash = strchr(key, '/');
    const char *name = slash ? slash + 1 : key;

    return (!slash
            || is_name(key, (size_t)(slash - key), MAX_PREFIX, LOWER DIGITS, LOWER DIGITS "-."))
           && is_name(name, strlen(name), MAX_NAME, letters, inside);
}

bool dm_k8s_check_key(struct dm_k8s *k8s, const char *key, struct dm_span span)
{
    if (!is_key(key)) {
        (void)dm_k8s_fault(k8s, span, "`%s` is no key of a label", key);
        return false;
    }
    return true;
}

bool dm_k8s_check_value(struct dm_k8s *k8s, const char *value, struct dm_span span)
{
    if (*value && !is_name(value, strlen(value), MAX_NAME, letters, inside)) {
        (void)dm_k8s_fault(k8s, span, "`%s` is no value of a label", value);
        return false;
    }
    return true;
}

bool dm_k8s_check_port_name(struct dm_k8s *k8s, const char *name, struct dm_span span)
{
    size_t length = strlen(name);
    bool has_digits_alone = length > 0 && strspn(name, DIGITS) == length;

    if (is_name(name, length, MAX_PORT_NAME, LOWER DIGITS, LOWER DIGITS "-")
        && strcspn(name, LOWER) < length && !strstr(name, "--")) {
        return true;
    }
    dm_diag_help(k8s->diags, dm_k8s_fault(k8s, span, "`%s` is no name of a port", name), "%s",
                 has_digits_alone ? "a number of a port stands without quotes"
                                  : "at most 15 small letters, digits and dashes, with a letter");
    return false;
}
