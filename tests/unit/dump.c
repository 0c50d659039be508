/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dump of a model: every object and row with its place, nothing else.
 */
#include "render/dump.h"

#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

static const char *dump_of(struct dm_arena *arena, const char *text)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    dm_render_model(dm_nets_make(arena, text), &out);
    assert_false(out.failed);
    return out.text;
}

static const char net[] = "region r jurisdiction=IE\nzone a r\nenvironment prod\n"
                          "vpc v r 10.0.0.0/16 environment=prod\n"
                          "list l 10.9.0.0/16,10.8.0.0/16\ngroup g v\nunknown u\n"
                          "subnet s v a 10.0.1.0/24\nigw i v\nnat n s 10.0.1.5 198.18.0.5\n"
                          "tgw t r refs\nttable m t\nattach x t v m s\n"
                          "host h s 10.0.1.10=198.18.0.6 groups=g stopped\n"
                          "class c\nservice w tcp/443 h classes=c public\n"
                          "store q rds tcp/5432 c DE,FR\ncopy q r h\ncall w store:q\n"
                          "permit g in tcp/443 group:g\npermit g in icmp/8 list:l\n"
                          "permit g out udp/53 unknown:u\n"
                          "route v.main list:l tgw:t\nroute v.main 0.0.0.0/0 igw:i propagated\n"
                          "route v.main 10.7.0.0/16 none\n"
                          "troute m 10.7.0.0/16 unknown:u\npropagate m x\n";

static const char expected[] =
    "model net  @ net:1\n"
    "\nregion r  @ net:1\n    jurisdiction: IE\n    partition: aws\n"
    "\nzone a  @ net:2\n    region: r\n"
    "\nenvironment prod  @ net:3\n"
    "\nvpc v  @ net:4\n    region: r\n    environment: prod\n    addresses: 10.0.0.0/16\n"
    "    main table: v.main\n    internet gateway: i\n"
    "\nsubnet s  @ net:8\n    vpc: v\n    zone: a\n    addresses: 10.0.1.0/24\n"
    "    table: v.main\n    acl: v.acl\n"
    "\nroute-table v.main  @ net:4\n    vpc: v\n    route 10.0.0.0/16 -> local  @ net:4\n"
    "    route l -> transit-gateway t  @ net:23\n"
    "    route 0.0.0.0/0 -> internet-gateway i, propagated  @ net:24\n"
    "    route 10.7.0.0/16 -> black hole  @ net:25\n"
    "\nnetwork-acl v.acl  @ net:4\n    vpc: v\n    in 32000 allow all 0.0.0.0/0  @ net:4\n"
    "    in 32002 allow all ::/0  @ net:4\n    out 32001 allow all 0.0.0.0/0  @ net:4\n"
    "    out 32003 allow all ::/0  @ net:4\n"
    "\nsecurity-group v.open  @ net:4\n    vpc: v\n    in all 0.0.0.0/0  @ net:4\n"
    "    out all 0.0.0.0/0  @ net:4\n    in all ::/0  @ net:4\n    out all ::/0  @ net:4\n"
    "\nsecurity-group g  @ net:6\n    vpc: v\n    in tcp/443 group g  @ net:20\n"
    "    in icmp/8 list l  @ net:21\n    out udp/53 unknown u  @ net:22\n"
    "\nprefix-list l  @ net:5\n    addresses: 10.9.0.0/16, 10.8.0.0/16\n"
    "\nhost h  @ net:14\n    interfaces: h.0\n    stopped: yes\n"
    "\nnetwork-interface n.eni  @ net:10\n    kind: nat-gateway\n    subnet: s\n"
    "    address: 10.0.1.5, public 198.18.0.5\n"
    "\nnetwork-interface h.0  @ net:14\n    kind: host\n    subnet: s\n    host: h\n"
    "    address: 10.0.1.10, public 198.18.0.6\n    groups: g\n"
    "    checks source and destination: yes\n"
    "\ninternet-gateway i  @ net:9\n    region: r\n    vpc: v\n"
    "\nnat-gateway n  @ net:10\n    subnet: s\n    interface: n.eni\n"
    "\ntransit-gateway t  @ net:11\n    region: r\n    group references: yes\n"
    "\ntransit-gateway-route-table m  @ net:12\n    transit gateway: t\n"
    "    route 10.7.0.0/16 -> unknown u  @ net:26\n    propagation of x  @ net:27\n"
    "\ntransit-gateway-attachment x  @ net:13\n    kind: vpc\n    transit gateway: t\n"
    "    association: m\n    vpc: v\n    subnets: s\n    group references: yes\n"
    "\ndata-class c  @ net:15\n"
    "\nservice w  @ net:16\n    base: w\n    region: r\n    vpc: v\n    port: tcp/443\n"
    "    hosts: h\n    classes: c\n    public: yes\n    call of store q  @ net:19\n"
    "\nstore q  @ net:17\n    base: q\n    engine: rds\n    port: tcp/5432\n    classes: c\n"
    "    subjects: DE, FR\n    primary in r  @ net:18\n        hosts: h\n"
    "\nunknown u  @ net:7\n    why: a test says so\n"
    "\nelement region:r  @ net:1\n"
    "\nelement zone:a  @ net:2\n    in: region:r\n"
    "\nelement transit-gateway:t  @ net:11\n    in: region:r\n"
    "\nelement attachment:x  @ net:13\n    in: region:r\n"
    "\nelement nat-gateway:n  @ net:10\n    in: region:r, zone:a\n"
    "\nelement internet-gateway:i  @ net:9\n    in: region:r\n";

static void every_object_and_row_is_printed_with_its_place(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);

    (void)state;
    assert_string_equal(dump_of(arena, net), expected);
    dm_arena_free(arena);
}

static void the_same_network_gives_the_same_dump(void **state)
{
    struct dm_net_options options = DM_NET_ALL;

    (void)state;
    options.with_unknowns = true;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const char *text = dm_nets_random(arena, seed, &options);

        assert_string_equal(dump_of(arena, text), dump_of(arena, text));
        dm_arena_free(arena);
    }
}

/* One word of a row changed: no row is left out, and no field of it. */
static void what_differs_between_models_differs_in_their_dumps(void **state)
{
    static const char *const changes[][2] = {
        { "jurisdiction=IE", "jurisdiction=DE" },
        { "10.0.1.10=198.18.0.6", "10.0.1.11" },
        { " stopped", " " },
        { "tgw t r refs", "tgw t r" },
        { "in tcp/443 group:g", "in tcp/443 group:v.open" },
        { "igw:i propagated", "igw:i" },
        { "classes=c public", "classes=c" },
        { "copy q r h", "copy q r -" },
        { "attach x t v m s", "attach x t v - s" },
        { "198.18.0.5", "" },
        { "DE,FR", "DE" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct dm_arena *arena = dm_arena_new(0);
        const char *at = strstr(net, changes[i][0]);
        struct dm_str text;

        assert_non_null(at);
        dm_str_init(&text, arena);
        dm_str_addn(&text, net, (size_t)(at - net));
        dm_str_add(&text, changes[i][1]);
        dm_str_add(&text, at + strlen(changes[i][0]));
        assert_string_not_equal(dump_of(arena, text.text), expected);
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_object_and_row_is_printed_with_its_place),
        cmocka_unit_test(the_same_network_gives_the_same_dump),
        cmocka_unit_test(what_differs_between_models_differs_in_their_dumps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
