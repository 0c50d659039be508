/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/json_private.h"
#include "render/path.h"

static const char *end_text(enum dm_session_end end)
{
    switch (end) {
    case DM_SESSION_PASS:
        return "reached";
    case DM_SESSION_FAIL:
        return "not-reached";
    case DM_SESSION_UNKNOWN:
        break;
    }
    return "unknown";
}

/* {"kind", "name"} of what stopped it. */
static json_t *stop_object(struct dm_json *json, const struct dm_session *session)
{
    json_t *object;

    if (session->end == DM_SESSION_PASS) {
        return json_null();
    }
    object = json_object();
    dm_json_put(json, object, "code", json_string(dm_code_name(session->code)));
    dm_json_put(json, object, "aws_code", json_boolean(dm_code_is_aws(session->code)));
    dm_json_put(json, object, "text", json_string(dm_code_text(session->code)));
    dm_json_put(json, object, "kind", json_string(dm_kind_text(session->at.kind)));
    dm_json_put(json, object, "name",
                dm_json_text(json, dm_model_ref_name(json->model, session->at)));
    dm_json_put(json, object, "location", dm_json_location(json, session->origin));
    dm_json_put(json, object, "on_reply", json_boolean(session->on_reply));
    dm_json_put(json, object, "down",
                session->dead.v
                    ? dm_json_text(json, dm_element_get(json->model, session->dead)->object.name)
                    : json_null());
    dm_json_put(json, object, "unknown",
                session->unknown.v
                    ? dm_json_text(json, dm_unknown_get(json->model, session->unknown)->object.name)
                    : json_null());
    dm_json_put(json, object, "why", dm_json_text(json, session->why));
    return object;
}

static const char *const fates[] = {
    [DM_MTU_ANSWERED] = "answered", [DM_MTU_SILENT] = "silent", [DM_MTU_UNKNOWN] = "unknown"
};

static json_t *band_object(struct dm_json *json, const struct dm_walk *walk,
                           const struct dm_mtu_band *band)
{
    json_t *object = json_object();

    dm_json_put(json, object, "bytes", json_integer((json_int_t)band->bytes));
    dm_json_put(json, object, "largest", json_integer((json_int_t)band->largest));
    dm_json_put(json, object, "hop", json_integer((json_int_t)band->hop + 1));
    dm_json_put(json, object, "name",
                dm_json_text(json, dm_model_ref_name(json->model, walk->hops[band->hop].at)));
    dm_json_put(json, object, "dropped", json_string(fates[band->fate]));
    dm_json_put(json, object, "why", dm_json_text(json, band->why));
    dm_json_put(json, object, "stopped_by",
                band->by.v ? dm_json_text(json, dm_model_ref_name(json->model, band->by))
                           : json_null());
    dm_json_put(json, object, "fact", dm_json_text(json, band->fact));
    return object;
}

static json_t *sizes_array(struct dm_json *json, const struct dm_walk *walk,
                           const struct dm_mtu_way *way)
{
    json_t *legs = json_array();

    for (size_t i = 0; i < way->n_legs; i++) {
        const struct dm_mtu_leg *leg = &way->legs[i];
        json_t *object = json_object();
        json_t *bounds = json_array();

        for (size_t j = 0; j < leg->n_bands; j++) {
            dm_json_push(json, bounds, band_object(json, walk, &leg->bands[j]));
        }
        dm_json_put(json, object, "first_hop", json_integer((json_int_t)leg->first_hop + 1));
        dm_json_put(json, object, "sent", json_integer((json_int_t)leg->sent));
        dm_json_put(json, object, "assumed", json_boolean(leg->assumed));
        dm_json_put(json, object, "bytes", json_integer((json_int_t)leg->bytes));
        dm_json_put(json, object, "doubt", dm_json_text(json, leg->doubt));
        dm_json_put(json, object, "tcp", json_integer((json_int_t)leg->tcp));
        dm_json_put(json, object, "bounds", bounds);
        dm_json_push(json, legs, object);
    }
    return legs;
}

/* Of both ways; null where they are not known. */
static json_t *sizes_object(struct dm_json *json, const struct dm_path_way *way)
{
    json_t *object;

    if (!way->request_sizes.n_legs) {
        return json_null();
    }
    object = json_object();
    dm_json_put(json, object, "request",
                sizes_array(json, way->session->request, &way->request_sizes));
    dm_json_put(json, object, "reply", sizes_array(json, way->session->reply, &way->reply_sizes));
    return object;
}

static json_t *way_object(struct dm_json *json, const struct dm_path_way *way)
{
    json_t *object = json_object();
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_json_put(json, object, "from", dm_json_text(json, way->from));
    dm_json_put(json, object, "to", dm_json_text(json, way->to));
    dm_json_put(json, object, "app", json_string(dm_path_flow_text(&way->query->flow, buffer)));
    dm_json_put(json, object, "verdict", json_string(end_text(way->session->end)));
    dm_json_put(json, object, "stopped", stop_object(json, way->session));
    dm_json_put(json, object, "request", dm_json_path(json, &way->request));
    dm_json_put(json, object, "reply", dm_json_path(json, &way->reply));
    dm_json_put(json, object, "packet_sizes", sizes_object(json, way));
    return object;
}

enum dm_status dm_render_path_json(const struct dm_path_report *report, struct dm_str *out,
                                   struct dm_err *err)
{
    struct dm_json json = { .arena = out->arena, .model = report->model };
    json_t *root = json_object();
    json_t *ways = json_array();

    for (size_t i = 0; i < report->n_ways; i++) {
        dm_json_push(&json, ways, way_object(&json, &report->ways[i]));
    }
    dm_json_put(&json, root, "demarc_path", json_integer(1));
    dm_json_put(&json, root, "tool", dm_json_tool(&json));
    dm_json_put(&json, root, "name", dm_json_text(&json, report->model->name));
    dm_json_put(&json, root, "failed", dm_json_cut(&json, &report->failed));
    dm_json_put(&json, root, "ways", ways);
    return dm_json_finish(&json, root, out, err);
}
