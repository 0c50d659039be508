/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How pods of a design are kept up, and what they are given (model/workload.h).
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/credential.h"
#include "model/front/design/lower_private.h"

enum { STANDARD_CPU_PERCENT = 80 }; /* where no figure is given [K8S-44] */

/* ---- ports and probes ---- */

static void ports(struct dm_lower *lower, const struct dm_lower_load *load, struct dm_pod *pod)
{
    size_t n = 0;
    const struct dm_tree_pair *const *entries =
        dm_lower_sorted(lower, dm_tree_find(load->copy->tree, "ports"), &n);
    struct dm_kube_port *items = DM_NEW_ARRAY(lower->arena, pod->n_ports + n, struct dm_kube_port);
    struct dm_match match;

    if (!items) {
        lower->oom = true;
        return;
    }
    memcpy(items, pod->ports, pod->n_ports * sizeof *items);
    for (size_t i = 0; i < n; i++) {
        if (dm_lower_match(lower, entries[i]->value, &match)) {
            items[pod->n_ports++] = (struct dm_kube_port){ .name = entries[i]->key,
                                                           .protocol = (uint8_t)match.protocol,
                                                           .port = match.port_first };
        }
    }
    pod->ports = items;
}

static void ask_by(struct dm_lower *lower, const struct dm_tree *map, struct dm_probe *probe)
{
    const struct dm_tree *http = dm_tree_find(map, "http");
    const struct dm_tree *https = dm_tree_find(map, "https");
    const struct dm_tree *command = dm_tree_find(map, "command");
    bool grpc = dm_lower_bool(lower, map, "grpc");
    size_t n = command ? dm_lower_n_items(command) : 0;
    const char **words = DM_NEW_ARRAY(lower->arena, n + 1, const char *);

    if (!words) {
        lower->oom = true;
        return;
    }
    if ((http != NULL) + (https != NULL) + (command != NULL) + grpc > 1) {
        (void)dm_lower_fault(lower, map->span, "a probe asks in one way");
    }
    probe->kind = http || https ? DM_PROBE_HTTP
                  : grpc        ? DM_PROBE_GRPC
                  : command     ? DM_PROBE_COMMAND
                                : DM_PROBE_TCP;
    probe->is_tls = https != NULL;
    probe->path = http || https ? dm_lower_text(lower, http ? http : https) : NULL;
    for (size_t i = 0; i < n; i++) {
        words[i] = dm_lower_text(lower, dm_lower_item(command, i));
    }
    probe->command = words;
    probe->n_command = n;
}

static void probe(struct dm_lower *lower, const struct dm_tree_pair *pair,
                  const struct dm_lower_load *load, const struct dm_pod *pod,
                  struct dm_probe *probe)
{
    const struct dm_tree *node = dm_tree_find(pair->value, "port");
    struct dm_match match;

    probe->origin = node ? node->span : pair->key_span;
    ask_by(lower, pair->value, probe);
    if (probe->kind == DM_PROBE_COMMAND) {
        return;
    }
    probe->port = load->port.port_first;
    if (node && dm_lower_match(lower, node, &match)) {
        probe->port = match.port_first;
        if (match.protocol != DM_PROTO_TCP) {
            (void)dm_lower_fault(lower, node->span, "a probe asks over TCP");
        }
    } else if (load->port.protocol != DM_PROTO_TCP) {
        (void)dm_lower_fault(lower, pair->key_span,
                             "a probe asks over TCP, which its pods do not listen on");
    }
    for (size_t i = 0; i < pod->n_ports; i++) {
        probe->is_declared =
            probe->is_declared
            || (pod->ports[i].protocol == DM_PROTO_TCP && pod->ports[i].port == probe->port);
    }
}

static void probes(struct dm_lower *lower, const struct dm_lower_load *load, struct dm_pod *pod)
{
    static const char *const keys[] = { "liveness", "readiness", "startup" };
    const struct dm_tree *map = dm_tree_find(load->copy->tree, "probes");
    struct dm_probe *items = DM_NEW_ARRAY(lower->arena, 3, struct dm_probe);

    if (!items) {
        lower->oom = true;
        return;
    }
    for (int i = DM_PROBE_LIVENESS; map && i <= DM_PROBE_STARTUP; i++) {
        const struct dm_tree_pair *pair = dm_tree_find_pair(map, keys[i]);

        if (pair) {
            items[pod->n_probes] = (struct dm_probe){ .purpose = (enum dm_probe_purpose)i };
            probe(lower, pair, load, pod, &items[pod->n_probes++]);
        }
    }
    pod->probes = items;
}

/* ---- credentials ---- */

static void credentials(struct dm_lower *lower, const struct dm_lower_load *load,
                        struct dm_pod *pod)
{
    size_t n = 0;
    const struct dm_tree_pair *const *entries =
        dm_lower_sorted(lower, dm_tree_find(load->copy->tree, "credentials"), &n);
    struct dm_variable *items = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_variable);

    if (!items) {
        lower->oom = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = dm_lower_text(lower, entries[i]->value);
        size_t length = 0;

        if (!text || !dm_credential_is_reference(text, &length)) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, entries[i]->value->span,
                                         "`%s` must name a secret and a key of it",
                                         entries[i]->key),
                          "as in `db/password`; the value is never written here");
            continue;
        }
        items[pod->n_variables++] =
            (struct dm_variable){ .name = entries[i]->key,
                                  .kind = DM_VARIABLE_SECRET,
                                  .secret = dm_arena_strndup(lower->arena, text, length),
                                  .key = text + length + 1,
                                  .origin = entries[i]->key_span };
        lower->oom = lower->oom || !items[pod->n_variables - 1].secret;
    }
    pod->variables = items;
}

/* ---- accounts ---- */

static void account(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                    const struct dm_lower_load *load, const struct dm_workload *workload,
                    const struct dm_pod *pod)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(load->copy->tree, "account");
    const struct dm_tree *role = dm_tree_find(load->copy->tree, "role");
    struct dm_service_account item = {
        .object = { .name = dm_lower_in_cluster(
                        lower, cluster,
                        dm_lower_name(lower, "%s/%s", load->namespace, pod->account)),
                    .origin = pair ? pair->key_span : load->copy->entry->key_span },
        .namespace = workload->namespace,
        .short_name = pod->account,
        .role = role ? dm_lower_text(lower, role) : NULL,
        .role_origin = role ? role->span : load->copy->entry->key_span,
    };
    struct dm_ref known;

    if (!pair) {
        return;
    }
    known = dm_builder_find(lower->builder, DM_KIND_service_account, item.object.name);
    if (!known.v) {
        (void)DM_LOWER_ADD(lower, service_account, &item);
    } else {
        struct dm_service_account *other = dm_builder_edit_service_account(
            lower->builder, (struct dm_service_account_id){ known.v });

        if (!other->role) {
            other->role = item.role;
            other->role_origin = item.role_origin;
        } else if (item.role && strcmp(other->role, item.role) != 0) {
            (void)dm_lower_fault(lower, item.role_origin, "account `%s` is bound to another role",
                                 pod->account);
        }
    }
}

/* Whether a callee is a store that is reached by asking AWS. */
static bool is_of_aws(struct dm_lower *lower, const struct dm_tree *item)
{
    const struct dm_tree *to = item->kind == DM_TREE_MAP ? dm_tree_find(item, "to") : item;
    const char *text = to ? dm_tree_text(to) : NULL;
    const char *name = text && strncmp(text, "store:", 6) == 0 ? text + 6 : text;
    const struct dm_tree *stores = dm_tree_find(lower->root, "stores");
    const struct dm_tree *store = name && stores ? dm_lower_entry(lower, stores, name) : NULL;
    const struct dm_tree *engine = store ? dm_tree_find(store, "engine") : NULL;
    const char *word = engine ? dm_tree_text(engine) : NULL;

    return word && strcmp(word, "s3") == 0;
}

static bool uses_aws(struct dm_lower *lower, const struct dm_lower_load *load)
{
    const struct dm_tree *calls = dm_tree_find(load->copy->tree, "calls");

    if (dm_tree_find(load->copy->tree, "aws_services")) {
        return true;
    }
    for (size_t i = 0; calls && i < dm_lower_n_items(calls); i++) {
        if (is_of_aws(lower, dm_lower_item(calls, i))) {
            return true;
        }
    }
    return false;
}

void dm_lower_upkeep(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                     const struct dm_lower_load *load, struct dm_workload *workload,
                     struct dm_pod *pod)
{
    ports(lower, load, pod);
    probes(lower, load, pod);
    credentials(lower, load, pod);
    account(lower, cluster, load, workload, pod);
    workload->uses_aws = uses_aws(lower, load);
}

/* ---- autoscalers ---- */

static uint32_t percent(struct dm_lower *lower, const struct dm_tree *map, const char *key)
{
    const struct dm_tree *node = dm_tree_find(map, key);
    int64_t value = 0;

    return node && dm_lower_int(lower, node, 1, 1000, key, &value) ? (uint32_t)value : 0;
}

static bool horizontal(struct dm_lower *lower, const struct dm_tree_pair *pair,
                       struct dm_autoscaler *item)
{
    const struct dm_tree *min = dm_tree_find(pair->value, "min");
    const struct dm_tree *max = dm_lower_need(lower, pair->value, "max", pair->key_span);
    int64_t least = 1;
    int64_t most = 0;

    if (!max || (min && !dm_lower_int(lower, min, 1, 5000, "`min`", &least))
        || !dm_lower_int(lower, max, 1, 5000, "`max`", &most)) {
        return false;
    }
    if (least > most) {
        (void)dm_lower_fault(lower, min ? min->span : max->span, "`min` is %lld, and `max` %lld",
                             (long long)least, (long long)most);
        return false;
    }
    item->least = (uint32_t)least;
    item->most = (uint32_t)most;
    item->cpu_percent = percent(lower, pair->value, "cpu");
    item->memory_percent = percent(lower, pair->value, "memory");
    if (!item->cpu_percent && !item->memory_percent) {
        item->cpu_percent = STANDARD_CPU_PERCENT;
    }
    item->by_cpu = item->cpu_percent != 0;
    item->by_memory = item->memory_percent != 0;
    return true;
}

static bool vertical(struct dm_lower *lower, const struct dm_tree_pair *pair,
                     struct dm_autoscaler *item)
{
    const struct dm_tree *mode = dm_tree_find(pair->value, "mode");
    const struct dm_tree *resources = dm_tree_find(pair->value, "resources");
    const char *word = mode ? dm_lower_text(lower, mode) : "recreate";

    item->mode = strcmp(word, "off") == 0       ? DM_RESIZE_OFF
                 : strcmp(word, "initial") == 0 ? DM_RESIZE_INITIAL
                                                : DM_RESIZE_RUNNING;
    item->by_cpu = !resources;
    item->by_memory = !resources;
    for (size_t i = 0; resources && i < dm_lower_n_items(resources); i++) {
        const char *text = dm_lower_text(lower, dm_lower_item(resources, i));

        item->by_cpu = item->by_cpu || strcmp(text, "cpu") == 0;
        item->by_memory = item->by_memory || strcmp(text, "memory") == 0;
    }
    item->most_asked = dm_lower_resources(lower, dm_tree_find(pair->value, "max"));
    return true;
}

static void autoscaler(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                       const struct dm_lower_load *load, const struct dm_workload *workload,
                       enum dm_autoscaler_kind kind, struct dm_pod *pod)
{
    bool is_horizontal = kind == DM_AUTOSCALER_HORIZONTAL;
    const struct dm_tree_pair *pair = dm_tree_find_pair(
        load->copy->tree, is_horizontal ? "horizontal_autoscaler" : "vertical_autoscaler");
    struct dm_autoscaler item = { .kind = kind,
                                  .namespace = workload->namespace,
                                  .short_name = workload->short_name,
                                  .target_kind = workload->owner_kind,
                                  .target_name = workload->short_name,
                                  .target = load->workload,
                                  .most_asked = { -1, -1 } };
    struct dm_schedule *schedule = DM_NEW(lower->arena, struct dm_schedule);

    lower->oom = lower->oom || !schedule;
    if (!pair || !schedule
        || !(is_horizontal ? horizontal(lower, pair, &item) : vertical(lower, pair, &item))) {
        return;
    }
    item.object.name = dm_lower_in_cluster(
        lower, cluster,
        dm_lower_name(lower, "%s/%s[%s]", load->namespace, workload->short_name,
                      is_horizontal ? "HorizontalPodAutoscaler" : "VerticalPodAutoscaler"));
    item.object.origin = pair->key_span;
    (void)DM_LOWER_ADD(lower, autoscaler, &item);
    *schedule = *pod->schedule;
    dm_autoscaler_apply(&item, schedule);
    pod->schedule = schedule;
}

/* ---- budgets ---- */

/* "2" or "25%". */
static bool amount(struct dm_lower *lower, const struct dm_tree *node,
                   struct dm_disruption_budget *item)
{
    const char *text = dm_lower_text(lower, node);
    size_t length = text ? strlen(text) : 0;
    uint64_t value = 0;

    item->is_percent = length && text[length - 1] == '%';
    length -= item->is_percent;
    if (!length || !dm_str_to_u64(text, length, item->is_percent ? 100 : 5000, &value)) {
        (void)dm_lower_fault(lower, node->span, "expected a number of pods or a percentage");
        return false;
    }
    item->amount = (uint32_t)value;
    return true;
}

static void budget(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                   const struct dm_lower_load *load, const struct dm_workload *workload)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(load->copy->tree, "disruption_budget");
    const struct dm_tree *least = pair ? dm_tree_find(pair->value, "min_available") : NULL;
    const struct dm_tree *gone = pair ? dm_tree_find(pair->value, "max_unavailable") : NULL;
    struct dm_disruption_budget item = {
        .object = { .name = dm_lower_in_cluster(
                        lower, cluster,
                        dm_lower_name(lower, "%s/%s", load->namespace, workload->short_name)),
                    .origin = pair ? pair->key_span : DM_SPAN_NONE },
        .namespace = workload->namespace,
        .short_name = workload->short_name,
        .selector = dm_lower_selector(lower, "app", &load->copy->entry->key, 1),
        .is_unavailable = gone != NULL,
    };

    if ((least || gone) && amount(lower, gone ? gone : least, &item)) {
        (void)DM_LOWER_ADD(lower, disruption_budget, &item);
    }
}

void dm_lower_scaling(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                      const struct dm_lower_load *load, const struct dm_workload *workload,
                      struct dm_pod *pod)
{
    autoscaler(lower, cluster, load, workload, DM_AUTOSCALER_HORIZONTAL, pod);
    autoscaler(lower, cluster, load, workload, DM_AUTOSCALER_VERTICAL, pod);
    budget(lower, cluster, load, workload);
}
