/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accelerators from describe output: what reaches their static addresses, and what becomes of it;
 * one test a fact, on small inputs.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/aws_probing.h"

/* clang-format off */
#define ARN(what) "arn:aws:elasticloadbalancing:eu-west-1:1:" what
#define GA(what) "arn:aws:globalaccelerator::1:accelerator/x" what
#define NLB ARN("loadbalancer/net/w/1")
#define TG ARN("targetgroup/g/2")

/* A VPC without any route out, database d at 10.0.1.10, and what stands before it: an internal
 * network load balancer without groups whose node is 10.0.1.50, on tcp/5432. */
#define VPC_ALONE \
    "{'Vpcs':[{'VpcId':'v','CidrBlock':'10.0.0.0/16','OwnerId':'111111111111'}]," \
    "'Subnets':[{'SubnetId':'a','VpcId':'v','CidrBlock':'10.0.1.0/24'," \
    "'AvailabilityZone':'eu-west-1a'},{'SubnetId':'b','VpcId':'v','CidrBlock':'10.0.2.0/24'," \
    "'AvailabilityZone':'eu-west-1b'}],'RouteTables':[{'RouteTableId':'t','VpcId':'v'," \
    "'Associations':[{'Main':true}]," \
    "'Routes':[{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'}]}],"
#define GROUPS \
    "'SecurityGroups':[{'GroupId':'open','VpcId':'v','IpPermissions':[{'IpProtocol':'-1'," \
    "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}],'IpPermissionsEgress':[]}," \
    "{'GroupId':'inside','VpcId':'v','IpPermissions':[{'IpProtocol':'-1'," \
    "'IpRanges':[{'CidrIp':'10.0.0.0/16'}]}],'IpPermissionsEgress':[]}],"
#define HOST(id, subnet, group, address) \
    "{'InstanceId':'" id "','State':{'Name':'running'},'NetworkInterfaces':[" \
    "{'NetworkInterfaceId':'eni-" id "','SubnetId':'" subnet "','VpcId':'v'," \
    "'Groups':[{'GroupId':'" group "'}],'PrivateIpAddress':'" address "'}]}"
#define HOSTS "'instances':[" HOST("d", "a", "inside", "10.0.1.10") "," \
    HOST("e", "b", "open", "10.0.2.10") "]"
#define ALLOW_ALL \
    "'Entries':[{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow','Egress':true," \
    "'CidrBlock':'0.0.0.0/0'},{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow'," \
    "'Egress':false,'CidrBlock':'0.0.0.0/0'}]"
#define ALLOW_INSIDE \
    "'Entries':[{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow','Egress':true," \
    "'CidrBlock':'10.0.0.0/16'},{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow'," \
    "'Egress':false,'CidrBlock':'10.0.0.0/16'}]"
#define ACL(entries) \
    ",'NetworkAcls':[{'NetworkAclId':'acl','VpcId':'v','Associations':[{'SubnetId':'a'}," \
    "{'SubnetId':'b'}]," entries "}]"
#define GATEWAY \
    ",'InternetGateways':[{'InternetGatewayId':'igw','Attachments':[{'VpcId':'v'," \
    "'State':'available'}]}]"
#define BALANCER_WITH(target_state, of_node) \
    ",'LoadBalancers':[{'LoadBalancerArn':'" NLB "','Type':'network','VpcId':'v'," \
    "'Scheme':'internal','State':{'Code':'active'}}],'LoadBalancerListeners':[" \
    "{'LoadBalancerArn':'" NLB "','Listeners':[{'ListenerArn':'" ARN("listener/net/w/1/3") \
    "','LoadBalancerArn':'" NLB "','Port':5432,'Protocol':'TCP','DefaultActions':[" \
    "{'Type':'forward','TargetGroupArn':'" TG "'}]}]}],'TargetGroups':[{'TargetGroupArn':'" TG \
    "','Protocol':'TCP','Port':5432,'VpcId':'v','TargetType':'ip'}]," \
    "'LoadBalancerTargetHealth':[{'TargetGroupArn':'" TG "','TargetHealthDescriptions':[" \
    "{'Target':{'Id':'10.0.1.10','Port':5432},'TargetHealth':{'State':'" target_state "'}}]}]," \
    "'NetworkInterfaces':[{'NetworkInterfaceId':'eni-w','SubnetId':'a','VpcId':'v'," \
    "'RequesterManaged':true,'Description':'ELB net/w/1','PrivateIpAddress':'10.0.1.50'" \
    of_node "}]"
#define BALANCER(of_node) BALANCER_WITH("healthy", of_node)
#define ENDPOINT(id, of_endpoint) "{'EndpointId':'" id "'" of_endpoint "}"
#define ENDPOINT_GROUP(n, region, dial, endpoints, more) \
    "{'EndpointGroupArn':'" GA("/listener/1/endpoint-group/" n) "','EndpointGroupRegion':'" \
    region "','TrafficDialPercentage':" dial ",'EndpointDescriptions':[" endpoints "]" more "}"
#define ACCELERATOR(enabled, groups) \
    ",'Accelerators':[{'AcceleratorArn':'" GA("") "','Name':'front','Enabled':" enabled \
    ",'IpSets':[{'IpFamily':'IPv4','IpAddresses':['75.2.0.1','99.83.0.1']}]}]," \
    "'Listeners':[{'ListenerArn':'" GA("/listener/1") "','Protocol':'TCP','PortRanges':[" \
    "{'FromPort':5432,'ToPort':5433},{'FromPort':22,'ToPort':22}]}]," \
    "'EndpointGroups':[" groups "]"
/* clang-format on */

static const char *joined(const char *acl, const char *balancer, const char *more)
{
    static char text[16384];
    const char *const parts[] = { VPC_ALONE, GROUPS, HOSTS, acl, balancer, more, "}" };
    size_t length = 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_true(length + strlen(parts[i]) < sizeof text);
        memcpy(text + length, parts[i], strlen(parts[i]) + 1);
        length += strlen(parts[i]);
    }
    return text;
}

#define KEEPS ",'ClientIPPreservationEnabled':true"
#define HIDES ",'ClientIPPreservationEnabled':false"
#define ONE(endpoint) ACCELERATOR("true", ENDPOINT_GROUP("1", "eu-west-1", "100.0", endpoint, ""))
#define TO_NLB ONE(ENDPOINT(NLB, HIDES))
#define TO_E ONE(ENDPOINT("e", ""))

static void an_internal_endpoint_is_reached_once_its_vpc_has_an_internet_gateway(void **state)
{
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY TO_NLB), "internet", "75.2.0.1",
                 "tcp/5432", "PASS");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY TO_NLB), "internet", "99.83.0.1",
                 "tcp/5432", "PASS");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), TO_NLB), "internet", "75.2.0.1", "tcp/5432",
                 "ACCELERATOR_NO_GATEWAY v");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY TO_NLB), "internet", "75.2.0.1",
                 "tcp/5433", "NO_LISTENER net/w/1");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY TO_NLB), "internet", "75.2.0.1",
                 "tcp/80", "NO_LISTENER accelerator/x");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY TO_NLB), "internet", "75.2.0.1",
                 "icmp", "UNKNOWN");
}

static void an_instance_sees_the_clients_address(void **state)
{
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), "", GATEWAY TO_E), "internet", "75.2.0.1", "tcp/22",
                 "PASS");
    dm_aws_probe(joined(ACL(ALLOW_ALL), "", GATEWAY ONE(ENDPOINT("d", ""))), "internet", "75.2.0.1",
                 "tcp/22", "ENI_SG_RULES_MISMATCH inside");
}

static void a_node_with_groups_filters_what_it_sees(void **state)
{
#define GUARDED(group) BALANCER(",'Groups':[{'GroupId':'" group "'}]")
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), GUARDED("open"), GATEWAY ONE(ENDPOINT(NLB, KEEPS))),
                 "internet", "75.2.0.1", "tcp/5432", "ENI_SG_RULES_MISMATCH open");
    dm_aws_probe(joined(ACL(ALLOW_ALL), GUARDED("inside"), GATEWAY ONE(ENDPOINT(NLB, KEEPS))),
                 "internet", "75.2.0.1", "tcp/5432", "ENI_SG_RULES_MISMATCH inside");
    /* Of whose address it sees nothing is known. */
    dm_aws_probe(joined(ACL(ALLOW_ALL), GUARDED("open"), GATEWAY TO_NLB), "internet", "75.2.0.1",
                 "tcp/5432", "UNKNOWN");
}

static void whether_an_acl_stops_an_accelerator_is_unknown(void **state)
{
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_INSIDE), "", GATEWAY TO_E), "internet", "75.2.0.1", "tcp/22",
                 "UNKNOWN");
}

static void a_block_of_public_access_stops_an_accelerator(void **state)
{
#define BLOCKED                                                                                    \
    ",'VpcBlockPublicAccessOptions':{'InternetGatewayBlockMode':'block-ingress',"                  \
    "'State':'update-complete'},'VpcBlockPublicAccessExclusions':[]"
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), "", GATEWAY TO_E BLOCKED), "internet", "75.2.0.1", "tcp/22",
                 "VPC_BLOCK_PUBLIC_ACCESS_ENABLED b");
}

static void dial_and_weight_steer_only_while_endpoints_are_healthy(void **state)
{
#define TWO(of_d, of_e, dial)                                                                      \
    ACCELERATOR("true", ENDPOINT_GROUP("1", "eu-west-1", "100.0", ENDPOINT("e", of_e),             \
                                       "") "," ENDPOINT_GROUP("2", "eu-west-2", dial,              \
                                                              ENDPOINT("d", of_d), ""))
#define SICK ",'HealthState':'UNHEALTHY'"
#define REFUSED "ENI_SG_RULES_MISMATCH inside"
    static const struct {
        const char *accelerator;
        const char *failed;
        const char *expected;
    } rows[] = {
        { TWO("", "", "100.0"), NULL, REFUSED }, /* either may be chosen */
        { TWO("", "", "0.0"), NULL, "PASS" },
        { TWO("", "", "0"), "eu-west-1b", REFUSED },
        { TWO("", SICK, "0.0"), NULL, REFUSED },
        { TWO(",'Weight':0", "", "100.0"), NULL, "PASS" },
        { TWO(",'Weight':0", SICK, "100.0"), NULL, REFUSED }, /* it fails open */
        { TWO(SICK, SICK, "0.0"), NULL, REFUSED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char more[4096];

        assert_true((size_t)snprintf(more, sizeof more, "%s%s", GATEWAY, rows[i].accelerator)
                    < sizeof more);
        dm_aws_probe_failed(joined(ACL(ALLOW_ALL), "", more), rows[i].failed, "internet",
                            "75.2.0.1", "tcp/22", rows[i].expected);
    }
}

/* GA-02: whatever the output says of the endpoint; then the other group is sent to, dialed or not.
 */
static void a_balancer_is_as_healthy_as_its_targets(void **state)
{
#define BESIDE_D                                                                                   \
    GATEWAY ACCELERATOR("true", ENDPOINT_GROUP("1", "eu-west-1", "100.0", ENDPOINT(NLB, HIDES),    \
                                               "") "," ENDPOINT_GROUP("2", "eu-west-2", "0.0",     \
                                                                      ENDPOINT("d", ""), ""))
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), BESIDE_D), "internet", "75.2.0.1", "tcp/5432",
                 "PASS");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER_WITH("unhealthy", ""), BESIDE_D), "internet",
                 "75.2.0.1", "tcp/5432", REFUSED);
}

static void an_accelerator_changes_ports_where_it_is_told_to(void **state)
{
#define OVER(from, to)                                                                             \
    ACCELERATOR("true", ENDPOINT_GROUP("1", "eu-west-1", "100.0", ENDPOINT(NLB, HIDES),            \
                                       ",'PortOverrides':[{'ListenerPort':" from                   \
                                       ",'EndpointPort':" to "}]"))
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY OVER("22", "5432")), "internet",
                 "75.2.0.1", "tcp/22", "PASS");
    dm_aws_probe(joined(ACL(ALLOW_ALL), BALANCER(""), GATEWAY OVER("5432", "22")), "internet",
                 "75.2.0.1", "tcp/5432", "NO_LISTENER net/w/1");
}

static void what_fails_or_is_disabled_takes_nothing(void **state)
{
    (void)state;
    dm_aws_probe_failed(joined(ACL(ALLOW_ALL), "", GATEWAY TO_E), "accelerator:accelerator/x",
                        "internet", "75.2.0.1", "tcp/22", "ELEMENT_FAILED accelerator/x");
    dm_aws_probe_failed(joined(ACL(ALLOW_ALL), "", GATEWAY TO_E), "eu-west-1b", "internet",
                        "75.2.0.1", "tcp/22", "NO_TARGET accelerator/x");
    dm_aws_probe(joined(ACL(ALLOW_ALL), "",
                        GATEWAY ACCELERATOR("false", ENDPOINT_GROUP("1", "eu-west-1", "100.0",
                                                                    ENDPOINT("e", ""), ""))),
                 "internet", "75.2.0.1", "tcp/22", "ACCELERATOR_DISABLED accelerator/x");
}

static void what_is_not_shown_of_an_accelerator_is_unknown(void **state)
{
    (void)state;
    dm_aws_probe(joined(ACL(ALLOW_ALL), "", GATEWAY ONE(ENDPOINT("i-0", ""))), "internet",
                 "75.2.0.1", "tcp/22", "UNKNOWN");
    dm_aws_probe(joined(ACL(ALLOW_ALL), "", GATEWAY ACCELERATOR("true", "")), "internet",
                 "75.2.0.1", "tcp/22", "UNKNOWN");
    dm_aws_probe(joined(ACL(ALLOW_ALL), "",
                        GATEWAY ",'Accelerators':[{'AcceleratorArn':'" GA(
                            "") "','IpSets':[{'IpAddresses':['75.2.0.1']}]}]"),
                 "internet", "75.2.0.1", "tcp/22", "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_internal_endpoint_is_reached_once_its_vpc_has_an_internet_gateway),
        cmocka_unit_test(an_instance_sees_the_clients_address),
        cmocka_unit_test(a_node_with_groups_filters_what_it_sees),
        cmocka_unit_test(whether_an_acl_stops_an_accelerator_is_unknown),
        cmocka_unit_test(a_block_of_public_access_stops_an_accelerator),
        cmocka_unit_test(dial_and_weight_steer_only_while_endpoints_are_healthy),
        cmocka_unit_test(a_balancer_is_as_healthy_as_its_targets),
        cmocka_unit_test(an_accelerator_changes_ports_where_it_is_told_to),
        cmocka_unit_test(what_fails_or_is_disabled_takes_nothing),
        cmocka_unit_test(what_is_not_shown_of_an_accelerator_is_unknown),
    };

    return cmocka_run_group_tests_name("aws_accelerator", tests, NULL, NULL);
}
