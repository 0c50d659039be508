/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/probe.h"

#include "render/style.h"

static const char *end_text(enum dm_session_end end)
{
    switch (end) {
    case DM_SESSION_PASS:
        return "PASS";
    case DM_SESSION_FAIL:
        return "FAIL";
    case DM_SESSION_UNKNOWN:
        break;
    }
    return "UNKNOWN";
}

/* What stopped it: what is not understood, the element that failed, or where it ended. */
static const char *element(const struct dm_model *model, const struct dm_session *session)
{
    if (session->end == DM_SESSION_PASS) {
        return "-";
    }
    if (session->unknown.v) {
        return dm_unknown_get(model, session->unknown)->object.name;
    }
    if (session->dead.v) {
        return dm_element_get(model, session->dead)->object.name;
    }
    return dm_model_ref_name(model, session->at);
}

void dm_render_probe(const struct dm_model *model, const char *source, const char *destination,
                     const char *app, const struct dm_session *session, struct dm_str *out)
{
    enum dm_code code = session->end == DM_SESSION_PASS ? DM_CODE_NONE : session->code;

    dm_style_add(out, source);
    dm_str_addc(out, '\t');
    dm_style_add(out, destination);
    dm_str_addc(out, '\t');
    dm_style_add(out, app);
    dm_str_addf(out, "\t%s\t%s\t", end_text(session->end), dm_code_name(code));
    dm_style_add(out, element(model, session));
    dm_str_addc(out, '\n');
}
