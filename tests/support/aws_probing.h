/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * aws_probing - what becomes of one packet in a network given as describe output.
 *
 * Networks are JSON with ' in place of ", so that they can be written in C; macros hold a small one
 * to which a test adds rows and keys.
 */
#ifndef DM_TESTS_SUPPORT_AWS_PROBING_H
#define DM_TESTS_SUPPORT_AWS_PROBING_H

#include "model/front/aws/aws.h"
#include "solver/reach/session.h"

#define ALL_ROWS                                                                                   \
    "'Entries':[{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow','Egress':true,"               \
    "'CidrBlock':'0.0.0.0/0'},{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow',"               \
    "'Egress':false,'CidrBlock':'0.0.0.0/0'}]"

/* A VPC with a gateway to the internet, subnet a in one zone and b in another, each with 'of_a' or
 * 'of_b' in its table, host i (54.0.0.10 outside) in a and k in b; then further keys. */
#define NET(of_a, of_b, more) NET_WITH(ALL_ROWS, of_a, of_b, more)

/* The same with these rows in the ACL of both. */
#define NET_WITH(rows, of_a, of_b, more)                                                           \
    "{'Vpcs':[{'VpcId':'v','CidrBlock':'10.0.0.0/16'}],"                                           \
    "'Subnets':[{'SubnetId':'a','VpcId':'v','CidrBlock':'10.0.1.0/24',"                            \
    "'AvailabilityZone':'eu-west-1a'},{'SubnetId':'b','VpcId':'v','CidrBlock':'10.0.2.0/24',"      \
    "'AvailabilityZone':'eu-west-1b'}],"                                                           \
    "'InternetGateways':[{'InternetGatewayId':'igw','Attachments':[{'VpcId':'v',"                  \
    "'State':'available'}]}],"                                                                     \
    "'RouteTables':[{'RouteTableId':'ta','VpcId':'v','Associations':[{'SubnetId':'a'}],"           \
    "'Routes':[{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'}" of_a "]},"              \
    "{'RouteTableId':'tb','VpcId':'v','Associations':[{'SubnetId':'b'}],"                          \
    "'Routes':[{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'}" of_b "]}],"             \
    "'NetworkAcls':[{'NetworkAclId':'acl','VpcId':'v','Associations':[{'SubnetId':'a'},"           \
    "{'SubnetId':'b'}]," rows "}],"                                                                \
    "'SecurityGroups':[{'GroupId':'open','VpcId':'v','IpPermissions':[{'IpProtocol':'-1',"         \
    "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}],'IpPermissionsEgress':[{'IpProtocol':'-1',"             \
    "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}],"                                                     \
    "'Reservations':[{'Instances':["                                                               \
    "{'InstanceId':'i','State':{'Name':'running'},'NetworkInterfaces':["                           \
    "{'NetworkInterfaceId':'eni-i','SubnetId':'a','VpcId':'v','Groups':[{'GroupId':'open'}],"      \
    "'PrivateIpAddresses':[{'PrivateIpAddress':'10.0.1.10',"                                       \
    "'Association':{'PublicIp':'54.0.0.10'}}]}]},"                                                 \
    "{'InstanceId':'k','State':{'Name':'running'},'NetworkInterfaces':["                           \
    "{'NetworkInterfaceId':'eni-k','SubnetId':'b','VpcId':'v','Groups':[{'GroupId':'open'}],"      \
    "'PrivateIpAddress':'10.0.2.10'}]}]}]" more "}"

#define TO_IGW ",{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'igw'}"

struct dm_aws_loaded {
    struct dm_arena *arena; /* owned: freed by who loaded */
    const struct dm_model *model;
};

/* ' stands for " in 'text'.  Fails the test where it does not load. */
struct dm_aws_loaded dm_aws_load_text(const char *text);

/* Fails the test where what becomes of the packet while 'failed', or nothing where that is NULL,
 * has failed does not begin with 'expected': "PASS", "UNKNOWN", or a code and where it stopped. */
void dm_aws_probe_failed(const char *text, const char *failed, const char *from, const char *to,
                         const char *app, const char *expected);
void dm_aws_probe(const char *text, const char *from, const char *to, const char *app,
                  const char *expected);

#endif
