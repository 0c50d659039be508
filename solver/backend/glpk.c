/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLPK aborts the process on a fault of its own unless a hook jumps out; its environment is spoilt
 * then, and freed whole with all that was made in it.
 */
#include <glpk.h>
#include <setjmp.h>

#include "solver/backend/program.h"

static void jump_out(void *place)
{
    longjmp(*(jmp_buf *)place, 1);
}

/* ---- integer programs ---- */

static void count_node(glp_tree *tree, void *context)
{
    int *left = context;

    if (glp_ios_reason(tree) == GLP_ISELECT && --*left < 0) {
        glp_ios_terminate(tree);
    }
}

static void add_rows(glp_prob *problem, const struct dm_program *program)
{
    (void)glp_add_rows(problem, (int)program->n_rows);
    for (size_t i = 0; i < program->n_rows; i++) {
        const struct dm_program_row *row = &program->rows[i];
        bool has_least = row->least != INT64_MIN;
        bool has_most = row->most != INT64_MAX;
        int type = has_least && has_most ? row->least == row->most ? GLP_FX : GLP_DB
                   : has_least           ? GLP_LO
                   : has_most            ? GLP_UP
                                         : GLP_FR;

        glp_set_row_bnds(problem, (int)i + 1, type, (double)row->least, (double)row->most);
    }
}

static void add_columns(glp_prob *problem, const struct dm_program *program)
{
    (void)glp_add_cols(problem, (int)program->n_columns);
    for (size_t i = 0; i < program->n_columns; i++) {
        glp_set_col_kind(problem, (int)i + 1, GLP_IV);
        glp_set_col_bnds(problem, (int)i + 1, program->most[i] ? GLP_DB : GLP_FX, 0.0,
                         (double)program->most[i]);
    }
}

/* GLPK counts from 1, so the first place of its arrays stays empty. */
static void add_entries(glp_prob *problem, const struct dm_program *program)
{
    int n = (int)program->n_entries;
    int *rows = glp_alloc(n + 1, sizeof *rows);
    int *columns = glp_alloc(n + 1, sizeof *columns);
    double *values = glp_alloc(n + 1, sizeof *values);

    for (int i = 1; i <= n; i++) {
        const struct dm_program_entry *entry = &program->entries[i - 1];

        rows[i] = (int)entry->row + 1;
        columns[i] = (int)entry->column + 1;
        values[i] = (double)entry->value;
    }
    glp_load_matrix(problem, n, rows, columns, values);
    glp_free(values);
    glp_free(columns);
    glp_free(rows);
}

static bool solve(const struct dm_program *program, uint32_t *values)
{
    glp_prob *problem = glp_create_prob();
    int left = program->max_nodes;
    glp_iocp how;
    bool found;

    add_rows(problem, program);
    add_columns(problem, program);
    add_entries(problem, program);
    glp_init_iocp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.presolve = GLP_ON;
    how.cb_func = count_node;
    how.cb_info = &left;
    (void)glp_intopt(problem, &how);
    found = glp_mip_status(problem) == GLP_OPT || glp_mip_status(problem) == GLP_FEAS;
    for (size_t i = 0; found && i < program->n_columns; i++) {
        double value = glp_mip_col_val(problem, (int)i + 1);

        values[i] = value > 0.0 ? (uint32_t)(value + 0.5) : 0;
    }
    glp_delete_prob(problem);
    return found;
}

/* Nothing of these functions' own is written between setjmp and longjmp. */
bool dm_program_solve(const struct dm_program *program, uint32_t *values)
{
    jmp_buf place;
    volatile bool found = false;

    (void)glp_term_out(GLP_OFF);
    if (setjmp(place) == 0) {
        glp_error_hook(jump_out, &place);
        found = solve(program, values);
        glp_error_hook(NULL, NULL);
    }
    (void)glp_free_env();
    return found;
}

/* ---- flows ---- */

struct vertex {
    int is_source_side;
};

struct arc {
    double capacity;
};

static int64_t find_flow(const struct dm_flow_arc *arcs, size_t n_arcs, size_t n_vertices,
                         bool *source_side)
{
    glp_graph *graph = glp_create_graph(sizeof(struct vertex), sizeof(struct arc));
    double flow = 0.0;

    (void)glp_add_vertices(graph, (int)n_vertices);
    for (size_t i = 0; i < n_arcs; i++) {
        glp_arc *arc = glp_add_arc(graph, (int)arcs[i].from + 1, (int)arcs[i].to + 1);
        struct arc *data = arc->data;

        data->capacity = (double)arcs[i].capacity;
    }
    (void)glp_maxflow_ffalg(graph, 1, (int)n_vertices, (int)offsetof(struct arc, capacity), &flow,
                            -1, (int)offsetof(struct vertex, is_source_side));
    for (size_t i = 0; i < n_vertices; i++) {
        const struct vertex *vertex = graph->v[i + 1]->data;

        source_side[i] = vertex->is_source_side != 0;
    }
    glp_delete_graph(graph);
    return (int64_t)flow;
}

bool dm_flow_greatest(const struct dm_flow_arc *arcs, size_t n_arcs, size_t n_vertices,
                      int64_t *ret_flow, bool *source_side)
{
    jmp_buf place;
    volatile bool done = false;

    (void)glp_term_out(GLP_OFF);
    if (setjmp(place) == 0) {
        glp_error_hook(jump_out, &place);
        *ret_flow = find_flow(arcs, n_arcs, n_vertices, source_side);
        glp_error_hook(NULL, NULL);
        done = true;
    }
    (void)glp_free_env();
    return done;
}
