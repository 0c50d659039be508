/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From describe output to what becomes of a packet: endpoints, services of AWS,
 * addresses that are on nothing and load balancers, one test a fact, on small inputs.
 */
#include "tests/support/dmtest.h"

#include "tests/support/aws_probing.h"

/* ---- endpoints and services of AWS ---- */

#define S3_LIST                                                                                    \
    ",'PrefixLists':[{'PrefixListId':'pl-s3','PrefixListName':'com.amazonaws.eu-west-1.s3',"       \
    "'Cidrs':['52.218.0.0/17']}]"
#define S3_ENDPOINT                                                                                \
    ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','VpcEndpointType':'Gateway','VpcId':'v',"          \
    "'State':'available','ServiceName':'com.amazonaws.eu-west-1.s3'}]"
#define TO_S3 ",{'DestinationPrefixListId':'pl-s3','GatewayId':'vpce-1'}"

static void a_gateway_endpoint_leads_to_its_service_and_back(void **state)
{
    static const char net[] = NET("", TO_S3, S3_LIST S3_ENDPOINT);

    (void)state;
    dm_aws_probe(net, "k", "52.218.1.1", "tcp/443", "PASS");
    dm_aws_probe(net, "k", "52.218.1.1", "tcp/80", "PASS");
    dm_aws_probe(net, "k", "52.218.1.1", "icmp", "PASS");
    dm_aws_probe(net, "k", "52.218.1.1", "tcp/22", "SERVICE_PORT com.amazonaws.eu-west-1.s3");
    dm_aws_probe(net, "k", "52.218.128.1", "tcp/443", "NO_ROUTE_TO_DESTINATION tb");
    dm_aws_probe(net, "i", "52.218.1.1", "tcp/443", "NO_ROUTE_TO_DESTINATION ta");
}

static void a_service_of_aws_answers_its_own_ports_over_the_internet_too(void **state)
{
    static const char net[] = NET(TO_IGW, "", S3_LIST);

    (void)state;
    dm_aws_probe(net, "i", "52.218.1.1", "tcp/443", "PASS");
    dm_aws_probe(net, "i", "52.218.1.1", "icmp", "PASS");
    dm_aws_probe(net, "i", "52.218.1.1", "tcp/22", "SERVICE_PORT com.amazonaws.eu-west-1.s3");
    dm_aws_probe(net, "i", "52.218.128.1", "tcp/22", "PASS");
}

static void where_a_list_of_aws_is_not_shown_any_public_address_may_be_a_service(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_IGW, TO_S3, S3_ENDPOINT), "i", "52.218.1.1", "tcp/22", "UNKNOWN");
    dm_aws_probe(NET(TO_IGW, TO_S3, S3_ENDPOINT), "internet", "54.0.0.10", "tcp/22", "PASS");
}

static void a_route_to_an_endpoint_that_is_deleted_is_a_black_hole(void **state)
{
    (void)state;
    dm_aws_probe(NET("", TO_S3,
                     S3_LIST ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','VpcId':'v',"
                             "'VpcEndpointType':'Gateway','State':'deleted',"
                             "'ServiceName':'com.amazonaws.eu-west-1.s3'}]"),
                 "k", "52.218.1.1", "tcp/443", "BAD_STATE_ROUTE tb");
}

#define API(service, group)                                                                        \
    ",'VpcEndpoints':[{'VpcEndpointId':'vpce-2','VpcEndpointType':'Interface','VpcId':'v',"        \
    "'State':'available','ServiceName':'" service "','NetworkInterfaceIds':['eni-e']}],"           \
    "'NetworkInterfaces':[{'NetworkInterfaceId':'eni-e','SubnetId':'b','VpcId':'v',"               \
    "'InterfaceType':'vpc_endpoint','Groups':[{'GroupId':'" group "'}],"                           \
    "'PrivateIpAddress':'10.0.2.20'}]"

static void an_interface_endpoint_answers_its_services_ports_only(void **state)
{
    static const char ec2[] = NET("", "", API("com.amazonaws.eu-west-1.ec2", "open"));

    (void)state;
    dm_aws_probe(ec2, "i", "10.0.2.20", "tcp/443", "PASS");
    dm_aws_probe(ec2, "i", "10.0.2.20", "tcp/22", "SERVICE_PORT vpce-2");
    dm_aws_probe(ec2, "i", "10.0.2.20", "icmp", "SERVICE_PORT vpce-2");
    dm_aws_probe_failed(ec2, "zone:eu-west-1b", "i", "10.0.2.20", "tcp/443",
                        "ELEMENT_FAILED eni-e");
}

static void what_a_service_answers_that_is_not_known_is_unknown(void **state)
{
    static const char kms[] = NET("", "", API("com.amazonaws.eu-west-1.kms", "open"));
    static const char mail[] = NET("", "", API("com.amazonaws.eu-west-1.email-smtp", "open"));
    static const char own[] = NET("", "", API("com.amazonaws.vpce.eu-west-1.vpce-svc-01", "open"));

    (void)state;
    dm_aws_probe(kms, "i", "10.0.2.20", "tcp/443", "PASS");
    dm_aws_probe(kms, "i", "10.0.2.20", "tcp/80", "UNKNOWN");
    dm_aws_probe(mail, "i", "10.0.2.20", "tcp/443", "UNKNOWN");
    dm_aws_probe(own, "i", "10.0.2.20", "tcp/443", "UNKNOWN");
    dm_aws_probe(own, "i", "10.0.2.20", "icmp", "SERVICE_PORT vpce-2");
}

static void groups_of_an_interface_endpoint_filter(void **state)
{
    (void)state;
    dm_aws_probe(
        NET("", "",
            API("com.amazonaws.eu-west-1.ec2", "shut") ",'security_groups':[{'GroupId':'shut',"
                                                       "'VpcId':'v','IpPermissions':[],"
                                                       "'IpPermissionsEgress':[]}]"),
        "i", "10.0.2.20", "tcp/443", "ENI_SG_RULES_MISMATCH shut");
}

/* ---- addresses on nothing ---- */

static void an_elastic_address_on_nothing_answers_nothing(void **state)
{
    static const char net[] =
        NET(TO_IGW, "",
            ",'Addresses':[{'PublicIp':'54.0.0.99','AllocationId':'eipalloc-1'},"
            "{'PublicIp':'54.0.0.98','AllocationId':'eipalloc-2','AssociationId':'eipassoc-2'}]");

    (void)state;
    dm_aws_probe(net, "i", "54.0.0.99", "tcp/443", "NO_HOST_AT_ADDRESS 54.0.0.99");
    dm_aws_probe(net, "i", "54.0.0.98", "tcp/443", "UNKNOWN");
}

static void the_address_of_a_deleted_nat_gateway_answers_nothing(void **state)
{
#define NAT(state, address)                                                                        \
    ",'NatGateways':[{'NatGatewayId':'nat-1','State':'" state "','SubnetId':'a','VpcId':'v',"      \
    "'NatGatewayAddresses':[{'NetworkInterfaceId':'eni-n','PrivateIp':'10.0.1.77','PublicIp':"     \
    "'" address "'}]}]"
    (void)state;
    dm_aws_probe(NET(TO_IGW, "", NAT("deleted", "54.0.0.77")), "i", "54.0.0.77", "icmp",
                 "NO_HOST_AT_ADDRESS 54.0.0.77");
    /* Given to another since. */
    dm_aws_probe(NET(TO_IGW, "", NAT("deleted", "54.0.0.10")), "internet", "54.0.0.10", "icmp",
                 "PASS");
}

/* ---- load balancers ---- */

#define ARN(what) "arn:aws:elasticloadbalancing:eu-west-1:1:" what
#define LB(kind) ARN("loadbalancer/" kind "/w/1")
#define TG ARN("targetgroup/g/2")
#define TARGET(id, port, state)                                                                    \
    "{'Target':{'Id':'" id "','Port':" port "},'TargetHealth':{'State':'" state "'}}"

/* Balancer w with a node, 10.0.1.50 and 54.0.0.50 outside, in the zone of subnet a, which takes
 * tcp/80; 'of_node', 'of_balancer' and 'of_group' are further fields, 'more' further keys. */
#define BALANCED(kind, type, targets, of_node, of_balancer, of_group, more)                        \
    ",'LoadBalancers':[{'LoadBalancerArn':'" LB(                                                   \
        kind) "','Type':'" type "','VpcId':'v',"                                                   \
              "'State':{'Code':'active'}" of_balancer "}],"                                        \
              "'LoadBalancerListeners':[{'LoadBalancerArn':'" LB(                                  \
                  kind) "','Listeners':["                                                          \
                        "{'ListenerArn':'" ARN(                                                    \
                            "listener/" kind                                                       \
                            "/w/1/3") "','LoadBalancerArn':'" LB(kind) "',"                        \
                                                                       "'Port':80,'Protocol':'"    \
                                                                       "TCP','DefaultActions':[{'" \
                                                                       "Type':'forward','"         \
                                                                       "TargetGroupArn':'" TG      \
                                                                       "'}]}]}],"                  \
                                                                       "'TargetGroups':[{'"        \
                                                                       "TargetGroupArn':'" TG      \
                                                                       "','Protocol':'TCP','Port'" \
                                                                       ":80,'VpcId':'v'" of_group  \
                                                                       "}],'"                      \
                                                                       "LoadBalancerTargetHealth'" \
                                                                       ":[{'TargetGroupArn':'" TG  \
                                                                       "','"                       \
                                                                       "TargetHealthDescriptions'" \
                                                                       ":[" targets "]}],"         \
                                                                       "'NetworkInterfaces':[{'"   \
                                                                       "NetworkInterfaceId':'eni-" \
                                                                       "w','SubnetId':'a','VpcId'" \
                                                                       ":'v',"                     \
                                                                       "'InterfaceType':'network_" \
                                                                       "load_balancer','"          \
                                                                       "RequesterManaged':true,"   \
                                                                       "'Description':'ELB " kind  \
                                                                       "/w/"                       \
                                                                       "1','PrivateIpAddresses':[" \
                                                                       "{'PrivateIpAddress':'10."  \
                                                                       "0.1.50',"                  \
                                                                       "'Association':{'PublicIp'" \
                                                                       ":'54.0.0.50'}}]" of_node   \
                                                                       "}]" more

#define BY_ADDRESS ",'TargetType':'ip'"
#define BY_INSTANCE ",'TargetType':'instance'"
#define CROSS_ZONE                                                                                 \
    ",'LoadBalancerAttributes':[{'LoadBalancerArn':'" LB(                                          \
        "net") "','Attributes':[{'Key':"                                                           \
               "'load_balancing.cross_zone.enabled','Value':'true'}]}]"
#define NLB(targets, of_group, more) BALANCED("net", "network", targets, "", "", of_group, more)

/* A group that lets in what comes from 'source' alone. */
#define ONLY(name, source)                                                                         \
    "{'GroupId':'" name "','VpcId':'v','IpPermissions':[{'IpProtocol':'-1'," source "}],"          \
    "'IpPermissionsEgress':[{'IpProtocol':'-1','IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}"
#define FROM(prefix) "'IpRanges':[{'CidrIp':'" prefix "'}]"
#define FROM_GROUP(group) "'UserIdGroupPairs':[{'GroupId':'" group "'}]"

/* A host in subnet a, 10.0.1.30, with a group of its own. */
#define GUARDED(source)                                                                            \
    ",'security_groups':[" ONLY(                                                                   \
        "own",                                                                                     \
        source) "],'instances':[{'InstanceId':'g',"                                                \
                "'State':{'Name':'running'},'NetworkInterfaces':[{'NetworkInterfaceId':'eni-g',"   \
                "'SubnetId':'a','VpcId':'v','Groups':[{'GroupId':'own'}],'PrivateIpAddress':'10."  \
                "0.1.30'}]}]"
#define TO_G TARGET("10.0.1.30", "8080", "healthy")
#define TO_G_ITSELF TARGET("g", "8080", "healthy")

static void a_network_balancer_answers_on_its_listeners_only(void **state)
{
    static const char net[] =
        NET("", "", NLB(TARGET("10.0.1.10", "80", "healthy"), BY_ADDRESS, ""));

    (void)state;
    dm_aws_probe(net, "k", "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(net, "k", "10.0.1.50", "udp/80", "NO_LISTENER net/w/1");
    dm_aws_probe(net, "k", "10.0.1.50", "tcp/22", "NO_LISTENER net/w/1");
    dm_aws_probe(net, "k", "10.0.1.50", "icmp", "NO_LISTENER net/w/1");
    dm_aws_probe_failed(net, "zone:eu-west-1a", "k", "10.0.1.50", "tcp/80", "ELEMENT_FAILED eni-w");
}

static void address_targets_see_the_balancers_own_address(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "", NLB(TO_G, BY_ADDRESS, GUARDED(FROM("10.0.1.50/32")))), "k",
                 "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", NLB(TO_G, BY_ADDRESS, GUARDED(FROM("10.0.2.10/32")))), "k",
                 "10.0.1.50", "tcp/80", "ENI_SG_RULES_MISMATCH own");
}

static void instance_targets_see_the_clients_address(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "", NLB(TO_G_ITSELF, BY_INSTANCE, GUARDED(FROM("10.0.2.10/32")))), "k",
                 "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", NLB(TO_G_ITSELF, BY_INSTANCE, GUARDED(FROM("10.0.1.50/32")))), "k",
                 "10.0.1.50", "tcp/80", "ENI_SG_RULES_MISMATCH own");
}

static void an_attribute_decides_whose_address_targets_see(void **state)
{
#define KEEPS(value)                                                                               \
    ",'TargetGroupAttributes':[{'TargetGroupArn':'" TG "','Attributes':[{'Key':"                   \
    "'preserve_client_ip.enabled','Value':'" value "'}]}]"
    (void)state;
    dm_aws_probe(NET("", "", NLB(TO_G, BY_ADDRESS, GUARDED(FROM("10.0.2.10/32")) KEEPS("true"))),
                 "k", "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(
        NET("", "", NLB(TO_G_ITSELF, BY_INSTANCE, GUARDED(FROM("10.0.1.50/32")) KEEPS("false"))),
        "k", "10.0.1.50", "tcp/80", "PASS");
}

/* The target has no route to the internet: its answer goes back over the balancer. */
static void answers_to_kept_addresses_go_back_over_the_balancer(void **state)
{
    static const char net[] =
        NET(TO_IGW, "", NLB(TARGET("k", "80", "healthy"), BY_INSTANCE, CROSS_ZONE));

    (void)state;
    dm_aws_probe(net, "internet", "54.0.0.50", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", NLB(TARGET("i", "80", "healthy"), BY_INSTANCE, "")), "internet",
                 "54.0.0.50", "tcp/80", "reply NO_ROUTE_TO_DESTINATION ta");
}

static void a_target_may_call_itself_only_where_its_address_is_not_kept(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "", NLB(TARGET("i", "80", "healthy"), BY_INSTANCE, "")), "i", "10.0.1.50",
                 "tcp/80", "BALANCER_HAIRPIN net/w/1");
    dm_aws_probe(NET("", "", NLB(TARGET("10.0.1.10", "80", "healthy"), BY_ADDRESS, "")), "i",
                 "10.0.1.50", "tcp/80", "PASS");
}

static void a_node_sends_within_its_zone_unless_cross_zone_is_on(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "", NLB(TARGET("k", "80", "healthy"), BY_INSTANCE, CROSS_ZONE)), "i",
                 "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", NLB(TARGET("k", "80", "unhealthy"), BY_INSTANCE, "")), "i",
                 "10.0.1.50", "tcp/80", "NO_TARGET net/w/1");
    dm_aws_probe(NET("", "", NLB(TARGET("k", "80", "healthy"), BY_INSTANCE, "")), "i", "10.0.1.50",
                 "tcp/80", "UNKNOWN");
}

static void healthy_targets_come_first_and_without_any_all_are_open(void **state)
{
#define TWO(of_g, of_i) TARGET("10.0.1.30", "80", of_g) "," TARGET("10.0.1.10", "80", of_i)
#define SHUT GUARDED(FROM("192.0.2.0/24"))
    (void)state;
    dm_aws_probe(NET("", "", NLB(TWO("unhealthy", "healthy"), BY_ADDRESS, SHUT)), "k", "10.0.1.50",
                 "tcp/80", "PASS");
    dm_aws_probe(NET("", "", NLB(TWO("healthy", "healthy"), BY_ADDRESS, SHUT)), "k", "10.0.1.50",
                 "tcp/80", "ENI_SG_RULES_MISMATCH own");
    dm_aws_probe(NET("", "", NLB(TWO("unhealthy", "initial"), BY_ADDRESS, SHUT)), "k", "10.0.1.50",
                 "tcp/80", "ENI_SG_RULES_MISMATCH own");
    dm_aws_probe(NET("", "", NLB(TWO("draining", "unhealthy"), BY_ADDRESS, SHUT)), "k", "10.0.1.50",
                 "tcp/80", "PASS");
    dm_aws_probe(NET("", "", NLB("", BY_ADDRESS, "")), "k", "10.0.1.50", "tcp/80",
                 "NO_TARGET net/w/1");
}

static void a_target_whose_zone_has_failed_is_not_healthy(void **state)
{
    static const char net[] =
        NET("", "",
            NLB(TARGET("10.0.1.10", "80", "healthy") "," TARGET("10.0.2.10", "80", "healthy"),
                BY_ADDRESS, CROSS_ZONE));

    (void)state;
    dm_aws_probe(net, "i", "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe_failed(net, "zone:eu-west-1b", "i", "10.0.1.50", "tcp/80", "PASS");
}

static void groups_of_a_network_balancer_filter_and_stand_for_it(void **state)
{
#define WITH_GROUP(of_w, of_g)                                                                     \
    BALANCED("net", "network", TO_G_ITSELF, ",'Groups':[{'GroupId':'lb'}]", "", BY_INSTANCE,       \
             ",'security_groups':[" ONLY("own", of_g) "," ONLY(                                    \
                 "lb", of_w) "],'instances':["                                                     \
                             "{'InstanceId':'g','State':{'Name':'running'},'NetworkInterfaces':["  \
                             "{'NetworkInterfaceId':'eni-g','SubnetId':'a','VpcId':'v','Groups':[" \
                             "{'GroupId':'own'}],'PrivateIpAddress':'10.0.1.30'}]}]")
    (void)state;
    dm_aws_probe(NET("", "", WITH_GROUP(FROM("10.0.2.10/32"), FROM_GROUP("lb"))), "k", "10.0.1.50",
                 "tcp/80", "PASS");
    dm_aws_probe(NET("", "", WITH_GROUP(FROM("10.0.1.10/32"), FROM_GROUP("lb"))), "k", "10.0.1.50",
                 "tcp/80", "ENI_SG_RULES_MISMATCH lb");
}

/* The ACL of the balancer's subnet sees both sessions. */
static void the_way_back_leaves_by_the_routes_of_the_balancers_subnet(void **state)
{
    static const char net[] =
        NET("", TO_IGW, NLB(TARGET("10.0.2.10", "80", "healthy"), BY_ADDRESS, CROSS_ZONE));

    (void)state;
    dm_aws_probe(net, "internet", "54.0.0.50", "tcp/80", "reply NO_ROUTE_TO_DESTINATION ta");
    dm_aws_probe(net, "i", "10.0.1.50", "tcp/80", "PASS");
}

static void an_application_balancer_opens_its_own_session(void **state)
{
#define ALB(of_g, more)                                                                            \
    BALANCED("app", "application", TO_G_ITSELF, ",'Groups':[{'GroupId':'open'}]", "",              \
             ",'TargetType':'instance','ProtocolVersion':'HTTP1'",                                 \
             GUARDED(of_g) ",'TargetGroupAttributes':[{'TargetGroupArn':'" TG "','Attributes':"    \
                           "[{'Key':'preserve_client_ip.enabled','Value':'false'}]}]" more)
#define RULE ",'Rules':[{'RuleArn':'" ARN("listener-rule/app/w/1/3/4") "','IsDefault':false}]"
    (void)state;
    dm_aws_probe(NET("", "", ALB(FROM_GROUP("open"), "")), "k", "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", ALB(FROM("10.0.2.10/32"), "")), "k", "10.0.1.50", "tcp/80",
                 "ENI_SG_RULES_MISMATCH own");
    dm_aws_probe(NET("", "", ALB(FROM_GROUP("open"), RULE)), "k", "10.0.1.50", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET("", "", ALB(FROM_GROUP("open"), "")), "k", "10.0.1.50", "icmp", "UNKNOWN");
}

/* A host that asks from 32768 and above is answered there, also through a balancer that keeps its
 * address; one that does not sends from 1024 and above. */
static void a_balancer_that_sends_itself_is_answered_on_more_ports(void **state)
{
#define TO_HOSTS                                                                                   \
    "'Entries':[{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow','Egress':true,"               \
    "'CidrBlock':'0.0.0.0/0'},{'RuleNumber':1,'Protocol':'6','RuleAction':'allow',"                \
    "'Egress':false,'CidrBlock':'0.0.0.0/0','PortRange':{'From':80,'To':80}},"                     \
    "{'RuleNumber':2,'Protocol':'6','RuleAction':'allow','Egress':false,"                          \
    "'CidrBlock':'0.0.0.0/0','PortRange':{'From':32768,'To':60999}}]"
    (void)state;
    dm_aws_probe(
        NET_WITH(TO_HOSTS, "", "", NLB(TARGET("k", "80", "healthy"), BY_INSTANCE, CROSS_ZONE)), "i",
        "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(NET_WITH(TO_HOSTS, "", "",
                          NLB(TARGET("10.0.2.10", "80", "healthy"), BY_ADDRESS, CROSS_ZONE)),
                 "i", "10.0.1.50", "tcp/80", "reply SUBNET_ACL_RESTRICTION acl");
}

static void what_is_not_shown_of_a_balancer_is_unknown(void **state)
{
    static const char net[] = NET(
        "", "",
        ",'LoadBalancers':[{'LoadBalancerArn':'" LB(
            "net") "','Type':'network','VpcId':'v',"
                   "'State':{'Code':'active'}}],'NetworkInterfaces':[{'NetworkInterfaceId':'eni-w',"
                   "'SubnetId':'a','VpcId':'v','InterfaceType':'network_load_balancer',"
                   "'RequesterManaged':true,'Description':'ELB "
                   "net/w/1','PrivateIpAddress':'10.0.1.50'}]");

    (void)state;
    dm_aws_probe(net, "k", "10.0.1.50", "tcp/80", "UNKNOWN");
}

static void a_target_whose_health_is_not_shown_may_be_chosen(void **state)
{
#define UNTOLD ",{'Target':{'Id':'10.0.2.99','Port':80}}"
    (void)state;
    dm_aws_probe(
        NET("", "", NLB(TARGET("10.0.1.10", "80", "healthy") UNTOLD, BY_ADDRESS, CROSS_ZONE)), "k",
        "10.0.1.50", "tcp/80", "UNKNOWN");
}

static void a_group_without_target_among_several_is_unknown_unless_it_weighs_nothing(void **state)
{
#define WEIGHTED(weight)                                                                           \
    ",'LoadBalancers':[{'LoadBalancerArn':':loadbalancer/net/w/1','Type':'network',"               \
    "'VpcId':'v','State':{'Code':'active'}}],'Listeners':[{'ListenerArn':':listener/net/w/1/3',"   \
    "'LoadBalancerArn':':loadbalancer/net/w/1','Port':80,'Protocol':'TCP','DefaultActions':[{"     \
    "'Type':'forward','ForwardConfig':{'TargetGroups':["                                           \
    "{'TargetGroupArn':':targetgroup/g/2','Weight':1},"                                            \
    "{'TargetGroupArn':':targetgroup/h/3','Weight':" weight "}]}}]}],'TargetGroups':["             \
    "{'TargetGroupArn':':targetgroup/g/2','Protocol':'TCP','Port':80,'VpcId':'v',"                 \
    "'TargetType':'ip'},{'TargetGroupArn':':targetgroup/h/3','Protocol':'TCP','Port':80,"          \
    "'VpcId':'v','TargetType':'ip'}],'LoadBalancerTargetHealth':["                                 \
    "{'TargetGroupArn':':targetgroup/g/2','TargetHealthDescriptions':[{'Target':{"                 \
    "'Id':'10.0.1.10','Port':80},'TargetHealth':{'State':'healthy'}}]},"                           \
    "{'TargetGroupArn':':targetgroup/h/3','TargetHealthDescriptions':[]}],"                        \
    "'NetworkInterfaces':[{'NetworkInterfaceId':'eni-w','SubnetId':'a','VpcId':'v',"               \
    "'InterfaceType':'network_load_balancer','RequesterManaged':true,"                             \
    "'Description':'ELB net/w/1','PrivateIpAddress':'10.0.1.50'}]"
    (void)state;
    dm_aws_probe(NET("", "", WEIGHTED("0")), "k", "10.0.1.50", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", WEIGHTED("1")), "k", "10.0.1.50", "tcp/80", "UNKNOWN");
}

static void a_target_of_another_family_than_the_node_is_not_followed(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "", NLB(TARGET("2001:db8::1", "80", "healthy"), BY_ADDRESS, "")), "k",
                 "10.0.1.50", "tcp/80", "UNKNOWN");
}

static void a_subnet_with_an_interface_that_is_not_shown_may_have_any_address(void **state)
{
    static const char net[] =
        NET("", "",
            ",'LoadBalancers':[{'LoadBalancerArn':'" LB(
                "net") "','Type':'network','VpcId':'v','State':{'Code':'active'},"
                       "'AvailabilityZones':[{'SubnetId':'a'}]}],'VpcEndpoints':[{"
                       "'VpcEndpointId':'vpce-2','VpcEndpointType':'Interface','VpcId':'v',"
                       "'State':'available','ServiceName':'com.amazonaws.eu-west-1.ec2',"
                       "'SubnetIds':['b']}]");

    (void)state;
    dm_aws_probe(net, "k", "10.0.1.50", "tcp/80", "UNKNOWN");
    dm_aws_probe(net, "i", "10.0.2.50", "tcp/443", "UNKNOWN");
    dm_aws_probe(net, "k", "10.0.1.10", "tcp/80", "PASS");
    dm_aws_probe(NET("", "", ""), "k", "10.0.1.50", "tcp/80", "NO_HOST_AT_ADDRESS a");
}

/* ---- transit gateways ---- */

static void an_attachment_of_which_not_all_is_shown_is_unknown(void **state)
{
#define TO_TGW ",{'DestinationCidrBlock':'10.9.0.0/16','TransitGatewayId':'tgw-1'}"
#define ATTACHED(vpc)                                                                              \
    ",'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available'}],"                       \
    "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'tgw-attach-1',"                   \
    "'TransitGatewayId':'tgw-1','ResourceType':'vpc','ResourceId':'" vpc "',"                      \
    "'State':'available'}]"
    (void)state;
    dm_aws_probe(NET(TO_TGW, "", ATTACHED("v")), "i", "10.9.0.1", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_TGW, "", ATTACHED("other")), "i", "10.9.0.1", "tcp/80", "UNKNOWN");
}

static void the_address_of_a_node_that_is_not_shown_is_unknown(void **state)
{
    (void)state;
    dm_aws_probe(
        NET(TO_IGW, "",
            ",'LoadBalancers':[{'LoadBalancerArn':'" LB(
                "net") "','Type':'network','VpcId':'v',"
                       "'State':{'Code':'active'},'AvailabilityZones':[{'LoadBalancerAddresses':["
                       "{'IpAddress':'54.0.0.51'}]}]}]"),
        "i", "54.0.0.51", "tcp/80", "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gateway_endpoint_leads_to_its_service_and_back),
        cmocka_unit_test(a_service_of_aws_answers_its_own_ports_over_the_internet_too),
        cmocka_unit_test(where_a_list_of_aws_is_not_shown_any_public_address_may_be_a_service),
        cmocka_unit_test(a_route_to_an_endpoint_that_is_deleted_is_a_black_hole),
        cmocka_unit_test(an_interface_endpoint_answers_its_services_ports_only),
        cmocka_unit_test(what_a_service_answers_that_is_not_known_is_unknown),
        cmocka_unit_test(groups_of_an_interface_endpoint_filter),
        cmocka_unit_test(an_elastic_address_on_nothing_answers_nothing),
        cmocka_unit_test(the_address_of_a_deleted_nat_gateway_answers_nothing),
        cmocka_unit_test(a_network_balancer_answers_on_its_listeners_only),
        cmocka_unit_test(address_targets_see_the_balancers_own_address),
        cmocka_unit_test(instance_targets_see_the_clients_address),
        cmocka_unit_test(an_attribute_decides_whose_address_targets_see),
        cmocka_unit_test(answers_to_kept_addresses_go_back_over_the_balancer),
        cmocka_unit_test(a_target_may_call_itself_only_where_its_address_is_not_kept),
        cmocka_unit_test(a_node_sends_within_its_zone_unless_cross_zone_is_on),
        cmocka_unit_test(healthy_targets_come_first_and_without_any_all_are_open),
        cmocka_unit_test(a_target_whose_zone_has_failed_is_not_healthy),
        cmocka_unit_test(groups_of_a_network_balancer_filter_and_stand_for_it),
        cmocka_unit_test(the_way_back_leaves_by_the_routes_of_the_balancers_subnet),
        cmocka_unit_test(an_application_balancer_opens_its_own_session),
        cmocka_unit_test(a_balancer_that_sends_itself_is_answered_on_more_ports),
        cmocka_unit_test(what_is_not_shown_of_a_balancer_is_unknown),
        cmocka_unit_test(a_target_whose_health_is_not_shown_may_be_chosen),
        cmocka_unit_test(a_group_without_target_among_several_is_unknown_unless_it_weighs_nothing),
        cmocka_unit_test(a_target_of_another_family_than_the_node_is_not_followed),
        cmocka_unit_test(a_subnet_with_an_interface_that_is_not_shown_may_have_any_address),
        cmocka_unit_test(an_attachment_of_which_not_all_is_shown_is_unknown),
        cmocka_unit_test(the_address_of_a_node_that_is_not_shown_is_unknown),
    };

    return cmocka_run_group_tests_name("aws_session", tests, NULL, NULL);
}
