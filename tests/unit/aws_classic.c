/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classic load balancers from describe output: one test a fact, on small inputs.  Host i and the
 * node in its subnet are in one zone, host k and the other node in another.
 */
#include "tests/support/aws_probing.h"
#include "tests/support/dmtest.h"

#define NODE(id, subnet, address, group)                                                           \
    "{'NetworkInterfaceId':'" id "','SubnetId':'" subnet "','VpcId':'v','Description':'ELB web',"  \
    "'RequesterManaged':true,'InterfaceType':'interface','Attachment':{'Status':'attached',"       \
    "'InstanceOwnerId':'amazon-elb'},'Groups':[{'GroupId':'" group                                 \
    "'}],'PrivateIpAddresses':[{'PrivateIpAddress':'" address "','Primary':true}]}"
#define NODES                                                                                      \
    ",'NetworkInterfaces':[" NODE("eni-x", "a", "10.0.1.20",                                       \
                                  "open") "," NODE("eni-y", "b", "10.0.2.20", "open") "]"
#define LISTENER(protocol, port, to)                                                               \
    "{'Listener':{'Protocol':'" protocol "','LoadBalancerPort':" port ",'InstanceProtocol':'TCP'," \
    "'InstancePort':" to "},'PolicyNames':[]}"
#define BALANCER(listeners, zones, instances)                                                      \
    ",'LoadBalancerDescriptions':[{'LoadBalancerName':'web','DNSName':'web.example',"              \
    "'ListenerDescriptions':[" listeners "],'AvailabilityZones':[" zones                           \
    "],'Subnets':['a','b'],'VPCId':'v','Instances':[" instances "],'HealthCheck':{'Target':"       \
    "'TCP:80','Interval':30,'Timeout':5,'UnhealthyThreshold':2,'HealthyThreshold':10},"            \
    "'SourceSecurityGroup':{'OwnerAlias':'1','GroupName':'g'},'SecurityGroups':['open'],"          \
    "'Scheme':'internal','BackendServerDescriptions':[],'Policies':{'OtherPolicies':[]}}]"
#define BOTH_ZONES "'eu-west-1a','eu-west-1b'"
#define INSTANCE(id) "{'InstanceId':'" id "'}"
#define NAMED ",'LoadBalancerName':'web'"
#define CROSS(flag)                                                                                \
    ",'LoadBalancerAttributes':{'CrossZoneLoadBalancing':{'Enabled':" flag                         \
    "},'AccessLog':{'Enabled':false},'ConnectionSettings':{'IdleTimeout':60}}"
#define HEALTH(states) ",'InstanceStates':[" states "]"
#define STATE(id, state) "{'InstanceId':'" id "','State':'" state "','ReasonCode':'N/A'}"

#define ONE(health)                                                                                \
    NET("", "",                                                                                    \
        NODES BALANCER(LISTENER("TCP", "80", "8080"), BOTH_ZONES, INSTANCE("i"))                   \
            NAMED CROSS("true") HEALTH(STATE("i", health)))

static void a_node_sends_to_instances_on_their_own_port(void **state)
{
    struct dm_aws_loaded loaded = dm_aws_load_text(ONE("InService"));
    const struct dm_model *model = loaded.model;

    (void)state;
    assert_int_equal(model->n_balancers, 1);
    assert_true(model->balancers[0].is_classic);
    assert_true(model->balancers[0].cross_zone);
    assert_int_equal(model->n_target_groups, 1);
    assert_int_equal(model->target_groups[0].targets[0].port, 8080);
    dm_arena_free(loaded.arena);
    dm_aws_probe(ONE("InService"), "k", "10.0.2.20", "tcp/80", "PASS");
    dm_aws_probe(ONE("InService"), "k", "10.0.2.20", "tcp/81", "NO_LISTENER");
    dm_aws_probe(ONE("InService"), "k", "10.0.2.20", "udp/80", "NO_LISTENER");
}

/* ELB-27: it does not fall back on those that are not in service. */
static void only_instances_in_service_get_traffic(void **state)
{
    (void)state;
    dm_aws_probe(ONE("OutOfService"), "k", "10.0.2.20", "tcp/80", "NO_TARGET");
    dm_aws_probe(ONE("Unknown"), "k", "10.0.2.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET("", "",
                     NODES BALANCER(LISTENER("TCP", "80", "8080"), BOTH_ZONES, INSTANCE("i"))
                         NAMED CROSS("true")),
                 "k", "10.0.2.20", "tcp/80", "UNKNOWN");
}

/* ELB-26 */
static void zones_are_apart_unless_an_attribute_says_otherwise(void **state)
{
    static const char apart[] = NET(
        "", "",
        NODES BALANCER(LISTENER("HTTP", "80", "8080"), BOTH_ZONES, INSTANCE("i") "," INSTANCE("k"))
            NAMED CROSS("false") HEALTH(STATE("i", "InService") "," STATE("k", "OutOfService")));
    static const char not_shown[] =
        NET("", "",
            NODES BALANCER(LISTENER("HTTP", "80", "8080"), BOTH_ZONES, INSTANCE("i"))
                NAMED HEALTH(STATE("i", "InService")));
    static const char one_zone[] =
        NET("", "",
            NODES BALANCER(LISTENER("HTTP", "80", "8080"), "'eu-west-1a'", INSTANCE("i"))
                NAMED HEALTH(STATE("i", "InService")));

    (void)state;
    dm_aws_probe(apart, "k", "10.0.1.20", "tcp/80", "PASS");
    dm_aws_probe(apart, "k", "10.0.2.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(not_shown, "k", "10.0.1.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(one_zone, "k", "10.0.1.20", "tcp/80", "PASS");
}

#define NOT_FROM_K                                                                                 \
    "'Entries':[{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow','Egress':true,"               \
    "'CidrBlock':'0.0.0.0/0'},{'RuleNumber':1,'Protocol':'-1','RuleAction':'deny',"                \
    "'Egress':false,'CidrBlock':'10.0.2.10/32'},{'RuleNumber':2,'Protocol':'-1',"                  \
    "'RuleAction':'allow','Egress':false,'CidrBlock':'0.0.0.0/0'}]"

/* ELB-25: the instance sees the node. */
static void it_is_the_node_that_instances_see(void **state)
{
    static const char net[] =
        NET_WITH(NOT_FROM_K, "", "",
                 NODES BALANCER(LISTENER("TCP", "80", "8080"), BOTH_ZONES, INSTANCE("i"))
                     NAMED CROSS("true") HEALTH(STATE("i", "InService")));

    (void)state;
    dm_aws_probe(net, "k", "i", "tcp/8080", "SUBNET_ACL_RESTRICTION");
    dm_aws_probe(net, "k", "10.0.2.20", "tcp/80", "PASS");
}

/* Attributes and health do not say whose they are. */
static void what_does_not_say_of_which_it_is_has_a_name(void **state)
{
    struct dm_aws_loaded loaded =
        dm_aws_load_text(NET("", "", CROSS("true") HEALTH(STATE("i", "InService"))));

    (void)state;
    assert_int_equal(loaded.model->n_unknowns, 2);
    dm_arena_free(loaded.arena);
}

static void what_is_not_shown_or_not_understood_is_unknown(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "",
                     NODES ",'LoadBalancerDescriptions':[{'LoadBalancerName':'web','VPCId':"
                           "'v','Instances':[],'AvailabilityZones':['eu-west-1a']}]"),
                 "k", "10.0.2.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET("", "",
                     NODES BALANCER(LISTENER("GRPC", "80", "80"), BOTH_ZONES, INSTANCE("i"))
                         NAMED CROSS("true") HEALTH(STATE("i", "InService"))),
                 "k", "10.0.2.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET("", "",
                     NODES BALANCER(LISTENER("TCP", "80", "80"), BOTH_ZONES, INSTANCE("z"))
                         NAMED CROSS("true") HEALTH(STATE("z", "InService"))),
                 "k", "10.0.2.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET("", "", NODES), "k", "10.0.2.20", "tcp/80", "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_sends_to_instances_on_their_own_port),
        cmocka_unit_test(only_instances_in_service_get_traffic),
        cmocka_unit_test(zones_are_apart_unless_an_attribute_says_otherwise),
        cmocka_unit_test(it_is_the_node_that_instances_see),
        cmocka_unit_test(what_does_not_say_of_which_it_is_has_a_name),
        cmocka_unit_test(what_is_not_shown_or_not_understood_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
