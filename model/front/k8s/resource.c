/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quantities, and what pods ask for: "500m", "1.5", "128Mi", "1e9".
 */
#include <string.h>

#include "model/front/k8s/schedule.h"

static const struct {
    const char *suffix;
    int64_t factor; /* in thousandths */
} units[] = {
    { "", 1000 },
    { "m", 1 },
    { "k", INT64_C(1000) * 1000 },
    { "M", INT64_C(1000) * 1000000 },
    { "G", INT64_C(1000) * 1000000000 },
    { "T", INT64_C(1000) * 1000000000000 },
    { "Ki", INT64_C(1000) << 10 },
    { "Mi", INT64_C(1000) << 20 },
    { "Gi", INT64_C(1000) << 30 },
    { "Ti", INT64_C(1000) << 40 },
};

/* 'number' times 'factor'; false where that is too large. */
static bool scale(uint64_t number, int64_t factor, int64_t *ret_value)
{
    if (number > (uint64_t)(INT64_MAX / factor)) {
        return false;
    }
    *ret_value = (int64_t)number * factor;
    return true;
}

/* The part behind a point: digits of a unit of 'factor'. */
static int64_t fraction(const char *digits, size_t n, int64_t factor)
{
    int64_t value = 0;

    for (size_t i = 0; i < n && factor; i++) {
        int64_t digit = digits[i] - '0';

        value += factor / 10 * digit + factor % 10 * digit / 10;
        factor /= 10;
    }
    return value;
}

/* In thousandths. */
static bool parse(const char *text, int64_t *ret_milli)
{
    size_t n_whole = strspn(text, "0123456789");
    const char *rest = text + n_whole;
    size_t n_part = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
    const char *digits = rest + 1;
    uint64_t whole = 0;
    uint64_t exponent = 0;
    int64_t factor = 0;
    int64_t value = 0;

    if (n_whole + n_part == 0 || (n_whole && !dm_str_to_u64(text, n_whole, INT64_MAX, &whole))) {
        return false;
    }
    rest += *rest == '.' ? 1 + n_part : 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        factor = strcmp(rest, units[i].suffix) == 0 ? units[i].factor : factor;
    }
    if (!factor && (*rest == 'e' || *rest == 'E')
        && dm_str_to_u64(rest + 1, strlen(rest + 1), 15, &exponent)) {
        factor = 1000;
        for (; exponent; exponent--) {
            factor *= 10;
        }
    }
    if (!factor || !scale(whole, factor, &value)) {
        return false;
    }
    *ret_milli = value + fraction(digits, n_part, factor);
    return *ret_milli >= 0;
}

/* In thousandths, or whole units of them rounded up; -1: not said. */
static int64_t quantity(struct dm_k8s *k8s, const struct dm_tree *map, const char *key,
                        bool in_milli)
{
    const struct dm_tree *node = dm_k8s_get(map, key);
    const char *text = node ? dm_tree_text(node) : NULL;
    int64_t milli = -1;

    if (!node) {
        return -1;
    }
    if (!text || !parse(text, &milli)) {
        (void)dm_k8s_fault(k8s, node->span, "`%s` is no quantity",
                           text ? text : dm_tree_kind_text(node));
        return -1;
    }
    return in_milli ? milli : milli / 1000 + (milli % 1000 != 0);
}

struct dm_resources dm_k8s_resources(struct dm_k8s *k8s, const struct dm_tree *map)
{
    return (struct dm_resources){ quantity(k8s, map, "cpu", true),
                                  quantity(k8s, map, "memory", false) };
}

uint16_t dm_k8s_max_pods(struct dm_k8s *k8s, const struct dm_tree *map)
{
    int64_t n = quantity(k8s, map, "pods", false);

    return n < 0 ? 0 : n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

/* ---- of pods ---- */

static int64_t sum(int64_t a, int64_t b)
{
    if (a < 0 || b < 0) {
        return a < 0 ? b : a;
    }
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct dm_resources add(struct dm_resources a, struct dm_resources b)
{
    return (struct dm_resources){ sum(a.cpu_milli, b.cpu_milli), sum(a.memory, b.memory) };
}

static struct dm_resources most(struct dm_resources a, struct dm_resources b)
{
    return (struct dm_resources){ larger(a.cpu_milli, b.cpu_milli), larger(a.memory, b.memory) };
}

/* As the API server does [K8S-47]. */
static void refuse_above(struct dm_k8s *k8s, const struct dm_tree *resources, const char *key,
                         int64_t request, int64_t limit)
{
    if (limit >= 0 && request > limit) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(dm_k8s_get(resources, "requests"), key)->span,
                           "more %s is requested than the limit allows", key);
    }
}

/* What a container asks for: without a request as much as its limit. */
static struct dm_resources of_container(struct dm_k8s *k8s, const struct dm_tree *container,
                                        const char *which)
{
    const struct dm_tree *resources = dm_k8s_map(k8s, container, "resources");
    struct dm_resources value = dm_k8s_resources(k8s, dm_k8s_map(k8s, resources, which));
    struct dm_resources limit = dm_k8s_resources(k8s, dm_k8s_map(k8s, resources, "limits"));

    if (strcmp(which, "requests") == 0) {
        refuse_above(k8s, resources, "cpu", value.cpu_milli, limit.cpu_milli);
        refuse_above(k8s, resources, "memory", value.memory, limit.memory);
    }
    value.cpu_milli = value.cpu_milli < 0 ? limit.cpu_milli : value.cpu_milli;
    value.memory = value.memory < 0 ? limit.memory : value.memory;
    return value;
}

/* A pod may use what it likes of what one of its containers has no limit of. */
static struct dm_resources bounded(struct dm_k8s *k8s, const struct dm_tree *list,
                                   struct dm_resources all)
{
    for (size_t i = 0; list && i < list->n; i++) {
        struct dm_resources one = of_container(k8s, list->items[i], "limits");

        all.cpu_milli = one.cpu_milli < 0 ? -1 : all.cpu_milli;
        all.memory = one.memory < 0 ? -1 : all.memory;
    }
    return all;
}

/* Containers run together, those that begin a pod one after the other before them; one of these
 * that is restarted always runs on beside all that follow. */
struct dm_resources dm_k8s_pod_resources(struct dm_k8s *k8s, const struct dm_tree *spec,
                                         const char *which)
{
    static const struct dm_resources none = { -1, -1 };
    const struct dm_tree *first = dm_k8s_list(k8s, spec, "initContainers");
    const struct dm_tree *list = dm_k8s_list(k8s, spec, "containers");
    const struct dm_tree *own = dm_k8s_map(k8s, spec, "resources");
    struct dm_resources beside = none;
    struct dm_resources peak = none;
    struct dm_resources all = none;

    if (own && dm_k8s_get(own, which)) {
        return dm_k8s_resources(k8s, dm_k8s_map(k8s, own, which));
    }
    for (size_t i = 0; first && i < first->n; i++) {
        struct dm_resources one = of_container(k8s, first->items[i], which);

        if (dm_str_equal(dm_tree_text(dm_k8s_get(first->items[i], "restartPolicy")), "Always")) {
            beside = add(beside, one);
            peak = most(peak, beside);
        } else {
            peak = most(peak, add(beside, one));
        }
    }
    for (size_t i = 0; list && i < list->n; i++) {
        all = add(all, of_container(k8s, list->items[i], which));
    }
    if (strcmp(which, "limits") == 0) {
        return bounded(k8s, list, most(add(all, beside), peak));
    }
    all = most(add(all, beside), peak);
    return add(all, dm_k8s_resources(k8s, dm_k8s_map(k8s, spec, "overhead")));
}
