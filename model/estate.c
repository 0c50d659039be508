/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirement.h"

#include "model/base/err.h"

static const char *const engine_texts[DM_ENGINE_COUNT] = {
    [DM_ENGINE_AURORA_GLOBAL] = "aurora-global",
    [DM_ENGINE_RDS] = "rds",
    [DM_ENGINE_REDIS_GLOBAL_DATASTORE] = "redis-global-datastore",
    [DM_ENGINE_REDIS] = "redis",
    [DM_ENGINE_EFS] = "efs",
    [DM_ENGINE_S3] = "s3",
    [DM_ENGINE_POSTGRESQL] = "postgresql",
};

static const char *const verb_texts[DM_VERB_COUNT] = {
    [DM_VERB_STORE] = "store",
    [DM_VERB_PROCESS] = "process",
};

const char *dm_store_engine_text(enum dm_store_engine engine)
{
    DM_ASSERT((unsigned)engine < DM_ENGINE_COUNT);
    return engine_texts[engine];
}

const char *dm_verb_text(enum dm_verb verb)
{
    DM_ASSERT((unsigned)verb < DM_VERB_COUNT);
    return verb_texts[verb];
}

const char *dm_level_text(enum dm_level level)
{
    static const char *const texts[] = {
        [DM_LEVEL_NOTE] = "note", [DM_LEVEL_WARN] = "warn", [DM_LEVEL_ERROR] = "error"
    };

    return texts[level];
}
