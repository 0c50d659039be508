/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Autoscalers: what they can scale, and what follows for where pods find room.
 */
#include "model/workload.h"

#include <string.h>

#include "model/base/str.h"

bool dm_autoscaler_scales(enum dm_autoscaler_kind kind, const char *target_kind)
{
    static const struct {
        const char *target_kind;
        bool vertically_alone; /* it has no number of pods to set [K8S-43] */
    } rows[] = {
        { "Deployment", false },  { "ReplicaSet", false }, { "ReplicationController", false },
        { "StatefulSet", false }, { "DaemonSet", true },   { "Job", true },
        { "CronJob", true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].target_kind, target_kind) == 0) {
            return kind == DM_AUTOSCALER_VERTICAL || !rows[i].vertically_alone;
        }
    }
    return false;
}

static int64_t grow(int64_t request, int64_t most)
{
    if (most < 0) {
        return DM_RESOURCE_UNBOUNDED;
    }
    return most > request ? most : request;
}

void dm_autoscaler_apply(const struct dm_autoscaler *autoscaler, struct dm_schedule *schedule)
{
    if (autoscaler->kind == DM_AUTOSCALER_HORIZONTAL) {
        int32_t least = (int32_t)autoscaler->least;
        int32_t most = (int32_t)autoscaler->most;

        if (schedule->replicas > 0 && least <= most) {
            schedule->replicas = schedule->replicas < least ? least : schedule->replicas;
            schedule->replicas = schedule->replicas > most ? most : schedule->replicas;
            schedule->most_replicas = most;
        }
        return;
    }
    if (autoscaler->mode != DM_RESIZE_OFF) {
        if (autoscaler->by_cpu) {
            schedule->grown.cpu_milli =
                grow(schedule->requests.cpu_milli, autoscaler->most_asked.cpu_milli);
        }
        if (autoscaler->by_memory) {
            schedule->grown.memory = grow(schedule->requests.memory, autoscaler->most_asked.memory);
        }
    }
}

bool dm_role_is_arn(const char *text)
{
    static const char *const partitions[] = { "aws",     "aws-cn",    "aws-us-gov", "aws-eusc",
                                              "aws-iso", "aws-iso-b", "aws-iso-e",  "aws-iso-f" };
    const char *at = dm_str_starts(text, "arn:") ? text + 4 : "";
    size_t length = strcspn(at, ":");
    bool is_partition = false;

    for (size_t i = 0; i < sizeof partitions / sizeof *partitions; i++) {
        is_partition =
            is_partition
            || (strlen(partitions[i]) == length && strncmp(at, partitions[i], length) == 0);
    }
    at += length;
    if (!is_partition || !dm_str_starts(at, ":iam::")) {
        return false;
    }
    at += strlen(":iam::");
    if (strspn(at, "0123456789") != 12 || !dm_str_starts(at + 12, ":role/")) {
        return false;
    }
    at += 12 + strlen(":role/");
    length = strlen(at);
    return length && at[length - 1] != '/'
           && strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-/")
                  == length;
}
