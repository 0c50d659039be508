/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Models: elements and what contains them, lookups, and that each broken
 * invariant is found.
 */
#include "model/model.h"

#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

static const char two_regions[] = "region r1\nregion r2\nzone r1a r1\nzone r1b r1\nzone r2a r2\n"
                                  "vpc v r1 10.0.0.0/16,100.64.0.0/16\nvpc w r2 10.1.0.0/16\n"
                                  "vpc o r1 10.0.0.0/16\n"
                                  "subnet s v r1a 10.0.1.0/24\nsubnet s2 v r1b 10.0.2.0/25\n"
                                  "subnet s3 w r2a 10.1.1.0/24\nsubnet s4 o r1a 10.0.1.0/24\n"
                                  "igw i v\nnat n s 10.0.1.5 198.18.0.5\n"
                                  "peering p v w\n"
                                  "tgw g1 r1\ntgw g2 r2\nttable m1 g1\nttable m2 g2\n"
                                  "attach x g1 v m1 s,s2\nattach y g2 w m2 s3\n"
                                  "tpeer t.b g1 m1 t.a g2 m2\n"
                                  "host h s 10.0.1.10=198.18.0.6,10.0.1.12\nnic h s2 10.0.2.10\n"
                                  "host k s3 10.1.1.10\nhost o s4 10.0.1.10\n"
                                  "route v.main 0.0.0.0/0 igw:i\n";

static int set_up(void **state)
{
    *state = dm_arena_new(0);
    return *state ? 0 : 1;
}

static int tear_down(void **state)
{
    dm_arena_free(*state);
    return 0;
}

static struct dm_addr addr(const char *text)
{
    struct dm_addr value = { 0, 0, DM_FAMILY_NONE };

    assert_int_equal(dm_addr_parse(text, &value), DM_ADDR_OK);
    return value;
}

static void each_thing_that_can_fail_has_an_element_with_its_containers(void **state)
{
    static const char *const expected[] = {
        "region:r1",
        "region:r2",
        "zone:r1a region:r1",
        "zone:r1b region:r1",
        "zone:r2a region:r2",
        "transit-gateway:g1 region:r1",
        "transit-gateway:g2 region:r2",
        "attachment:x region:r1",
        "attachment:y region:r2",
        "peering:p region:r1 region:r2",
        "peering:t.a region:r1 region:r2",
        "nat-gateway:n region:r1 zone:r1a",
        "internet-gateway:i region:r1",
    };
    const struct dm_model *model = dm_nets_make(*state, two_regions);

    assert_int_equal(model->n_elements, sizeof expected / sizeof expected[0]);
    for (uint32_t i = 0; i < model->n_elements; i++) {
        const struct dm_element *element = &model->elements[i];
        char text[256] = "";

        strncat(text, element->object.name, 100);
        for (size_t j = 0; j < element->n_containers; j++) {
            strncat(text, " ", 2);
            strncat(text, dm_element_get(model, element->containers[j])->object.name, 50);
        }
        assert_string_equal(text, expected[i]);
    }
}

static void both_sides_of_a_transit_peering_share_an_element(void **state)
{
    const struct dm_model *model = dm_nets_make(*state, two_regions);
    struct dm_ref a = dm_model_find(model, DM_KIND_attachment, "t.a");
    struct dm_ref b = dm_model_find(model, DM_KIND_attachment, "t.b");
    struct dm_ref x = dm_model_find(model, DM_KIND_attachment, "x");

    assert_int_not_equal(dm_model_element_of(model, a).v, 0);
    assert_int_equal(dm_model_element_of(model, a).v, dm_model_element_of(model, b).v);
    assert_int_not_equal(dm_model_element_of(model, a).v, dm_model_element_of(model, x).v);
    assert_int_equal(dm_model_find_element(model, "peering:t.a").v,
                     dm_model_element_of(model, a).v);
}

static void elements_are_found_with_and_without_their_kind(void **state)
{
    const struct dm_model *model =
        dm_nets_make(*state, "region r\nzone x r\nvpc v r 10.0.0.0/16\nigw x v\n"
                             "zone z r\n");

    assert_int_equal(dm_model_find_element(model, "zone:x").v, 2);
    assert_int_equal(dm_model_find_element(model, "r").v, 1);
    assert_int_equal(dm_model_find_element(model, "z").v, 3);
    assert_int_equal(dm_model_find_element(model, "x").v, 0);
    assert_int_equal(dm_model_find_element(model, "vpc:v").v, 0);
    assert_int_equal(dm_model_find_element(model, "").v, 0);
}

static void objects_are_found_by_kind_and_name_and_addresses_by_vpc(void **state)
{
    const struct dm_model *model = dm_nets_make(*state, two_regions);
    struct dm_vpc_id v = { dm_model_find(model, DM_KIND_vpc, "v").v };
    struct dm_vpc_id w = { dm_model_find(model, DM_KIND_vpc, "w").v };
    struct dm_vpc_id o = { dm_model_find(model, DM_KIND_vpc, "o").v };
    struct dm_interface_id found = { 0 };
    struct dm_addr private = { 0, 0, 0 };
    size_t n = 0;
    const struct dm_interface_id *all = NULL;

    assert_int_equal(dm_model_find(model, DM_KIND_vpc, "s").v, 0);
    assert_int_equal(dm_model_find(model, DM_KIND_vpc, "s").kind, DM_KIND_vpc);
    found = dm_model_interface_at(model, v, addr("10.0.1.10"));
    assert_string_equal(dm_interface_get(model, found)->object.name, "h.0");
    found = dm_model_interface_at(model, o, addr("10.0.1.10"));
    assert_string_equal(dm_interface_get(model, found)->object.name, "o.0");
    assert_int_equal(dm_model_interface_at(model, w, addr("10.0.1.10")).v, 0);
    assert_int_equal(dm_model_interface_at(model, v, addr("198.18.0.6")).v, 0);
    found = dm_model_interface_at_public(model, addr("198.18.0.6"), &private);
    assert_string_equal(dm_interface_get(model, found)->object.name, "h.0");
    assert_true(dm_addr_equal(private, addr("10.0.1.10")));
    assert_int_equal(dm_model_interface_at_public(model, addr("10.0.1.10"), &private).v, 0);
    all = dm_model_interfaces_with(model, addr("10.0.1.10"), &n);
    assert_int_equal(n, 2);
    assert_true(all[0].v < all[1].v);
    assert_int_equal(dm_model_vpc_of_interface(model, all[1]).v, o.v);
    all = dm_model_interfaces_with(model, addr("10.0.1.11"), &n);
    assert_int_equal(n, 0);
}

static void subnets_gateways_and_attachments_are_found(void **state)
{
    const struct dm_model *model = dm_nets_make(*state, two_regions);
    struct dm_vpc_id v = { dm_model_find(model, DM_KIND_vpc, "v").v };
    struct dm_vpc_id w = { dm_model_find(model, DM_KIND_vpc, "w").v };
    struct dm_transit_gateway_id g1 = { dm_model_find(model, DM_KIND_transit_gateway, "g1").v };
    struct dm_interface_id eni = { dm_model_find(model, DM_KIND_interface, "n.eni").v };
    struct dm_interface_id h = { dm_model_find(model, DM_KIND_interface, "h.1").v };
    struct dm_subnet_id subnet = dm_model_subnet_at(model, v, addr("10.0.2.127"));

    assert_string_equal(dm_subnet_get(model, subnet)->object.name, "s2");
    assert_int_equal(dm_model_subnet_at(model, v, addr("10.0.2.128")).v, 0);
    assert_int_equal(dm_model_subnet_at(model, v, addr("10.0.0.255")).v, 0);
    assert_int_equal(dm_model_subnet_at(model, v, addr("10.1.1.1")).v, 0);
    assert_int_not_equal(dm_model_subnet_at(model, w, addr("10.1.1.255")).v, 0);
    assert_int_equal(dm_model_nat_of_interface(model, eni).v, 1);
    assert_int_equal(dm_model_nat_of_interface(model, h).v, 0);
    assert_string_equal(dm_zone_get(model, dm_model_zone_of_interface(model, h))->object.name,
                        "r1b");
    assert_int_equal(dm_model_attachment_of(model, v, g1).v, 1);
    assert_int_equal(dm_model_attachment_of(model, w, g1).v, 0);
}

static const char *internet(void *state, const char *rows, char buffer[DM_ADDR_TEXT_SIZE])
{
    struct dm_arena *arena = state;
    char text[1024] = "region r\nzone a r\nvpc v r 10.0.0.0/16\nsubnet s v a 10.0.0.0/24\n"
                      "group g v\nacl l v\n";

    strncat(text, rows, 700);
    return dm_addr_text(dm_model_internet_address(dm_nets_make(arena, text)), buffer);
}

static void the_internet_has_an_address_that_no_prefix_of_the_model_covers(void **state)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    assert_string_equal(internet(*state, "", buffer), "203.0.113.1");
    assert_string_equal(internet(*state, "route v.main 0.0.0.0/0 none\n", buffer), "203.0.113.1");
    assert_string_equal(internet(*state, "route v.main 203.0.113.0/30 none\n", buffer),
                        "203.0.113.4");
    assert_string_equal(internet(*state,
                                 "rule l in 1 deny all 203.0.113.0/24\n"
                                 "permit g in all 203.0.114.0/24\n",
                                 buffer),
                        "203.0.115.0");
    assert_string_equal(internet(*state, "host h s 10.0.0.4=203.0.113.1\n", buffer), "203.0.113.2");
    assert_string_equal(internet(*state, "list p 203.0.113.0/24\n", buffer), "203.0.114.0");
    assert_string_equal(internet(*state, "route v.main 192.0.0.0/2 none\n", buffer), "1.0.0.0");
    assert_string_equal(internet(*state,
                                 "route v.main 0.0.0.0/1 none\n"
                                 "route v.main 128.0.0.0/1 none\n",
                                 buffer),
                        "203.0.113.1");
    assert_string_equal(internet(*state,
                                 "route v.main 0.0.0.0/1 none\n"
                                 "route v.main 128.0.0.0/1 none\n"
                                 "permit g in all 200.0.0.0/5\n",
                                 buffer),
                        "208.0.0.0");
}

static void rules_of_an_acl_come_sorted_whatever_their_order_was(void **state)
{
    const struct dm_model *model = dm_nets_make(
        *state, "region r\nvpc v r 10.0.0.0/16\nacl l v\nrule l out 5 deny all 0.0.0.0/0\n"
                "rule l in 9 deny all 0.0.0.0/0\nrule l out 1 allow all 0.0.0.0/0\n"
                "rule l in 2 allow all 0.0.0.0/0\n");
    const struct dm_acl *acl =
        dm_acl_get(model, (struct dm_acl_id){ dm_model_find(model, DM_KIND_acl, "l").v });

    assert_int_equal(acl->n_entries, 4);
    assert_true(!acl->entries[0].egress && acl->entries[0].number == 2);
    assert_true(!acl->entries[1].egress && acl->entries[1].number == 9);
    assert_true(acl->entries[2].egress && acl->entries[2].number == 1);
    assert_true(acl->entries[3].egress && acl->entries[3].number == 5);
}

static void what_breaks_an_invariant_is_named(void **state)
{
    static const char *const cases[][2] = {
        { "zone r1a r1\n", "there are two of zone `r1a`" },
        { "subnet z v r1a 10.0.1.128/25\n", "subnets `z` and `s` overlap" },
        { "subnet z v r1a 10.0.0.0/16\n", "subnets `s` and `z` overlap" },
        { "subnet z v r1a 10.3.0.0/24\n", "which is not in an address range of vpc `v`" },
        { "subnet z v r2a 10.0.3.0/24\n", "which is not in the region of vpc `v`" },
        { "subnet z v r1a 10.0.3.0/24 table=w.main\n", "has a route table of another vpc" },
        { "subnet z v r1a 10.0.3.0/24 acl=w.acl\n", "has a network acl of another vpc" },
        { "vpc z r1 10.8.0.0/16,10.8.4.0/24\n", "two address ranges of vpc `z` overlap" },
        { "host z s 10.0.2.11\n", "which is not in subnet `s`" },
        { "host z s 10.0.1.12\n", "interfaces `z.0` and `h.0` both have 10.0.1.12" },
        { "host z s 10.0.1.13=198.18.0.6\n", "interfaces `z.0` and `h.0` both have 198.18.0.6" },
        { "rule v.acl in 32000 deny all 0.0.0.0/0\n", "has two rules 32000 of one direction" },
        { "route w.main 0.0.0.0/0 igw:i\n", "a route of table `w.main` has a target" },
        { "route w.main 0.0.0.0/0 nat:n\n", "a route of table `w.main` has a target" },
        { "route o.main 0.0.0.0/0 peering:p\n", "a route of table `o.main` has a target" },
        { "route w.main 0.0.0.0/0 tgw:g1\n", "a route of table `w.main` has a target" },
        { "route w.main 0.0.0.0/0 eni:h.0\n", "a route of table `w.main` has a target" },
        { "peering z v v\n", "is a peering of a vpc with itself" },
        { "attach z g1 v m1 s\n", "is attached to this transit gateway already" },
        { "attach z g1 o m2 s4\n", "is associated with a table of another transit gateway" },
        { "attach z g2 o m2 s4\n", "attaches a vpc of another region" },
        { "attach z g1 o m1 s\n", "has a subnet of another vpc" },
        { "attach z g1 o m1 s4,s4\n", "has two subnets in one zone" },
        { "tpeer z g1 m1 z2 g1 m1\n", "peers a transit gateway with itself" },
        { "troute m1 10.1.0.0/16 y\n", "routes to an attachment of another transit gateway" },
        { "propagate m1 y\n", "is propagated to by an attachment of another" },
        { "edge i w.main\n", "the edge table of internet gateway `i` is not one of its vpc" },
        { "class c\nstore q rds tcp/1 c DE\n", "store `q` has no primary copy" },
        { "class c\nstore q rds tcp/1 c DE\ncopy q r1 -\nfailover q 1\n",
          "fails over to a copy that it does not have" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048] = "";
        const struct dm_model *model = NULL;
        struct dm_err err = DM_ERR_INIT;

        strncat(text, two_regions, 1500);
        strncat(text, cases[i][0], 500);
        assert_int_equal(dm_nets_parse(*state, text, &model, &err), DM_INVALID);
        assert_null(model);
        if (!strstr(err.text, cases[i][1])) {
            fail_msg("`%s` gave `%s`", cases[i][0], err.text);
        }
    }
}

/* What the text of a network cannot say: done to a copy of a good model. */
static size_t faults_of(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_diags diags;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_model_check(model, &diags, NULL), DM_OK);
    return diags.n_errors;
}

static void broken_handles_and_containers_are_found(void **state)
{
    const struct dm_model *good = dm_nets_make(*state, two_regions);
    struct dm_model bad = *good;
    struct dm_zone zones[3];
    struct dm_element elements[13];
    struct dm_attachment attachments[4];
    const struct dm_element_id self[] = { { 12 } };

    assert_int_equal(faults_of(*state, good), 0);
    memcpy(zones, good->zones, sizeof zones);
    bad.zones = zones;
    zones[1].region.v = 3;
    assert_true(faults_of(*state, &bad) > 0);
    zones[1].region.v = 0;
    assert_true(faults_of(*state, &bad) > 0);
    bad = *good;
    memcpy(attachments, good->attachments, sizeof attachments);
    bad.attachments = attachments;
    attachments[3].peer.v = 1;
    assert_true(faults_of(*state, &bad) > 0);
    bad = *good;
    memcpy(elements, good->elements, sizeof elements);
    bad.elements = elements;
    elements[11].containers = self;
    elements[11].n_containers = 1;
    assert_true(faults_of(*state, &bad) > 0);
    elements[11].containers = good->elements[11].containers + 1; /* the zone without its region */
    assert_true(faults_of(*state, &bad) > 0);
    elements[11] = good->elements[11];
    assert_int_equal(faults_of(*state, &bad), 0);
}

/* All objects of 'good' but its elements, which a build makes, in a builder of 'arena'. */
static struct dm_builder *copy_of(struct dm_arena *arena, const struct dm_model *good)
{
    struct dm_builder *builder = dm_builder_new(arena, good->sources, NULL);

    if (!builder) {
        return NULL;
    }
#define COPY(kind, plural, text)                                                                   \
    for (uint32_t i = 0; i < good->n_##plural && DM_KIND_##kind != DM_KIND_element; i++) {         \
        dm_builder_add_##kind(builder, &good->plural[i]);                                          \
    }
    DM_KIND_LIST(COPY)
#undef COPY
    for (uint32_t i = 0; i < good->n_attachments; i++) {
        if (dm_builder_find(builder, DM_KIND_attachment, good->attachments[i].object.name).v
            == i + 1) {
            dm_builder_edit_attachment(builder, (struct dm_attachment_id){ i + 1 })->element =
                (struct dm_element_id){ 0 };
        }
    }
    return builder;
}

static void a_build_that_runs_out_of_memory_says_so_and_makes_nothing(void **state)
{
    const struct dm_model *good = dm_nets_make(*state, two_regions);
    unsigned n_failed = 0;
    bool built = false;

    for (size_t limit = 64; !built; limit += 64) {
        struct dm_arena *arena = dm_arena_new(limit);
        struct dm_builder *builder = arena ? copy_of(arena, good) : NULL;
        const struct dm_model *model = NULL;
        struct dm_diags diags;

        if (builder) {
            enum dm_status status = DM_OK;

            dm_diags_init(&diags, *state);
            status = dm_model_build(builder, &diags, &model, NULL);
            assert_true(status == DM_OK || (status == DM_NOMEM && !model));
            assert_int_equal(diags.n_errors, 0);
            built = status == DM_OK;
            n_failed += built ? 0 : 1;
            assert_true(!built || model->n_elements == good->n_elements);
        }
        dm_arena_free(arena);
    }
    assert_true(n_failed > 20);
}

static void a_route_leads_to_an_object_of_the_kind_of_its_target(void **state)
{
    static const struct {
        enum dm_target_kind target;
        const char *text;
    } targets[] = {
        { DM_TARGET_INTERNET_GATEWAY, "internet-gateway" },
        { DM_TARGET_NAT_GATEWAY, "nat-gateway" },
        { DM_TARGET_PEERING, "vpc-peering" },
        { DM_TARGET_TRANSIT_GATEWAY, "transit-gateway" },
        { DM_TARGET_CORE_NETWORK, "core-network" },
        { DM_TARGET_VPN_GATEWAY, "vpn-gateway" },
        { DM_TARGET_INTERFACE, "network-interface" },
        { DM_TARGET_VPC_ENDPOINT, "vpc-endpoint" },
        { DM_TARGET_GWLB_ENDPOINT, "gateway-load-balancer-endpoint" },
        { DM_TARGET_UNKNOWN, "unknown" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        const struct dm_route route = { .target_kind = targets[i].target, .target = 7 };
        struct dm_ref ref = dm_route_target(&route);

        assert_string_equal(dm_kind_text(ref.kind), targets[i].text);
        assert_int_equal(ref.v, 7);
    }
    assert_int_equal(dm_route_target(&(struct dm_route){ .target_kind = DM_TARGET_LOCAL }).kind,
                     DM_KIND_none);
    assert_int_equal(dm_route_target(&(struct dm_route){ .target_kind = DM_TARGET_NONE }).kind,
                     DM_KIND_none);
}

static void names_of_references_and_kinds_are_given(void **state)
{
    const struct dm_model *model = dm_nets_make(*state, two_regions);

    assert_string_equal(dm_model_ref_name(model, DM_REF_NONE), "internet");
    assert_null(dm_model_object(model, DM_REF_NONE));
    assert_string_equal(dm_model_ref_name(model, dm_model_find(model, DM_KIND_vpc, "v")), "v");
    assert_string_equal(dm_kind_text(DM_KIND_nat_gateway), "nat-gateway");
    assert_string_equal(dm_kind_text(DM_KIND_none), "internet");
    assert_string_equal(dm_store_engine_text(DM_ENGINE_EFS), "efs");
    assert_string_equal(dm_verb_text(DM_VERB_PROCESS), "process");
    for (int kind = 0; kind < DM_ELEMENT_KIND_COUNT; kind++) {
        assert_non_null(dm_element_kind_text((enum dm_element_kind)kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_that_can_fail_has_an_element_with_its_containers),
        cmocka_unit_test(both_sides_of_a_transit_peering_share_an_element),
        cmocka_unit_test(elements_are_found_with_and_without_their_kind),
        cmocka_unit_test(objects_are_found_by_kind_and_name_and_addresses_by_vpc),
        cmocka_unit_test(subnets_gateways_and_attachments_are_found),
        cmocka_unit_test(the_internet_has_an_address_that_no_prefix_of_the_model_covers),
        cmocka_unit_test(rules_of_an_acl_come_sorted_whatever_their_order_was),
        cmocka_unit_test(what_breaks_an_invariant_is_named),
        cmocka_unit_test(broken_handles_and_containers_are_found),
        cmocka_unit_test(a_build_that_runs_out_of_memory_says_so_and_makes_nothing),
        cmocka_unit_test(a_route_leads_to_an_object_of_the_kind_of_its_target),
        cmocka_unit_test(names_of_references_and_kinds_are_given),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
