/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ask.h"

#include <string.h>

#include "model/base/str.h"

enum { ICMP_ECHO_REQUEST = 8 };

enum dm_status dm_asker_init(struct dm_asker *asker, struct dm_arena *arena,
                             const struct dm_model *model, struct dm_err *err)
{
    *asker = (struct dm_asker){
        .walker = { .arena = arena, .model = model, .plane = dm_plane_new(arena, model) },
        .alive = dm_alive_new(arena, model)
    };
    return asker->walker.plane && asker->alive ? DM_OK : DM_FAIL_NOMEM(err);
}

/* "sctp/PORT": a port of SCTP counts for policies of clusters alone, no rule of AWS has a word for
 * it. */
static bool ask_sctp(const char *text, struct dm_flow *ret_flow)
{
    static const char prefix[] = "sctp/";
    const char *digits = text + strlen(prefix);
    uint64_t port = 0;

    if (!dm_str_starts(text, prefix) || !dm_str_to_u64(digits, strlen(digits), UINT16_MAX, &port)) {
        return false;
    }
    *ret_flow = (struct dm_flow){ .protocol = DM_PROTO_SCTP,
                                  .port_first = (uint16_t)port,
                                  .port_last = (uint16_t)port };
    return true;
}

bool dm_ask_app(const char *text, struct dm_flow *ret_flow)
{
    struct dm_match match;

    if (ask_sctp(text, ret_flow)) {
        return true;
    }
    if (!dm_match_parse(text, &match)) {
        return false;
    }
    if (match.protocol == DM_PROTO_ICMP && match.icmp_type < 0) {
        *ret_flow = (struct dm_flow){ .protocol = DM_PROTO_ICMP, .icmp_type = ICMP_ECHO_REQUEST };
        return true;
    }
    if ((match.protocol != DM_PROTO_TCP && match.protocol != DM_PROTO_UDP)
        || match.port_first != match.port_last) {
        return false;
    }
    *ret_flow = (struct dm_flow){ .protocol = (uint8_t)match.protocol,
                                  .port_first = match.port_first,
                                  .port_last = match.port_last };
    return true;
}

enum dm_status dm_ask(const struct dm_asker *asker, const struct dm_cut *failed,
                      const struct dm_session_query *query, struct dm_session *ret_session,
                      struct dm_err *err)
{
    dm_alive_begin(asker->alive, failed->elements, failed->n);
    return dm_session_check(&asker->walker, asker->alive, query, ret_session) ? DM_OK
                                                                              : DM_FAIL_NOMEM(err);
}
