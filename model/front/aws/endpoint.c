/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Endpoints of VPCs, the services behind them, and what services of AWS answer on.
 *
 * Describe output names a service and never its ports.  Those of a few services are
 * known whole [VPCE-21]; of other services of AWS that they answer on 443; of
 * those that are no API, and of services of customers, nothing.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

#define TCP(port)                                                                                  \
    {                                                                                              \
        DM_PROTO_TCP, (port), (port), -1, -1                                                       \
    }

static const struct dm_match https[] = { TCP(443) };
static const struct dm_match http_and_https[] = { TCP(80), TCP(443) };

/* Whose API is served over HTTP as well as HTTPS, and nothing else [VPCE-21]. */
static const char *const http_services[] = { "dynamodb", "ec2", "s3", "sns", "sqs" };

/* Whose endpoints are for another protocol, on ports that are not known here. */
static const char *const other_services[] = { "cassandra", "cassandra-fips", "email-smtp",
                                              "server" };

/* Services that have a gateway endpoint, and so a prefix list of where they answer [VPC-19]. */
static const char *const gateway_services[] = { "dynamodb", "s3" };

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (dm_str_equal(word, words[i])) {
            return true;
        }
    }
    return false;
}

/* "s3" of "com.amazonaws.eu-west-1.s3"; NULL for services that are not AWS's. */
static const char *api_of(const char *name)
{
    const char *last = strrchr(name, '.');
    bool of_aws = strstr(name, "com.amazonaws.") && !strstr(name, ".vpce-svc-");
    return of_aws && last ? last + 1 : NULL;
}

struct dm_endpoint_service_id dm_aws_service(struct dm_aws *aws, const char *name,
                                             const struct dm_aws_node *node, const char *key)
{
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_endpoint_service, name);
    if (found.v) {
        return (struct dm_endpoint_service_id){ found.v };
    }
    const char *api = api_of(name);
    struct dm_aws_node field = dm_aws_at(node, key);
    struct dm_endpoint_service service = {
        .object = { .name = name,
                    .pointer = dm_aws_pointer(aws, &field),
                    .origin = dm_aws_span(node, key) },
    };
    if (api && is_one_of(api, http_services, sizeof http_services / sizeof *http_services)) {
        service.answers = http_and_https;
        service.n_answers = 2;
        service.is_whole = true;
    } else if (api
               && !is_one_of(api, other_services, sizeof other_services / sizeof *other_services)) {
        service.answers = https;
        service.n_answers = 1;
    }
    struct dm_endpoint_service_id id = dm_builder_add_endpoint_service(aws->builder, &service);
    aws->failed = aws->failed || id.v == 0;
    return id;
}

struct dm_endpoint_service_id dm_aws_service_of_list(struct dm_aws *aws, const char *name,
                                                     const struct dm_aws_node *node)
{
    const char *api = name ? api_of(name) : NULL;
    if (!api
        || !is_one_of(api, gateway_services, sizeof gateway_services / sizeof *gateway_services)) {
        return (struct dm_endpoint_service_id){ 0 };
    }
    return dm_aws_service(aws, name, node, "PrefixListName");
}

bool dm_aws_is_gateway_endpoint(const struct dm_aws_thing *thing)
{
    const char *type = dm_aws_peek(dm_aws_with(thing, "VpcEndpointType"), "VpcEndpointType");
    return dm_str_equal(type, "Gateway");
}

static void leave_unknown(struct dm_aws *aws, struct dm_aws_thing *thing, const char *why)
{
    thing->life = DM_AWS_UNDECIDED;
    thing->unknown =
        dm_aws_unknown(aws, &thing->views->node,
                       dm_sprintf(aws->arena, "vpc-endpoint %s", thing->name), "%s", why);
}

/* Its interfaces are its own; one that is not shown has an address that is not known. */
void dm_aws_refer_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (!dm_aws_vpc_of(aws, thing)) {
        leave_unknown(aws, thing, "which VPC it is in is not shown");
        return;
    }
    struct dm_aws_node ids =
        dm_aws_list(aws, dm_aws_with(thing, "NetworkInterfaceIds"), "NetworkInterfaceIds");
    for (size_t i = 0; ids.tree && i < ids.tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(&ids, i);
        const char *id = dm_tree_text(item.tree);
        struct dm_aws_thing *interface = id ? dm_aws_find(aws, DM_AWS_INTERFACE, id) : NULL;
        if (interface) {
            interface->part_of = thing;
        } else {
            dm_aws_unknown(aws, &item,
                           dm_sprintf(aws->arena, "network-interface %s", id ? id : "?"),
                           "it is named but not in the input");
        }
    }
}

void dm_aws_define_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "ServiceName");
    const char *name = dm_aws_text(aws, node, "ServiceName");
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, thing);
    struct dm_endpoint_service_id service = dm_aws_service(
        aws, name ? name : dm_sprintf(aws->arena, "service of %s", thing->id), node, "ServiceName");
    struct dm_vpc_endpoint *endpoint =
        dm_builder_edit_vpc_endpoint(aws->builder, (struct dm_vpc_endpoint_id){ thing->handle });
    endpoint->vpc = vpc;
    endpoint->service = service;
    endpoint->is_gateway = dm_aws_is_gateway_endpoint(thing);
}
