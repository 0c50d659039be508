/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods that no policy tells apart: what one of them may do, each of them may.
 *
 * Large clusters have few kinds of pods, as policies see them, and many pairs.  So pods are put
 * into classes by all that evaluation looks at: namespace, address, account, named ports, which
 * selectors match, which policies select them.  What passes between two classes is found once.
 *
 * Classes are found by sorting, hashes first: O(pods * (selectors + prefixes)), and O(log pods)
 * times that where hashes are equal.  Where there are more than MAX_CLASSES nothing is kept: the
 * table would be larger than what it saves.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/planted.h"
#include "model/base/str.h"
#include "solver/cluster/policy_private.h"

enum { MAX_CLASSES = 2048 };

struct seen {
    const struct dm_policies *policies;
    uint32_t pod;
    uint64_t hash;
};

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return text ? dm_hash(hash, text, strlen(text) + 1) : dm_hash(hash, "\1", 1);
}

static uint64_t hash_pod(const struct dm_policies *policies, uint32_t index)
{
    const struct pod *pod = &policies->pods[index];
    uint64_t hash = dm_hash(DM_HASH_SEED, &pod->workload->namespace.v, sizeof(uint32_t));

    hash = hash_text(hash, pod->pod->account);
    for (size_t i = 0; i < policies->nets.n; i++) {
        bool has = dm_prefix_has(policies->nets.items[i], pod->pod->address);

        hash = dm_hash(hash, &has, sizeof has);
    }
    for (size_t i = 0; i < pod->pod->n_ports; i++) {
        hash = hash_text(hash, pod->pod->ports[i].name);
        hash = dm_hash(hash, &pod->pod->ports[i].port, sizeof pod->pod->ports[i].port);
    }
    for (size_t i = 0; i < policies->on_pods.n; i++) {
        hash = dm_hash(hash, &policies->on_pods.items[i].matches[index], sizeof(bool));
    }
    return hash;
}

/* ---- order: 0 where nothing tells the two apart ---- */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_labels(const struct dm_kube_labels *a, const struct dm_kube_labels *b)
{
    int order = compare_numbers(a->n, b->n);

    for (size_t i = 0; i < a->n && !order; i++) {
        order = strcmp(a->items[i].key, b->items[i].key);
        order = order ? order : strcmp(a->items[i].value, b->items[i].value);
    }
    return order;
}

/* Of an address counts which prefixes of rules have it. */
static int compare_addresses(const struct dm_policies *policies, struct dm_addr a, struct dm_addr b)
{
    int order = (int)dm_addr_is_none(a) - (int)dm_addr_is_none(b);

    for (size_t i = 0; i < policies->nets.n && !order; i++) {
        order = (int)dm_prefix_has(policies->nets.items[i], a)
                - (int)dm_prefix_has(policies->nets.items[i], b);
    }
    return order;
}

static int compare_ports(const struct dm_pod *a, const struct dm_pod *b)
{
    int order = compare_numbers(a->n_ports, b->n_ports);

    if (DM_PLANTED(PORTS_ALIKE)) {
        return 0;
    }
    for (size_t i = 0; i < a->n_ports && !order; i++) {
        order = compare_texts(a->ports[i].name, b->ports[i].name);
        order = order ? order : compare_numbers(a->ports[i].port, b->ports[i].port);
        order = order ? order : compare_numbers(a->ports[i].protocol, b->ports[i].protocol);
    }
    return order;
}

static int compare_sides(const struct side *a, const struct side *b)
{
    int order = compare_numbers(a->n, b->n);

    for (size_t i = 0; i < a->n && !order; i++) {
        order =
            (a->items[i].policy > b->items[i].policy) - (a->items[i].policy < b->items[i].policy);
        order = order ? order : (int)a->items[i].truth - (int)b->items[i].truth;
    }
    return order;
}

static int compare_pods(const struct dm_policies *policies, uint32_t a, uint32_t b)
{
    const struct pod *left = &policies->pods[a];
    const struct pod *right = &policies->pods[b];
    int order = compare_numbers(left->workload->namespace.v, right->workload->namespace.v);

    order = order ? order : (int)left->pod->host_network - (int)right->pod->host_network;
    order = order ? order : compare_addresses(policies, left->pod->address, right->pod->address);
    order = order ? order : compare_texts(left->pod->account, right->pod->account);
    order = order ? order : (int)left->pod->account_is_known - (int)right->pod->account_is_known;
    order = order ? order : compare_labels(&left->pod->account_labels, &right->pod->account_labels);
    order = order ? order : compare_ports(left->pod, right->pod);
    for (size_t i = 0; i < 2 && !order; i++) {
        order = compare_sides(&left->sides[i], &right->sides[i]);
    }
    for (size_t i = 0; i < policies->on_pods.n && !order; i++) {
        const bool *matches = policies->on_pods.items[i].matches;

        order = (int)matches[a] - (int)matches[b];
    }
    return order;
}

static int compare_seen(const void *a, const void *b)
{
    const struct seen *left = a;
    const struct seen *right = b;
    int order = compare_numbers(left->hash, right->hash);

    return order ? order : compare_pods(left->policies, left->pod, right->pod);
}

/* ---- classes ---- */

bool dm_policies_find_alike(struct dm_policies *policies)
{
    uint32_t n = policies->n_pods;
    struct seen *seen = DM_NEW_ARRAY(policies->arena, (size_t)n + 1, struct seen);
    uint32_t *classes = DM_NEW_ARRAY(policies->arena, (size_t)n + 1, uint32_t);
    size_t n_classes = 0;

    if (!seen || !classes) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        seen[i] = (struct seen){ policies, i, DM_PLANTED(PORTS_ALIKE) ? 0 : hash_pod(policies, i) };
    }
    if (n > 1) {
        qsort(seen, n, sizeof *seen, compare_seen);
    }
    for (uint32_t i = 0; i < n; i++) {
        n_classes += i == 0 || compare_seen(&seen[i - 1], &seen[i]) != 0;
        classes[seen[i].pod] = (uint32_t)n_classes - 1;
    }
    if (n_classes > MAX_CLASSES) {
        return true;
    }
    policies->classes = classes;
    policies->n_classes = n_classes;
    policies->between =
        DM_NEW_ARRAY(policies->arena, n_classes * n_classes + 1, struct dm_flow_sets);
    for (size_t i = 0; policies->between && i < n_classes * n_classes; i++) {
        policies->between[i].sure = DM_SET_UNFOUND;
    }
    return policies->between != NULL;
}

struct dm_flow_sets *dm_policies_known(const struct dm_policies *policies, uint32_t from,
                                       uint32_t to)
{
    return policies->classes ? &policies->between[policies->classes[from] * policies->n_classes
                                                  + policies->classes[to]]
                             : NULL;
}
