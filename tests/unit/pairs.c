/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All pairs of small networks, as 'demarc reach' writes them.
 */
#include "tests/support/dmtest.h"

#include "model/facts/data.h"
#include "render/pairs.h"
#include "tests/support/nets.h"
#include "tests/support/schema_check.h"

#define BASE                                                                                       \
    "region r\nzone ra r\nvpc v r 10.0.0.0/16\nigw i v\ntable out v\nroute out 0.0.0.0/0 igw:i\n"  \
    "acl strict v\n"                                                                               \
    "rule strict in 1 allow tcp/443 0.0.0.0/0\n"                                                   \
    "rule strict out 1 allow tcp/1024-65535 0.0.0.0/0\n"                                           \
    "group web v\npermit web in tcp/443 0.0.0.0/0\npermit web in tcp/22 203.0.113.0/24\n"          \
    "permit web out all 0.0.0.0/0\n"                                                               \
    "subnet s v ra 10.0.1.0/24 table=out\nsubnet p v ra 10.0.2.0/24\n"

struct frame {
    struct dm_arena *arena;
    struct dm_err err;
    const struct dm_model *model;
    struct dm_pairs pairs;
    struct dm_str out;
};

static void find(struct frame *frame, const char *net, const struct dm_pairs_options *options)
{
    *frame = (struct frame){ .arena = dm_arena_new(0), .err = DM_ERR_INIT };
    frame->model = dm_nets_make(frame->arena, net);
    assert_int_equal(dm_pairs_find(frame->arena, frame->model, options, &frame->pairs, &frame->err),
                     DM_OK);
    dm_str_init(&frame->out, frame->arena);
}

static void expect(const char *net, const struct dm_pairs_options *options, const char *expected)
{
    struct frame frame;

    find(&frame, net, options);
    dm_render_pairs(&frame.pairs, &frame.out);
    assert_string_equal(frame.out.text, expected);
    dm_arena_free(frame.arena);
}

static const struct dm_pairs_options all = { .by = DM_PAIRS_BY_ENDPOINT };
static const struct dm_pairs_options by_subnet = { .by = DM_PAIRS_BY_SUBNET };
static const struct dm_pairs_options by_vpc = { .by = DM_PAIRS_BY_VPC };

/* Only IPv4 has a way out, and rules divide each family. */
static void the_internet_of_each_family_has_a_name(void **state)
{
    static const char *const from[] = { "a" };
    struct dm_pairs_options options = { .from = from, .n_from = 1 };

    (void)state;
    expect("region r\nzone ra r\nvpc v r 10.0.0.0/16,2a05:d018::/56\nigw i v\ntable out v\n"
           "route out 0.0.0.0/0 igw:i\nroute out 2600::/16 igw:i\n"
           "group web v\npermit web out tcp/443 0.0.0.0/0\npermit web out tcp/443 ::/0\n"
           "subnet s v ra 10.0.1.0/24,2a05:d018::/64 table=out\n"
           "host a s 10.0.1.5=198.18.0.5,2a05:d018::5 groups=web\n",
           &options, "a[10.0.1.5] => Internet (IPv4),2600::/16 : TCP 443\n");
    expect("region r\nzone ra r\nvpc v r 10.0.0.0/16,2a05:d018::/56\nigw i v\ntable out v\n"
           "route out 0.0.0.0/0 igw:i\nroute out ::/0 igw:i\n"
           "group web v\npermit web out tcp/80 0.0.0.0/0\npermit web out tcp/443 ::/0\n"
           "subnet s v ra 10.0.1.0/24,2a05:d018::/64 table=out\n"
           "host a s 10.0.1.5=198.18.0.5,2a05:d018::5 groups=web\n",
           &options,
           "a[10.0.1.5] => Internet (IPv4) : TCP 80\na[10.0.1.5] => Internet (IPv6) : TCP 443\n");
    expect("region r\nzone ra r\nvpc v r 10.0.0.0/16\nigw i v\ntable out v\n"
           "route out 0.0.0.0/0 igw:i\nroute out 203.0.113.0/24 none\n"
           "subnet s v ra 10.0.1.0/24 table=out\nhost a s 10.0.1.5=198.18.0.5\n",
           &options, "a[10.0.1.5] => Internet (IPv4) but 203.0.113.0/24 : All Connections\n");
}

static void parts_of_the_internet_are_named_by_their_prefixes(void **state)
{
    static const char *const internet[] = { "internet" };
    struct dm_pairs_options options = { .from = internet, .n_from = 1 };

    (void)state;
    expect(BASE "host a s 10.0.1.5=198.18.0.5 groups=web\n", &options,
           "203.0.113.0/24 => a[10.0.1.5] : TCP 22\n"
           "Internet => a[10.0.1.5] : TCP 443\n");
    options = (struct dm_pairs_options){ .to = internet, .n_to = 1 };
    expect(BASE "host a s 10.0.1.5=198.18.0.5 groups=web\ngroup out v\n"
                "permit out out udp/53 198.51.100.0/25\npermit out out udp/53 198.51.100.128/25\n"
                "host b s 10.0.1.6=198.18.0.6 groups=out\n",
           &options,
           "a[10.0.1.5] => Internet : All Connections\n"
           "b[10.0.1.6] => 198.51.100.0/24 : UDP 53\n");
}

static void hosts_reach_what_groups_and_routes_let_them(void **state)
{
    (void)state;
    expect(BASE "host a s 10.0.1.5 groups=web\nhost b p 10.0.2.5\n", &all,
           "a[10.0.1.5] => b[10.0.2.5] : All Connections\n"
           "b[10.0.2.5] => a[10.0.1.5] : TCP 443\n");
}

static void tcp_whose_answers_are_stopped_has_a_mark(void **state)
{
    (void)state;
    expect("region r\nzone ra r\nvpc v r 10.0.0.0/16\nacl in v\n"
           "rule in in 1 allow tcp/443 0.0.0.0/0\nrule in in 2 allow udp/53 0.0.0.0/0\n"
           "subnet s v ra 10.0.1.0/24 acl=in\nsubnet p v ra 10.0.2.0/24\n"
           "host a s 10.0.1.5\nhost b p 10.0.2.5\n",
           &all,
           "b[10.0.2.5] => a[10.0.1.5] : UDP 53\n"
           "b[10.0.2.5] => a[10.0.1.5] : TCP 443 *\n");
}

static void what_is_not_understood_has_a_mark(void **state)
{
    (void)state;
    expect("region r\nzone ra r\nvpc v r 10.0.0.0/16\nunknown u\ngroup g v\n"
           "permit g in tcp/443 10.0.0.0/8\npermit g in tcp/22 unknown:u\n"
           "subnet s v ra 10.0.1.0/24\nhost a s 10.0.1.5 groups=g\nhost b s 10.0.1.6\n",
           &all,
           "b[10.0.1.6] => a[10.0.1.5] : TCP 443\n"
           "b[10.0.1.6] => a[10.0.1.5] : TCP 22 ?\n");
}

static void hosts_of_one_class_are_asked_about_once(void **state)
{
    struct frame frame;

    (void)state;
    find(&frame,
         "region r\nzone ra r\nvpc v r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\n"
         "host a s 10.0.1.5\nhost b s 10.0.1.6\nhost c s 10.0.1.7\nhost d s 10.0.1.8\n",
         &all);
    assert_int_equal(frame.pairs.n_places, 4);
    assert_int_equal(frame.pairs.n_rows, 12);
    /* One pair of them, and what is before and after the VPC of the internet. */
    assert_int_equal(frame.pairs.n_sessions, 1 + 2);
    dm_arena_free(frame.arena);
}

static void subnets_are_judged_by_routes_and_acls_alone(void **state)
{
    (void)state;
    expect(BASE "subnet q v ra 10.0.3.0/24 acl=strict\nhost b p 10.0.2.5\n", &by_subnet,
           "p => q : TCP 443\n"
           "p => s : All Connections\n"
           "q => p : TCP 1024-65535 *\n"
           "q => s : TCP 1024-65535 *\n"
           "s => p : All Connections\n"
           "s => q : TCP 443\n");
}

static void vpcs_without_a_way_have_no_line(void **state)
{
    (void)state;
    expect("region r\nzone ra r\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nvpc x r 10.2.0.0/16\n"
           "peering p v w\ntable vt v\nroute vt 10.1.0.0/16 peering:p\n"
           "table wt w\nroute wt 10.0.0.0/16 peering:p\n"
           "subnet s v ra 10.0.1.0/24 table=vt\nsubnet t w ra 10.1.1.0/24 table=wt\n"
           "subnet u x ra 10.2.1.0/24\n",
           &by_vpc,
           "v => w : All Connections\n"
           "w => v : All Connections\n");
}

static void selectors_name_hosts_subnets_and_addresses(void **state)
{
    struct dm_pairs_options options = { .by = DM_PAIRS_BY_ENDPOINT,
                                        .from = (const char *const[]){ "p" },
                                        .n_from = 1,
                                        .to = (const char *const[]){ "10.0.1.5" },
                                        .n_to = 1 };
    struct dm_err err = DM_ERR_INIT;
    struct frame frame;

    (void)state;
    expect(BASE "host a s 10.0.1.5 groups=web\nhost b p 10.0.2.5\n", &options,
           "b[10.0.2.5] => a[10.0.1.5] : TCP 443\n");
    options.to = (const char *const[]){ "nowhere" };
    find(&frame, BASE, &all);
    assert_int_equal(dm_pairs_find(frame.arena, frame.model, &options, &frame.pairs, &err),
                     DM_USAGE);
    dm_arena_free(frame.arena);
}

static void json_has_the_form_of_its_schema(void **state)
{
    const struct dm_data_file *schema = dm_data_find("schema/reach-1.schema.json");
    struct schema_fault fault = { 0 };
    struct frame frame;

    (void)state;
    assert_non_null(schema);
    find(&frame, BASE "host a s 10.0.1.5=198.18.0.5 groups=web\nhost b p 10.0.2.5\n", &all);
    assert_int_equal(dm_render_pairs_json(frame.model, &frame.pairs, &frame.out, &frame.err),
                     DM_OK);
    if (!schema_check_text(schema->text, frame.out.text, &fault)) {
        fail_msg("%s: %s", fault.pointer, fault.text);
    }
    dm_arena_free(frame.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_the_internet_are_named_by_their_prefixes),
        cmocka_unit_test(the_internet_of_each_family_has_a_name),
        cmocka_unit_test(hosts_reach_what_groups_and_routes_let_them),
        cmocka_unit_test(tcp_whose_answers_are_stopped_has_a_mark),
        cmocka_unit_test(what_is_not_understood_has_a_mark),
        cmocka_unit_test(hosts_of_one_class_are_asked_about_once),
        cmocka_unit_test(subnets_are_judged_by_routes_and_acls_alone),
        cmocka_unit_test(vpcs_without_a_way_have_no_line),
        cmocka_unit_test(selectors_name_hosts_subnets_and_addresses),
        cmocka_unit_test(json_has_the_form_of_its_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
