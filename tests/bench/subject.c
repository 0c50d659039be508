/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/subject.h"

#include <stdio.h>
#include <string.h>

#include "model/front/design/design.h"
#include "tests/support/nets.h"

enum { N_REGIONS = 4, N_ZONES = 3, N_ASKED = 4 };

static const char *const texts[DM_GRID_QUESTION_COUNT] = {
    [DM_GRID_NEAR] = "in one VPC",
    [DM_GRID_OVER] = "to any of 3, over a transit gateway",
    [DM_GRID_MESH] = "to any of 3, over the mesh",
    [DM_GRID_OUT] = "out through a NAT gateway",
    [DM_GRID_ALL] = "to all of 16 and out, in four regions",
    [DM_GRID_ANY] = "to any of 12, in three other regions",
};

const char *dm_grid_question_text(enum dm_grid_question question)
{
    return texts[question];
}

const struct dm_model *dm_subject_design(struct dm_arena *arena, const char *file,
                                         struct dm_facts *facts)
{
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_builder *builder = sources ? dm_builder_new(arena, sources, NULL) : NULL;
    const struct dm_model *model = NULL;
    struct dm_diags diags;

    dm_diags_init(&diags, arena);
    if (!builder || dm_design_load(arena, sources, file, facts, builder, &diags, NULL) != DM_OK
        || diags.n_errors || dm_model_build(builder, &diags, &model, NULL) != DM_OK) {
        return NULL;
    }
    return model;
}

const struct dm_model *dm_subject_harder(struct dm_arena *arena, const struct dm_model *model,
                                         unsigned requirement_kinds, unsigned k)
{
    struct dm_model *harder = DM_NEW(arena, struct dm_model);
    struct dm_requirement *requirements =
        DM_NEW_ARRAY(arena, (size_t)model->n_requirements + 1, struct dm_requirement);
    uint32_t n = 0;

    if (!harder || !requirements) {
        return NULL;
    }
    for (uint32_t i = 0; i < model->n_requirements; i++) {
        if (requirement_kinds >> model->requirements[i].kind & 1) {
            requirements[n] = model->requirements[i];
            requirements[n].survive.kinds = DM_ALL_ELEMENT_KINDS;
            requirements[n].survive.k = k;
            requirements[n++].survive.each = false;
        }
    }
    *harder = *model;
    harder->requirements = requirements;
    harder->n_requirements = n;
    return harder;
}

/* ---- the grid ---- */

static void add_region(struct dm_str *text, unsigned r)
{
    dm_str_addf(text, "region r%u\n", r);
    for (unsigned z = 0; z < N_ZONES; z++) {
        dm_str_addf(text, "zone r%u%c r%u\n", r, 'a' + (int)z, r);
    }
    dm_str_addf(text, "tgw g%u r%u\nttable m%u g%u\n", r, r, r, r);
}

/* One zone of a VPC: 'vpc' is "0x7", 'r' its region, its addresses "10.high.low.0/20". */
static void add_zone(struct dm_str *text, const char *vpc, unsigned r, unsigned high, unsigned low,
                     unsigned z)
{
    char zone = (char)('a' + z);

    dm_str_addf(text, "table t%s%c v%s\nsubnet s%s%c v%s r%u%c 10.%u.%u.0/24 table=t%s%c\n", vpc,
                zone, vpc, vpc, zone, vpc, r, zone, high, low + z, vpc, zone);
    dm_str_addf(text, "subnet q%s%c v%s r%u%c 10.%u.%u.0/24 table=p%s\n", vpc, zone, vpc, r, zone,
                high, low + 4 + z, vpc);
    dm_str_addf(text, "nat n%s%c q%s%c 10.%u.%u.5 198.19.%u.%u\n", vpc, zone, vpc, zone, high,
                low + 4 + z, high, low + z);
    dm_str_addf(text, "route t%s%c 0.0.0.0/0 nat:n%s%c\nroute t%s%c 10.0.0.0/8 tgw:g%u\n", vpc,
                zone, vpc, zone, vpc, zone, r);
    dm_str_addf(text, "host h%s%c s%s%c 10.%u.%u.10\n", vpc, zone, vpc, zone, high, low + z);
}

/* VPC 'i' of region 'r' has the network number i of the region's /11. */
static void add_vpc(struct dm_str *text, unsigned r, unsigned i)
{
    unsigned high = r * 32 + i / 16;
    unsigned low = i % 16 * 16;
    char vpc[32];

    snprintf(vpc, sizeof vpc, "%ux%u", r, i);
    dm_str_addf(text, "vpc v%s r%u 10.%u.%u.0/20\nigw i%s v%s\ntable p%s v%s\n", vpc, r, high, low,
                vpc, vpc, vpc, vpc);
    dm_str_addf(text, "route p%s 0.0.0.0/0 igw:i%s\n", vpc, vpc);
    for (unsigned z = 0; z < N_ZONES; z++) {
        add_zone(text, vpc, r, high, low, z);
    }
    dm_str_addf(text, "attach x%s g%u v%s m%u s%sa,s%sb,s%sc\npropagate m%u x%s\n", vpc, r, vpc, r,
                vpc, vpc, vpc, r, vpc);
}

static void add_mesh(struct dm_str *text)
{
    for (unsigned r = 0; r < N_REGIONS; r++) {
        for (unsigned s = r + 1; s < N_REGIONS; s++) {
            dm_str_addf(text, "tpeer y%u%u g%u m%u y%u%u g%u m%u\n", r, s, r, r, s, r, s, s);
            dm_str_addf(text, "troute m%u 10.%u.0.0/11 y%u%u\n", r, s * 32, r, s);
            dm_str_addf(text, "troute m%u 10.%u.0.0/11 y%u%u\n", s, r * 32, s, r);
        }
    }
}

const struct dm_model *dm_subject_grid(struct dm_arena *arena, unsigned n_vpcs)
{
    const struct dm_model *model = NULL;
    struct dm_str text;

    dm_str_init(&text, arena);
    for (unsigned r = 0; r < N_REGIONS; r++) {
        add_region(&text, r);
        for (unsigned i = 0; i < n_vpcs; i++) {
            add_vpc(&text, r, i);
        }
    }
    add_mesh(&text);
    if (text.failed || dm_nets_parse(arena, text.text, &model, NULL) != DM_OK) {
        return NULL;
    }
    return model;
}

/* ---- questions ---- */

bool dm_grid_init(struct dm_grid *grid, struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_plane *plane = dm_plane_new(arena, model);

    *grid = (struct dm_grid){ .arena = arena,
                              .walker = { .arena = arena, .model = model, .plane = plane },
                              .alive = dm_alive_new(arena, model) };
    return plane && grid->alive;
}

/* From the first host of the first VPC to each, or any, of the targets. */
struct asked {
    const struct dm_grid *grid;
    struct dm_interface_id source;
    struct dm_interface_id targets[N_REGIONS * N_ASKED + 1]; /* 0: the internet */
    size_t n_targets;
    bool all;
};

static struct dm_interface_id host_interface(const struct dm_model *model, unsigned r, unsigned i,
                                             unsigned z)
{
    char name[32];
    struct dm_ref host;

    snprintf(name, sizeof name, "h%ux%u%c", r, i, 'a' + (int)z);
    host = dm_model_find(model, DM_KIND_host, name);
    return dm_host_get(model, (struct dm_host_id){ host.v })->interfaces[0];
}

static void add_target(struct asked *asked, struct dm_interface_id target)
{
    asked->targets[asked->n_targets++] = target;
}

static struct asked ask(const struct dm_grid *grid, enum dm_grid_question question)
{
    const struct dm_model *model = grid->walker.model;
    struct asked asked = { .grid = grid,
                           .source = host_interface(model, 0, 0, 0),
                           .all = question == DM_GRID_ALL };

    if (question == DM_GRID_NEAR) {
        add_target(&asked, host_interface(model, 0, 0, 1));
    } else if (question == DM_GRID_OUT) {
        add_target(&asked, (struct dm_interface_id){ 0 });
    } else if (question == DM_GRID_OVER || question == DM_GRID_MESH) {
        for (unsigned z = 0; z < N_ZONES; z++) {
            add_target(&asked, host_interface(model, question == DM_GRID_MESH, 1, z));
        }
    } else {
        for (unsigned i = question == DM_GRID_ANY ? N_ASKED : 0; i < N_REGIONS * N_ASKED; i++) {
            add_target(&asked, host_interface(model, i / N_ASKED, i % N_ASKED, i % N_ZONES));
        }
        if (question == DM_GRID_ALL) {
            add_target(&asked, (struct dm_interface_id){ 0 });
        }
    }
    return asked;
}

static bool passes(const struct asked *asked, struct dm_alive *alive, struct dm_interface_id target)
{
    const struct dm_walker *walker = &asked->grid->walker;
    const struct dm_model *model = walker->model;
    struct dm_session_query query = {
        .flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 }
    };
    struct dm_session session;

    query.start.interface = asked->source;
    query.start.source = dm_interface_get(model, asked->source)->addresses[0].address;
    query.start.destination = target.v ? dm_interface_get(model, target)->addresses[0].address
                                       : dm_model_internet_address(model);
    return (!target.v || dm_walk_interface_alive(walker, alive, target))
           && dm_session_check(walker, alive, &query, &session) && session.end == DM_SESSION_PASS;
}

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    const struct asked *asked = context;

    if (!dm_walk_interface_alive(&asked->grid->walker, alive, asked->source)) {
        return DM_NOT_APPLICABLE;
    }
    for (size_t i = 0; i < asked->n_targets; i++) {
        if (passes(asked, alive, asked->targets[i]) != asked->all) {
            return asked->all ? DM_VIOLATED : DM_HOLDS;
        }
    }
    return asked->all ? DM_HOLDS : DM_VIOLATED;
}

enum dm_status dm_grid_explore(struct dm_grid *grid, enum dm_grid_question question, unsigned k,
                               bool brute, struct dm_exploration *ret_exploration,
                               struct dm_err *err)
{
    struct asked asked = ask(grid, question);
    struct dm_question asking = { evaluate, &asked };
    struct dm_explore_options options = { .kinds = DM_ALL_ELEMENT_KINDS, .k = k, .minimal = true };

    return brute
               ? dm_explore_brute(grid->arena, grid->alive, &asking, &options, ret_exploration, err)
               : dm_explore(grid->arena, grid->alive, &asking, &options, ret_exploration, err);
}

size_t dm_grid_reads(struct dm_grid *grid, enum dm_grid_question question)
{
    struct asked asked = ask(grid, question);
    size_t n;

    dm_alive_begin(grid->alive, NULL, 0);
    (void)evaluate(&asked, grid->alive);
    (void)dm_alive_trace(grid->alive, &n);
    return n;
}
