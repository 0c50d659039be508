/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Firewalls as describe output shows them: what sessions through their endpoints come to.
 */
#include "tests/support/dmtest.h"

#include "tests/support/aws_probing.h"

#define ARN(kind) "arn:aws:network-firewall:eu-west-1:111111111111:" kind
#define VIA_FIREWALL ",{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'vpce-1'}"

/* What comes in by the internet gateway goes to the endpoint too. */
#define AND_BACK                                                                                   \
    TO_IGW "]},{'RouteTableId':'te','VpcId':'v','Associations':[{'GatewayId':'igw'}],"             \
           "'Routes':[{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'},"                 \
           "{'DestinationCidrBlock':'10.0.1.0/24','GatewayId':'vpce-1'}"

#define FIREWALL                                                                                   \
    ",'Firewall':{'FirewallName':'f','FirewallArn':'" ARN(                                         \
        "firewall/f") "',"                                                                         \
                      "'FirewallPolicyArn':'" ARN(                                                 \
                          "firewall-policy/p") "','VpcId':'v',"                                    \
                                               "'SubnetMappings':[{'SubnetId':'b'}]},'"            \
                                               "FirewallStatus':{'Status':'READY','SyncStates':"   \
                                               "{'eu-west-1b':{'Attachment':{'SubnetId':'b','"     \
                                               "EndpointId':'vpce-1','Status':'READY'}}}}"
#define POLICY(content)                                                                            \
    ",'FirewallPolicyResponse':{'FirewallPolicyName':'p','FirewallPolicyArn':'" ARN(               \
        "firewall-policy/p") "'},'FirewallPolicy':{" content "}"
#define GROUP(kind, type, source)                                                                  \
    ",'RuleGroupResponse':{'RuleGroupArn':'" ARN(kind) "','Type':'" type "'},"                     \
                                                       "'RuleGroup':{'RulesSource':{" source "}}"
#define STATEFUL(more, source)                                                                     \
    POLICY("'StatelessDefaultActions':['aws:forward_to_sfe'],'StatefulRuleGroupReferences':[{"     \
           "'ResourceArn':'" ARN("stateful-rulegroup/g") "'}]" more)                               \
    GROUP("stateful-rulegroup/g", "STATEFUL", source)
#define RULE(action, protocol, from, to, port, options)                                            \
    "{'Action':'" action "','Header':{'Protocol':'" protocol "','Source':'" from                   \
    "','SourcePort':'ANY','Direction':'FORWARD','Destination':'" to "','DestinationPort':'" port   \
    "'},'RuleOptions':[{'Keyword':'sid:1'}" options "]}"

static void stateless_rules_are_read(void **state)
{
#define STATELESS                                                                                  \
    NET(VIA_FIREWALL, TO_IGW,                                                                      \
        FIREWALL POLICY("'StatelessDefaultActions':['aws:drop'],'StatelessRuleGroupReferences':[{" \
                        "'ResourceArn':'" ARN("stateless-rulegroup/g") "','Priority':10}]")        \
            GROUP("stateless-rulegroup/g", "STATELESS",                                            \
                  "'StatelessRulesAndCustomActions':{'StatelessRules':[{'Priority':20,"            \
                  "'RuleDefinition':{'Actions':['aws:drop'],'MatchAttributes':{'Protocols':[6],"   \
                  "'DestinationPorts':[{'FromPort':0,'ToPort':65535}]}}},{'Priority':10,"          \
                  "'RuleDefinition':{'Actions':['aws:pass'],'MatchAttributes':{'Sources':"         \
                  "[{'AddressDefinition':'10.0.1.0/24'}],'DestinationPorts':"                      \
                  "[{'FromPort':443,'ToPort':444}],'Protocols':[6]}}}]}"))
    (void)state;
    dm_aws_probe(STATELESS, "i", "203.0.113.9", "tcp/443", "PASS");
    dm_aws_probe(STATELESS, "i", "203.0.113.9", "tcp/80",
                 "FIREWALL_RULES_RESTRICTION " ARN("stateless-rulegroup/g"));
    dm_aws_probe(STATELESS, "i", "203.0.113.9", "udp/443",
                 "FIREWALL_RULES_RESTRICTION " ARN("firewall-policy/p"));
}

static void stateful_rules_are_read(void **state)
{
#define FIVE(more, rules)                                                                          \
    NET(VIA_FIREWALL, AND_BACK, FIREWALL STATEFUL(more, "'StatefulRules':[" rules "]"))
#define STRICT                                                                                     \
    ",'StatefulEngineOptions':{'RuleOrder':'STRICT_ORDER'},"                                       \
    "'StatefulDefaultActions':['aws:drop_strict']"
    (void)state;
    dm_aws_probe(FIVE("", RULE("DROP", "TCP", "ANY", "ANY", "80", "")), "i", "203.0.113.9",
                 "tcp/443", "PASS");
    dm_aws_probe(FIVE("", RULE("DROP", "TCP", "ANY", "ANY", "80", "")), "i", "203.0.113.9",
                 "tcp/80", "FIREWALL_RULES_RESTRICTION " ARN("stateful-rulegroup/g"));
    dm_aws_probe(
        FIVE(STRICT, RULE("PASS", "TCP", "$HOME_NET", "$EXTERNAL_NET", "[80,443:500]", "")), "i",
        "203.0.113.9", "tcp/450", "PASS");
    dm_aws_probe(
        FIVE(STRICT, RULE("PASS", "TCP", "$HOME_NET", "$EXTERNAL_NET", "[80,443:500]", "")), "i",
        "203.0.113.9", "tcp/81", "FIREWALL_RULES_RESTRICTION");
    dm_aws_probe(FIVE(STRICT, RULE("PASS", "IP", "10.0.1.10", "!10.0.0.0/8", "ANY", "")), "i",
                 "203.0.113.9", "tcp/81", "PASS");
    dm_aws_probe(FIVE(STRICT, RULE("PASS", "TCP", "ANY", "ANY", "!80", "")), "i", "203.0.113.9",
                 "tcp/80", "FIREWALL_RULES_RESTRICTION");
}

static void variables_of_a_group_stand_for_addresses(void **state)
{
#define VARIABLE(name)                                                                             \
    FIVE(STRICT, RULE("PASS", "TCP", "$" name, "ANY", "ANY",                                       \
                      "") "]},'RuleVariables':{'IPSets':{'SRV':{'Definition':['10.0.1.10/32']},"   \
                          "'OTHER':{'Definition':['10.0.9.0/24']}},'Unused':[")
    (void)state;
    dm_aws_probe(VARIABLE("SRV"), "i", "203.0.113.9", "tcp/443", "PASS");
    dm_aws_probe(VARIABLE("OTHER"), "i", "203.0.113.9", "tcp/443", "FIREWALL_RULES_RESTRICTION");
    dm_aws_probe(VARIABLE("NOWHERE"), "i", "203.0.113.9", "tcp/443", "UNKNOWN");
}

static void what_looks_at_more_than_headers_is_unknown_where_it_decides(void **state)
{
    static const char string[] =
        NET(VIA_FIREWALL, AND_BACK,
            FIREWALL STATEFUL(STRICT, "'RulesString':'pass tls any any -> any any (sid:1;)'"));

    (void)state;
    dm_aws_probe(string, "i", "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(FIVE(STRICT, RULE("PASS", "TLS", "ANY", "ANY", "ANY", "")), "i", "203.0.113.9",
                 "tcp/443", "UNKNOWN");
    dm_aws_probe(FIVE(STRICT, RULE("PASS", "TCP", "ANY", "ANY", "443", ",{'Keyword':'flow'}")), "i",
                 "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(FIVE(STRICT, RULE("PASS", "TCP", "ANY", "ANY", "443", ",{'Keyword':'flow'}")), "i",
                 "203.0.113.9", "tcp/80", "FIREWALL_RULES_RESTRICTION");
    dm_aws_probe(FIVE(STRICT, RULE("PASS", "TCP", "@list", "ANY", "443", "")), "i", "203.0.113.9",
                 "tcp/443", "UNKNOWN");
}

static void an_answer_that_goes_round_the_firewall_is_lost(void **state)
{
    static const char net[] = NET(
        VIA_FIREWALL, TO_IGW, FIREWALL POLICY("'StatelessDefaultActions':['aws:forward_to_sfe']"));

    (void)state;
    dm_aws_probe(net, "i", "203.0.113.9", "tcp/443", "reply FIREWALL_ASYMMETRY vpce-1");
}

static void what_is_not_shown_of_a_firewall_is_unknown(void **state)
{
    (void)state;
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK, FIREWALL), "i", "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK, ""), "i", "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK,
                     FIREWALL POLICY("'StatelessDefaultActions':['aws:forward_to_sfe'],"
                                     "'StatefulRuleGroupReferences':[{'ResourceArn':'x'}]")),
                 "i", "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK,
                     ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','VpcEndpointType':"
                     "'GatewayLoadBalancer','VpcId':'v','State':'available','SubnetIds':['b'],"
                     "'ServiceName':'com.amazonaws.vpce.eu-west-1.vpce-svc-1'}]"),
                 "i", "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK,
                     ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','VpcEndpointType':"
                     "'GatewayLoadBalancer','VpcId':'v','State':'deleted','SubnetIds':['b']}]"),
                 "i", "203.0.113.9", "tcp/443", "BAD_STATE_ROUTE ta");
}

#define ELB "arn:aws:elasticloadbalancing:eu-west-1:1:"
#define GATEWAY_ARN ELB "loadbalancer/gwy/f/1"
#define GROUP_ARN ELB "targetgroup/t/3"
#define SERVICE                                                                                    \
    ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','VpcEndpointType':'GatewayLoadBalancer','VpcId':"  \
    "'v','State':'available','SubnetIds':['b'],'ServiceName':'svc-1'}],"                           \
    "'ServiceConfigurations':[{'ServiceName':'svc-1','GatewayLoadBalancerArns':['" GATEWAY_ARN     \
    "']}],'LoadBalancers':[{'LoadBalancerArn':'" GATEWAY_ARN                                       \
    "','Type':'gateway','VpcId':'v','State':{'Code':'active'}}]"
#define LISTENS                                                                                    \
    ",'Listeners':[{'ListenerArn':'" ELB "listener/gwy/f/1/2','LoadBalancerArn':'" GATEWAY_ARN     \
    "','DefaultActions':[{'Type':'forward','TargetGroupArn':'" GROUP_ARN "'}]}],"                  \
    "'TargetGroups':[{'TargetGroupArn':'" GROUP_ARN                                                \
    "','TargetType':'instance','Protocol':'GENEVE','Port':6081,'VpcId':'v'}]"
#define FLEET(cross, targets)                                                                      \
    SERVICE LISTENS ",'LoadBalancerArn':'" GATEWAY_ARN                                             \
                    "','Attributes':[{'Key':'load_balancing.cross_zone.enabled','Value':'" cross   \
                    "'}],'LoadBalancerTargetHealth':[{'TargetGroupArn':'" GROUP_ARN                \
                    "','TargetHealthDescriptions':[" targets "]}]"
#define APPLIANCE(id, state)                                                                       \
    "{'Target':{'Id':'" id "','Port':6081},'TargetHealth':{'State':'" state "'}}"

/* The endpoint is in the zone of k, i is in the other [GWLB-02]. */
static void health_says_which_appliances_get_packets(void **state)
{
    struct dm_aws_loaded loaded = dm_aws_load_text(
        NET(VIA_FIREWALL, AND_BACK,
            FLEET("true", APPLIANCE("i", "healthy") "," APPLIANCE("k", "unhealthy"))));

    (void)state;
    assert_int_equal(loaded.model->n_gateway_balancers, 1);
    assert_int_equal(loaded.model->gateway_balancers[0].n_appliances, 1);
    assert_true(loaded.model->gateway_balancers[0].cross_zone);
    dm_arena_free(loaded.arena);
    /* What an appliance does is its own affair; where a zone has none, packets end. */
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK, FLEET("false", APPLIANCE("k", "healthy"))), "i",
                 "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK,
                     FLEET("false", APPLIANCE("i", "healthy") "," APPLIANCE("k", "unhealthy"))),
                 "i", "203.0.113.9", "tcp/443", "NO_APPLIANCE");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK,
                     FLEET("true", APPLIANCE("i", "healthy") "," APPLIANCE("k", "unhealthy"))),
                 "i", "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK, FLEET("false", APPLIANCE("k", "unhealthy"))), "i",
                 "203.0.113.9", "tcp/443", "UNKNOWN");
    dm_aws_probe(NET(VIA_FIREWALL, AND_BACK, FLEET("false", APPLIANCE("other", "healthy"))), "i",
                 "203.0.113.9", "tcp/443", "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stateless_rules_are_read),
        cmocka_unit_test(stateful_rules_are_read),
        cmocka_unit_test(variables_of_a_group_stand_for_addresses),
        cmocka_unit_test(what_looks_at_more_than_headers_is_unknown_where_it_decides),
        cmocka_unit_test(an_answer_that_goes_round_the_firewall_is_lost),
        cmocka_unit_test(what_is_not_shown_of_a_firewall_is_unknown),
        cmocka_unit_test(health_says_which_appliances_get_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
