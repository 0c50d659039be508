/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * workload - what Kubernetes does to pods while they run, and what they are given: probes,
 * accounts, autoscalers, budgets of disruption, variables.
 *
 * None of it carries a packet.  It decides whether a pod counts as ready, how many there are, how
 * much they request, how many may be gone at once, and as whom they ask AWS for something.  So the
 * rules that look at it compare statements with each other and with pods, services and balancers.
 *
 * A probe is asked by the kubelet, from the node that the pod is on [K8S-41], and policies of
 * Calico let a node reach its own pods [EKS-21]: so probes are no packets here, and what is kept is
 * which port they ask for.  Names of ports are looked up in the probe's own container, as the
 * kubelet does it [K8S-42], where manifests are read.
 *
 * An autoscaler's target is a workload of its namespace.  What follows for where pods find room is
 * written into the workload's schedule by the front end (dm_autoscaler_apply): the number of pods
 * is at least the autoscaler's smallest and at most its largest [K8S-44], and requests may grow up
 * to what the vertical one may set [K8S-46].
 *
 * Of variables, secrets and config maps names are kept, never values: who reads a value that looks
 * like a credential hides its place from snippets (dm_sources_hide).
 *
 * A role of AWS that an account is bound to is its ARN as written.  What the role trusts and
 * permits is no part of this yet.
 *
 * All arrays belong to the model's arena.
 */
#ifndef DM_MODEL_WORKLOAD_H
#define DM_MODEL_WORKLOAD_H

#include "model/cluster.h"

enum dm_probe_purpose { DM_PROBE_LIVENESS, DM_PROBE_READINESS, DM_PROBE_STARTUP };

enum dm_probe_kind { DM_PROBE_HTTP, DM_PROBE_TCP, DM_PROBE_GRPC, DM_PROBE_COMMAND };

struct dm_probe {
    enum dm_probe_purpose purpose;
    enum dm_probe_kind kind;
    const char *container; /* NULL: the only one */
    const char *port_name; /* NULL: it asks by number */
    uint16_t port;         /* 0: it runs a command, or no port of its container has the name */
    bool is_declared;      /* its container declares the port */
    bool is_elsewhere;     /* it names a host of its own, and does not ask the pod */
    bool is_tls;
    const char *path; /* of HTTP; NULL: "/" */
    const char *const *command;
    size_t n_command;
    struct dm_span origin;
};

/* What a variable of a container has its value from. */
enum dm_variable_kind {
    DM_VARIABLE_LITERAL,   /* it is written there */
    DM_VARIABLE_REFERENCE, /* written there: a path, another variable, a place where secrets are */
    DM_VARIABLE_SECRET,
    DM_VARIABLE_OTHER /* a config map, a field of the pod */
};

struct dm_variable {
    const char *container; /* NULL: the only one */
    const char *name;
    enum dm_variable_kind kind;
    bool has_password;  /* LITERAL: an address with a password in it */
    const char *secret; /* SECRET: its name */
    const char *key;
    struct dm_span origin;
};

struct dm_service_account {
    struct dm_object object; /* "shop/cart" */
    struct dm_namespace_id namespace;
    const char *short_name;
    struct dm_kube_labels labels;
    const char *role; /* ARN of the role of AWS that it is bound to; NULL: none */
    struct dm_span role_origin;
    bool without_token; /* pods are given none unless they ask for it */
};

enum dm_autoscaler_kind { DM_AUTOSCALER_HORIZONTAL, DM_AUTOSCALER_VERTICAL };

/* What a vertical autoscaler does with what it recommends. */
enum dm_resize_mode {
    DM_RESIZE_OFF,     /* nothing */
    DM_RESIZE_INITIAL, /* sets requests of pods that begin */
    DM_RESIZE_RUNNING  /* and of those that run, by ending them or in place */
};

struct dm_autoscaler {
    struct dm_object object; /* "shop/web[HorizontalPodAutoscaler]" */
    enum dm_autoscaler_kind kind;
    struct dm_namespace_id namespace;
    const char *short_name;
    const char *target_kind;
    const char *target_name;
    struct dm_workload_id target; /* none: it is not in the input */
    bool by_cpu;                  /* by use of it; vertical: it sets requests of it */
    bool by_memory;
    bool by_other;        /* horizontal: by other figures besides or instead */
    uint32_t cpu_percent; /* horizontal: of what is requested; 0: not by a percentage */
    uint32_t memory_percent;
    uint32_t least; /* horizontal: pods */
    uint32_t most;
    enum dm_resize_mode mode;       /* vertical */
    struct dm_resources most_asked; /* vertical: of a pod; -1: no bound */
};

/* How many pods may be gone because nodes are drained. */
struct dm_disruption_budget {
    struct dm_object object; /* "shop/web" */
    struct dm_namespace_id namespace;
    const char *short_name;
    const struct dm_selector *selector; /* NULL: it selects none */
    bool is_unavailable;                /* 'amount' may be gone; else must be there */
    bool is_percent;
    uint32_t amount;
};

/* A Secret or a ConfigMap: what it says in clear text. */
struct dm_config_object {
    struct dm_object object; /* "shop/db[Secret]" */
    struct dm_namespace_id namespace;
    const char *short_name;
    bool is_secret;
    const char *const *keys; /* that have a value of their own in the input, in order of it */
    size_t n_keys;
};

/* Whether a kind of object has a number of pods that something may set. */
bool dm_autoscaler_scales(enum dm_autoscaler_kind kind, const char *target_kind);

/* What the autoscaler makes of how pods are placed: 'schedule' is changed. */
void dm_autoscaler_apply(const struct dm_autoscaler *autoscaler, struct dm_schedule *schedule);

/* Whether the text has the form of an ARN of a role: "arn:aws:iam::111122223333:role/a/b". */
bool dm_role_is_arn(const char *text);

#endif
