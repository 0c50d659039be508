/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load balancers from describe output: rules by content and by client, whose address targets in
 * other places see; one test a fact, on small inputs.
 */
#include "tests/support/dmtest.h"

#include "tests/support/aws_probing.h"

/* clang-format off */
#define ARN(what) "arn:aws:elasticloadbalancing:eu-west-1:1:" what
#define LB(kind) ARN("loadbalancer/" kind "/w/1")
#define TG(name) ARN("targetgroup/" name "/2")
#define TARGET(id, port) \
    "{'Target':{'Id':'" id "','Port':" port "},'TargetHealth':{'State':'healthy'}}"
#define GROUP(name, type, protocol, targets) \
    "{'TargetGroupArn':'" TG(name) "','TargetType':'" type "','Protocol':'" protocol \
    "','Port':80,'VpcId':'v','TargetHealthDescriptions':[" targets "]}"
#define FORWARD(name) "[{'Type':'forward','TargetGroupArn':'" TG(name) "'}]"
#define BALANCER(kind, type, name) \
    ",'LoadBalancers':[{'LoadBalancerArn':'" LB(kind) "','Type':'" type "','VpcId':'v'," \
    "'State':{'Code':'active'}}],'Listeners':[{'ListenerArn':'" ARN("listener/" kind "/w/1/3") \
    "','LoadBalancerArn':'" LB(kind) "','Port':80,'Protocol':'TCP','DefaultActions':" \
    FORWARD(name) "}],'NetworkInterfaces':[{'NetworkInterfaceId':'eni-w','SubnetId':'a'," \
    "'VpcId':'v','RequesterManaged':true,'Description':'ELB " kind "/w/1'," \
    "'PrivateIpAddress':'10.0.1.50','Groups':[{'GroupId':'open'}]}"
#define RULE(priority, conditions, actions) \
    "{'RuleArn':'" ARN("listener-rule/app/w/1/3/") priority "','Priority':'" priority \
    "','IsDefault':false,'Conditions':[" conditions "],'Actions':" actions "}"
#define SOURCE(prefix) "{'Field':'source-ip','SourceIpConfig':{'Values':['" prefix "']}}"
#define PATH "{'Field':'path-pattern','Values':['/x/*']}"
#define ANSWER "[{'Type':'fixed-response'}]"
#define SIGNED_IN(name) \
    "[{'Type':'authenticate-oidc','Order':1},{'Type':'forward','Order':2,'TargetGroupArn':'" \
    TG(name) "'}]"

/* Group good has host g, which answers; group bad has what is not there, 10.0.1.99. */
#define G \
    ",'instances':[{'InstanceId':'g','State':{'Name':'running'},'NetworkInterfaces':[" \
    "{'NetworkInterfaceId':'eni-g','SubnetId':'a','VpcId':'v','Groups':[{'GroupId':'open'}]," \
    "'PrivateIpAddress':'10.0.1.30'}]}]"
#define BOTH_GROUPS \
    ",'TargetGroups':[" GROUP("good", "ip", "HTTP", TARGET("10.0.1.30", "80")) "," \
    GROUP("bad", "ip", "HTTP", TARGET("10.0.1.99", "80")) "]"
#define RULES(rules) \
    NET("", "", BALANCER("app", "application", "good") "]" BOTH_GROUPS ",'Rules':[" rules "]" G)
/* clang-format on */

#define AT "10.0.1.50", "tcp/80"
#define GONE "NO_HOST_AT_ADDRESS a"

static void a_rule_by_content_may_fit_or_not(void **state)
{
    (void)state;
    dm_aws_probe(RULES(RULE("1", PATH, FORWARD("good"))), "k", AT, "PASS");
    dm_aws_probe(RULES(RULE("1", PATH, FORWARD("bad"))), "k", AT, GONE);
    dm_aws_probe(RULES(RULE("1", PATH, ANSWER)), "k", AT, "PASS");
    dm_aws_probe(RULES(RULE("1", PATH, SIGNED_IN("good"))), "k", AT, "PASS");
    dm_aws_probe(RULES(RULE("1", PATH, SIGNED_IN("bad"))), "k", AT, GONE);
}

static void a_rule_by_the_clients_address_decides(void **state)
{
    (void)state;
    dm_aws_probe(RULES(RULE("1", SOURCE("10.0.2.0/24"), FORWARD("bad"))), "k", AT, GONE);
    dm_aws_probe(RULES(RULE("1", SOURCE("10.0.3.0/24"), FORWARD("bad"))), "k", AT, "PASS");
    dm_aws_probe(RULES(RULE("1", SOURCE("10.0.3.0/24") "," PATH, FORWARD("bad"))), "k", AT, "PASS");
    dm_aws_probe(RULES(RULE("1", SOURCE("10.0.2.0/24") "," PATH, FORWARD("bad"))), "k", AT, GONE);
}

static void the_first_rule_that_fits_hides_what_comes_after(void **state)
{
    (void)state;
    dm_aws_probe(RULES(RULE("20", SOURCE("0.0.0.0/0"),
                            FORWARD("bad")) "," RULE("3", SOURCE("10.0.0.0/8"), FORWARD("good"))),
                 "k", AT, "PASS");
    dm_aws_probe(RULES(RULE("2", SOURCE("0.0.0.0/0"),
                            FORWARD("bad")) "," RULE("3", SOURCE("10.0.0.0/8"), FORWARD("good"))),
                 "k", AT, GONE);
}

/* ---- whose address targets see ---- */

#define KEEP(name)                                                                                 \
    ",'TargetGroupAttributes':[{'TargetGroupArn':'" TG(                                            \
        name) "','Attributes':[{'Key':'preserve_client_ip.enabled','Value':'true'}]}]"

/* clang-format off */
/* VPC u, peered with v, with host x at 10.9.1.10. */
#define PEERED \
    ",'vpcs':[{'VpcId':'u','CidrBlock':'10.9.0.0/16'}]," \
    "'subnets':[{'SubnetId':'c','VpcId':'u','CidrBlock':'10.9.1.0/24'," \
    "'AvailabilityZone':'eu-west-1a'}]," \
    "'network_acls':[{'NetworkAclId':'acl-u','VpcId':'u','Associations':[{'SubnetId':'c'}]," \
    ALL_ROWS "}],'security_groups':[{'GroupId':'open-u','VpcId':'u','IpPermissions':[" \
    "{'IpProtocol':'-1','IpRanges':[{'CidrIp':'0.0.0.0/0'}]}],'IpPermissionsEgress':[]}]," \
    "'VpcPeeringConnections':[{'VpcPeeringConnectionId':'pcx','Status':{'Code':'active'}," \
    "'RequesterVpcInfo':{'VpcId':'v'},'AccepterVpcInfo':{'VpcId':'u'}}]," \
    "'instances':[{'InstanceId':'x','State':{'Name':'running'},'NetworkInterfaces':[" \
    "{'NetworkInterfaceId':'eni-x','SubnetId':'c','VpcId':'u','Groups':[{'GroupId':'open-u'}]," \
    "'PrivateIpAddress':'10.9.1.10'}]}]"
#define TO_U ",{'DestinationCidrBlock':'10.9.0.0/16','VpcPeeringConnectionId':'pcx'}"

/* Closes the last table of NET and begins that of u, whose end NET writes. */
#define AND_TABLE_OF_U \
    "]},{'RouteTableId':'tu','VpcId':'u','Associations':[{'SubnetId':'c'}]," \
    "'Routes':[{'DestinationCidrBlock':'10.9.0.0/16','GatewayId':'local'}," \
    "{'DestinationCidrBlock':'10.0.0.0/16','VpcPeeringConnectionId':'pcx'}"
#define FAR(more) \
    NET(TO_U, TO_U AND_TABLE_OF_U, \
        BALANCER("net", "network", "far") "],'TargetGroups':[" \
        GROUP("far", "ip", "TCP", TARGET("10.9.1.10", "80")) "]" PEERED more)

/* An application load balancer, 10.0.1.60, behind the network load balancer. */
#define Y ARN("loadbalancer/app/y/1")
#define BEHIND(of_node) \
    NET("", "", BALANCER("net", "network", "alb") \
        ",{'NetworkInterfaceId':'eni-y','SubnetId':'a','VpcId':'v','RequesterManaged':true," \
        "'Description':'ELB app/y/1','PrivateIpAddress':'10.0.1.60'," \
        "'Groups':[{'GroupId':'own'}]}],'LoadBalancerAttributes':[{'LoadBalancerArn':'" Y \
        "','Type':'application','VpcId':'v','State':{'Code':'active'}}]," \
        "'LoadBalancerListeners':[{'LoadBalancerArn':'" Y "','Listeners':[{'ListenerArn':'" \
        ARN("listener/app/y/1/3") "','LoadBalancerArn':'" Y "'," \
        "'Port':80,'Protocol':'HTTP','DefaultActions':" FORWARD("good") "}]}]," \
        "'security_groups':[{'GroupId':'own','VpcId':'v','IpPermissions':[{'IpProtocol':'-1'," \
        "'IpRanges':[{'CidrIp':'" of_node "'}]}],'IpPermissionsEgress':[{'IpProtocol':'-1'," \
        "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}],'TargetGroups':[" \
        GROUP("alb", "alb", "TCP", TARGET(Y, "80")) "," \
        GROUP("good", "ip", "HTTP", TARGET("10.0.1.30", "80")) "]" G)
/* clang-format on */

static void targets_in_a_peered_vpc_answer_only_who_they_see_by_routes(void **state)
{
    (void)state;
    dm_aws_probe(FAR(""), "k", AT, "PASS");
    dm_aws_probe(FAR(KEEP("far")), "k", AT, "UNKNOWN"); /* not documented */
}

static void a_balancer_behind_a_balancer_sees_the_clients_address(void **state)
{
    (void)state;
    dm_aws_probe(BEHIND("10.0.2.10/32"), "k", AT, "PASS");
    dm_aws_probe(BEHIND("10.0.1.50/32"), "k", AT, "ENI_SG_RULES_MISMATCH own");
}

/* What the controller of a cluster knows its own by [EKS-32]. */
static void tags_and_names_of_balancers_are_kept(void **state)
{
    struct dm_aws_loaded loaded = dm_aws_load_text(
        NET("", "",
            ",'LoadBalancers':[{'LoadBalancerArn':'" LB(
                "net") "','Type':'network','VpcId':'v',"
                       "'State':{'Code':'active'},'DNSName':'w-1.elb.example.org'}],'Listeners':[],"
                       "'TagDescriptions':[{'ResourceArn':'" LB(
                           "net") "','Tags':["
                                  "{'Key':'service.k8s.aws/stack','Value':'shop/"
                                  "web'},{'Key':'Name','Value':'w'},"
                                  "{'Key':'elbv2.k8s.aws/cluster','Value':'core'}]},"
                                  "{'ResourceArn':'" TG("good") "','Tags':[]}]"));
    const struct dm_balancer *balancer;

    (void)state;
    assert_int_equal(loaded.model->n_balancers, 1);
    balancer = &loaded.model->balancers[0];
    assert_string_equal(balancer->dns_name, "w-1.elb.example.org");
    assert_string_equal(balancer->object.label, "w");
    assert_int_equal(balancer->tags.n, 2);
    assert_string_equal(balancer->tags.items[0].key, "elbv2.k8s.aws/cluster");
    assert_string_equal(dm_tags_value(&balancer->tags, "service.k8s.aws/stack"), "shop/web");
    assert_null(dm_tags_value(&balancer->tags, "Name"));
    dm_arena_free(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_by_content_may_fit_or_not),
        cmocka_unit_test(a_rule_by_the_clients_address_decides),
        cmocka_unit_test(the_first_rule_that_fits_hides_what_comes_after),
        cmocka_unit_test(targets_in_a_peered_vpc_answer_only_who_they_see_by_routes),
        cmocka_unit_test(a_balancer_behind_a_balancer_sees_the_clients_address),
        cmocka_unit_test(tags_and_names_of_balancers_are_kept),
    };

    return cmocka_run_group_tests_name("aws_balancer", tests, NULL, NULL);
}
