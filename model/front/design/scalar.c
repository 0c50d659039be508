/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/address.h"
#include "model/front/design/check_private.h"

enum {
    SHOWN_BYTES = 60,
    TEXT_SIZE = 80,
    MAX_PORT = 65535,
    MAX_WORDS = 2 * DM_GRAMMAR_MAX_ALTERNATIVES
};

static const char *const variables[] = { "${env}", "${region}" };
enum { N_VARIABLES = sizeof variables / sizeof variables[0] };

/* ---- what fits ---- */

static bool starts(const char *text, size_t length, const char *head, size_t n)
{
    return length >= n && !memcmp(text, head, n);
}

static bool fits_word(const struct dm_type *type, const char *text, size_t length)
{
    if (length < (size_t)type->min || length > (size_t)type->max
        || !dm_grammar_in_set(type->first, text[0])) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        if (!dm_grammar_in_set(type->rest, text[i])) {
            return false;
        }
    }
    return true;
}

/* Bytes of the variable that 'text' begins with, 0 where it begins with none. */
static size_t variable_at(const char *text, size_t length)
{
    for (size_t i = 0; i < N_VARIABLES; i++) {
        if (starts(text, length, variables[i], strlen(variables[i]))) {
            return strlen(variables[i]);
        }
    }
    return 0;
}

static bool fits_template(const struct dm_type *word, const char *text, size_t length)
{
    size_t i = 0;

    if (!length || length > (size_t)word->max) {
        return false;
    }
    while (i < length) {
        size_t n = variable_at(text + i, length - i);

        if (!n && !dm_grammar_in_set(i ? word->rest : word->first, text[i])) {
            return false;
        }
        i += n ? n : 1;
    }
    return true;
}

static const char *find(const char *text, size_t length, const char *what)
{
    size_t n = strlen(what);

    for (size_t i = 0; i + n <= length; i++) {
        if (!memcmp(text + i, what, n)) {
            return text + i;
        }
    }
    return NULL;
}

/* Whether each of the parts between 'joiner' fits 'part'; '*ret_n' counts them. */
static bool fits_parts(enum dm_type_id part, const char *joiner, const char *text, size_t length,
                       size_t *ret_n)
{
    size_t n = 0;

    for (;;) {
        const char *end = find(text, length, joiner);
        size_t size = end ? (size_t)(end - text) : length;

        if (!dm_scalar_fits(part, text, size)) {
            return false;
        }
        n++;
        if (!end) {
            *ret_n = n;
            return true;
        }
        text = end + strlen(joiner);
        length -= size + strlen(joiner);
    }
}

static bool fits_path(const struct dm_type *type, const char *text, size_t length)
{
    size_t n;

    return fits_parts(type->of, ".", text, length, &n) && n >= (size_t)type->min
           && n <= (size_t)type->max;
}

static bool fits_form(const struct dm_type *type, const char *text, size_t length)
{
    struct dm_alternative alternatives[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(type->first, alternatives);

    for (size_t i = 0; i < n; i++) {
        const struct dm_alternative *one = &alternatives[i];

        if (starts(text, length, one->head, one->n)
            && (one->tail ? dm_scalar_fits(one->tail, text + one->n, length - one->n)
                          : length == one->n)) {
            return true;
        }
    }
    return false;
}

/* A copy that is ended by a zero byte; "" (of which nothing is made) where it is too long. */
static const char *ended(const char *text, size_t length, char buffer[TEXT_SIZE])
{
    if (length >= TEXT_SIZE) {
        length = 0;
    }
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    return buffer;
}

static bool fits_prefix(const struct dm_type *type, const char *text, size_t length)
{
    char buffer[TEXT_SIZE];
    struct dm_prefix prefix;

    if (dm_prefix_parse(ended(text, length, buffer), &prefix) != DM_ADDR_OK) {
        return false;
    }
    return prefix.length >= type->min && prefix.length <= type->max
           && (type->max > 32 || prefix.addr.family == DM_FAMILY_IPV4);
}

static bool fits_match(const char *text, size_t length, bool is_one_port)
{
    char buffer[TEXT_SIZE];
    struct dm_match match;

    if (!dm_match_parse(ended(text, length, buffer), &match)) {
        return false;
    }
    return !is_one_port
           || ((match.protocol == DM_PROTO_TCP || match.protocol == DM_PROTO_UDP)
               && match.port_first == match.port_last && match.port_first > 0);
}

static unsigned days_of_month(uint64_t year, uint64_t month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap ? 1u : 0u);
}

static bool fits_date(const char *text, size_t length)
{
    uint64_t year;
    uint64_t month;
    uint64_t day;

    return length == 10 && text[4] == '-' && text[7] == '-' && dm_str_to_u64(text, 4, 9999, &year)
           && dm_str_to_u64(text + 5, 2, 12, &month) && month
           && dm_str_to_u64(text + 8, 2, days_of_month(year, month), &day) && day;
}

bool dm_scalar_fits(enum dm_type_id id, const char *text, size_t length)
{
    const struct dm_type *type = dm_grammar_type(id);
    size_t n;

    if (memchr(text, '\0', length)) {
        return false;
    }
    switch (type->kind) {
    case DM_TYPE_KIND_TEXT:
        return length > 0;
    case DM_TYPE_KIND_WORD:
        return fits_word(type, text, length);
    case DM_TYPE_KIND_TEMPLATE:
        return fits_template(dm_grammar_type(type->of), text, length);
    case DM_TYPE_KIND_PATH:
        return fits_path(type, text, length);
    case DM_TYPE_KIND_FORM:
        return fits_form(type, text, length);
    case DM_TYPE_KIND_TERMS:
        return fits_parts(type->of, type->first, text, length, &n);
    case DM_TYPE_KIND_PREFIX:
        return fits_prefix(type, text, length);
    case DM_TYPE_KIND_DATE:
        return fits_date(text, length);
    case DM_TYPE_KIND_MATCH:
        return fits_match(text, length, false);
    case DM_TYPE_KIND_PORT:
        return fits_match(text, length, true);
    case DM_TYPE_KIND_TRUTH:
    case DM_TYPE_KIND_NUMBER:
    case DM_TYPE_KIND_LIST:
    case DM_TYPE_KIND_MAP:
    case DM_TYPE_KIND_EITHER:
    case DM_TYPE_KIND_SHAPE:
    case DM_TYPE_KIND_PART:
        break;
    }
    return false;
}

/* ---- what is wrong ---- */

const char *dm_shown(struct dm_check *check, const char *text, size_t length)
{
    bool is_cut = length > SHOWN_BYTES;
    char *shown;

    if (is_cut) {
        length = SHOWN_BYTES;
        while (length && ((unsigned char)text[length] & 0xc0u) == 0x80u) {
            length--;
        }
    }
    shown = dm_sprintf(check->arena, "%.*s%s", (int)length, text, is_cut ? "..." : "");
    if (!shown) {
        check->is_out_of_memory = true;
        return "";
    }
    for (char *p = shown; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            *p = ' ';
        }
    }
    return shown;
}

/* What a fault is about, together, so that the functions below stay readable. */
struct fault {
    struct dm_check *check;
    const struct dm_type *type;
    enum dm_type_id id;
    const char *what;
    const char *text; /* as shown */
    struct dm_span span;
};

static struct dm_diag *must_be(const struct fault *fault, const char *noun)
{
    return dm_diags_add(fault->check->diags, DM_SEV_ERROR, fault->span, "%s must be %s, found `%s`",
                        fault->what, noun, fault->text);
}

/* The last fallback: what the type is, and how it is written. */
static void explain_plainly(const struct fault *fault)
{
    (void)dm_diag_help(fault->check->diags, must_be(fault, fault->type->noun), "%s",
                       fault->type->doc);
}

/* A `${...}` that is no variable, is not closed, or stands where nothing is filled in. */
static bool explain_variable(const struct fault *fault, bool is_template)
{
    struct dm_diags *diags = fault->check->diags;
    const char *begin = strstr(fault->text, "${");
    const char *end;
    struct dm_diag *diag;
    const char *near;
    char *name;

    while (begin && is_template && variable_at(begin, strlen(begin))) {
        begin = strstr(begin + 2, "${");
    }
    if (!begin) {
        return false;
    }
    end = strchr(begin, '}');
    if (!end) {
        diag = dm_diags_add(diags, DM_SEV_ERROR, fault->span, "`%s` has a `${` without `}`",
                            fault->text);
        (void)dm_diag_help(diags, diag, "write `${env}` or `${region}`");
        return true;
    }
    name = dm_arena_strndup(fault->check->arena, begin, (size_t)(end - begin) + 1);
    if (!name) {
        fault->check->is_out_of_memory = true;
        return true;
    }
    if (!is_template) {
        diag = dm_diags_add(diags, DM_SEV_ERROR, fault->span, "`%s` is not filled in here", name);
        (void)dm_diag_help(diags, diag, "%s must be %s", fault->what, fault->type->noun);
        return true;
    }
    diag = dm_diags_add(diags, DM_SEV_ERROR, fault->span,
                        "`%s` names nothing that can be filled in", name);
    near = dm_str_nearest(name, variables, N_VARIABLES);
    if (near) {
        (void)dm_diag_help(diags, diag, "did you mean `%s`?", near);
    } else {
        (void)dm_diag_help(diags, diag, "there are `${env}` and `${region}`");
    }
    return true;
}

/* The part of a dotted address that is above 255. */
static const char *large_part(const char *text, size_t *ret_length)
{
    while (*text) {
        size_t n = strcspn(text, "./");
        uint64_t number;

        if (n && !dm_str_to_u64(text, n, 255, &number)) {
            *ret_length = n;
            return text;
        }
        text += n;
        if (*text != '.') {
            break;
        }
        text++;
    }
    return NULL;
}

static void explain_prefix(const struct fault *fault)
{
    struct dm_diags *diags = fault->check->diags;
    const struct dm_type *type = fault->type;
    const char *slash = strchr(fault->text, '/');
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *part = NULL;
    struct dm_prefix prefix;
    struct dm_diag *diag;
    size_t n = 0;

    switch (dm_prefix_parse(fault->text, &prefix)) {
    case DM_ADDR_PART_TOO_LARGE:
        part = large_part(fault->text, &n);
        (void)dm_diags_add(diags, DM_SEV_ERROR, fault->span,
                           "%s is `%s`, whose part `%.*s` is above 255", fault->what, fault->text,
                           (int)n, part ? part : "");
        return;
    case DM_ADDR_NO_LENGTH:
        diag = dm_diags_add(diags, DM_SEV_ERROR, fault->span, "%s is `%s`, which has no length",
                            fault->what, fault->text);
        (void)dm_diag_help(diags, diag, "write a `/` and the number of bits after the address");
        return;
    case DM_ADDR_LENGTH_TOO_LARGE:
        (void)dm_diags_add(diags, DM_SEV_ERROR, fault->span,
                           "%s is `%s`, whose length `%s` is above %d", fault->what, fault->text,
                           slash ? slash + 1 : "", strchr(fault->text, ':') ? 128 : 32);
        return;
    case DM_ADDR_HOST_BITS:
        diag = dm_diags_add(diags, DM_SEV_ERROR, fault->span,
                            "%s is `%s`, which has bits set past its length", fault->what,
                            fault->text);
        (void)dm_diag_help(diags, diag, "write `%s`", dm_prefix_text(prefix, buffer));
        return;
    case DM_ADDR_OK:
        if (type->max <= 32 && prefix.addr.family != DM_FAMILY_IPV4) {
            (void)must_be(fault, "an IPv4 prefix");
            return;
        }
        (void)dm_diags_add(diags, DM_SEV_ERROR, fault->span,
                           "%s must be %s of %lld to %lld bits, found `%s`", fault->what,
                           type->noun, (long long)type->min, (long long)type->max, fault->text);
        return;
    case DM_ADDR_NOT_AN_ADDRESS:
        break;
    }
    explain_plainly(fault);
}

static void explain_date(const struct fault *fault)
{
    const char *text = fault->text;
    uint64_t number;

    if (strlen(text) == 10 && text[4] == '-' && text[7] == '-'
        && dm_str_to_u64(text, 4, 9999, &number) && dm_str_to_u64(text + 5, 2, 99, &number)
        && dm_str_to_u64(text + 8, 2, 99, &number)) {
        (void)dm_diags_add(fault->check->diags, DM_SEV_ERROR, fault->span,
                           "%s is `%s`, which no calendar has", fault->what, text);
        return;
    }
    explain_plainly(fault);
}

/* A range or number of ports after the protocol; false where nothing can be said of it. */
static bool explain_ports(const struct fault *fault, const char *ports)
{
    struct dm_diags *diags = fault->check->diags;
    size_t n = strcspn(ports, "-");
    const char *second = ports[n] ? ports + n + 1 : ports;
    size_t n_second = strlen(second);
    uint64_t first;
    uint64_t last;

    if (!dm_str_to_u64(ports, n, UINT32_MAX, &first)
        || !dm_str_to_u64(second, n_second, UINT32_MAX, &last)) {
        return false;
    }
    if (first > MAX_PORT || last > MAX_PORT) {
        (void)dm_diags_add(diags, DM_SEV_ERROR, fault->span, "%s is `%s`, but ports end at 65535",
                           fault->what, fault->text);
        return true;
    }
    if (first > last) {
        (void)dm_diags_add(diags, DM_SEV_ERROR, fault->span,
                           "%s is `%s`, whose first port is above its last", fault->what,
                           fault->text);
        return true;
    }
    return false;
}

static void explain_match(const struct fault *fault)
{
    static const char *const protocols[] = { "tcp", "udp", "icmp", "proto", "all" };
    enum { N_PROTOCOLS = sizeof protocols / sizeof protocols[0] };
    struct dm_diags *diags = fault->check->diags;
    const char *slash = strchr(fault->text, '/');
    size_t n = slash ? (size_t)(slash - fault->text) : strlen(fault->text);
    bool is_known = false;
    struct dm_diag *diag;
    const char *near;
    char word[TEXT_SIZE];

    (void)ended(fault->text, n, word);
    for (size_t i = 0; i < N_PROTOCOLS; i++) {
        is_known = is_known || !strcmp(word, protocols[i]);
    }
    if (!is_known) {
        diag = dm_diags_add(diags, DM_SEV_ERROR, fault->span, "%s is `%s`, but `%s` is no protocol",
                            fault->what, fault->text, dm_shown(fault->check, fault->text, n));
        near = dm_str_nearest(word, protocols, N_PROTOCOLS);
        if (near) {
            (void)dm_diag_help(diags, diag, "did you mean `%s`?", near);
        } else {
            (void)dm_diag_help(diags, diag, "%s", fault->type->doc);
        }
        return;
    }
    if (slash && (!strcmp(word, "tcp") || !strcmp(word, "udp"))
        && explain_ports(fault, slash + 1)) {
        return;
    }
    if (fault->type->kind == DM_TYPE_KIND_PORT
        && fits_match(fault->text, strlen(fault->text), false)) {
        (void)dm_diag_help(diags, must_be(fault, "one port of `tcp` or `udp`"), "%s",
                           fault->type->doc);
        return;
    }
    explain_plainly(fault);
}

/* Whether a `{prefix}` was meant: digits and dots or colons, or a slash after them. */
static bool looks_like_prefix(const char *text)
{
    size_t n = strspn(text, "0123456789abcdefABCDEF.:");

    return n && text[0] <= '9' && (text[n] == '/' || text[n] == '\0') && strpbrk(text, ".:/");
}

static void explain(const struct fault *fault);

/* Takes the form whose beginning the text has, and says what is wrong with its rest. */
static bool explain_tail(const struct fault *fault, const struct dm_alternative *one)
{
    struct fault inner = *fault;

    if (!one->tail
        || (one->n ? strncmp(fault->text, one->head, one->n) != 0
                   : dm_grammar_type(one->tail)->kind != DM_TYPE_KIND_PREFIX
                         || !looks_like_prefix(fault->text))) {
        return false;
    }
    inner.id = one->tail;
    inner.type = dm_grammar_type(one->tail);
    inner.text = fault->text + one->n;
    if (one->n) {
        inner.what = dm_sprintf(fault->check->arena, "what follows `%.*s`", (int)one->n, one->head);
    }
    if (!inner.what) {
        fault->check->is_out_of_memory = true;
        return true;
    }
    explain(&inner);
    return true;
}

static void explain_form(const struct fault *fault)
{
    struct dm_alternative alternatives[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(fault->type->first, alternatives);
    size_t head = strcspn(fault->text, ":");
    const char *words[MAX_WORDS];
    size_t n_words = 0;
    struct dm_diag *diag;
    struct dm_str forms;
    const char *near;
    char word[TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        char *copy = dm_arena_strndup(fault->check->arena, alternatives[i].head, alternatives[i].n);

        if (explain_tail(fault, &alternatives[i])) {
            return;
        }
        if (copy && alternatives[i].n) {
            words[n_words++] = copy;
        }
    }
    dm_str_init(&forms, fault->check->arena);
    dm_grammar_forms(fault->id, &forms);
    diag = must_be(fault, forms.text);
    (void)ended(fault->text, fault->text[head] ? head + 1 : head, word);
    near = dm_str_nearest(word, words, n_words);
    if (near) {
        (void)dm_diag_help(fault->check->diags, diag, "did you mean `%s%s`?", near,
                           dm_str_ends(near, ":") && fault->text[head] ? fault->text + head + 1
                                                                       : "");
    } else if (!dm_type_is_choice(fault->type)) {
        (void)dm_diag_help(fault->check->diags, diag, "%s", fault->type->doc);
    }
}

/* The term that does not fit, of terms that are joined. */
static void explain_terms(const struct fault *fault)
{
    const char *text = fault->text;

    for (;;) {
        const char *end = strstr(text, fault->type->first);
        size_t n = end ? (size_t)(end - text) : strlen(text);

        if (!dm_scalar_fits(fault->type->of, text, n)) {
            struct fault inner = *fault;

            inner.id = fault->type->of;
            inner.type = dm_grammar_type(inner.id);
            inner.text = dm_arena_strndup(fault->check->arena, text, n);
            if (!inner.text) {
                fault->check->is_out_of_memory = true;
                return;
            }
            explain(&inner);
            return;
        }
        if (!end) {
            explain_plainly(fault);
            return;
        }
        text = end + strlen(fault->type->first);
    }
}

static void explain(const struct fault *fault)
{
    if (explain_variable(fault, dm_type_may_fill_in(fault->id))) {
        return;
    }
    switch (fault->type->kind) {
    case DM_TYPE_KIND_PREFIX:
        explain_prefix(fault);
        break;
    case DM_TYPE_KIND_DATE:
        explain_date(fault);
        break;
    case DM_TYPE_KIND_MATCH:
    case DM_TYPE_KIND_PORT:
        explain_match(fault);
        break;
    case DM_TYPE_KIND_FORM:
        explain_form(fault);
        break;
    case DM_TYPE_KIND_TERMS:
        explain_terms(fault);
        break;
    case DM_TYPE_KIND_TEXT:
    case DM_TYPE_KIND_WORD:
    case DM_TYPE_KIND_TEMPLATE:
    case DM_TYPE_KIND_PATH:
    case DM_TYPE_KIND_TRUTH:
    case DM_TYPE_KIND_NUMBER:
    case DM_TYPE_KIND_LIST:
    case DM_TYPE_KIND_MAP:
    case DM_TYPE_KIND_EITHER:
    case DM_TYPE_KIND_SHAPE:
    case DM_TYPE_KIND_PART:
        explain_plainly(fault);
        break;
    }
}

void dm_scalar_explain(struct dm_check *check, enum dm_type_id id, const char *text, size_t length,
                       const struct dm_spot *spot, struct dm_span span)
{
    struct fault fault = { .check = check,
                           .type = dm_grammar_type(id),
                           .id = id,
                           .what = dm_spot_text(check, spot),
                           .text = dm_shown(check, text, length),
                           .span = span };

    if (!length) {
        (void)dm_diags_add(check->diags, DM_SEV_ERROR, span, "%s must be %s, found empty text",
                           fault.what, fault.type->noun);
        return;
    }
    explain(&fault);
}
