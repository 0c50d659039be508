/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Managed databases, caches and mount targets from describe output, joined with their interfaces.
 */
#include "tests/support/dmtest.h"

#include "tests/support/aws_probing.h"

/* clang-format off */
#define ENI(id, subnet, address, description) \
    "{'NetworkInterfaceId':'" id "','SubnetId':'" subnet "','VpcId':'v'," \
    "'InterfaceType':'interface','RequesterManaged':true,'Description':'" description \
    "','Groups':[{'GroupId':'open'}],'PrivateIpAddress':'" address \
    "','Attachment':{'AttachmentId':'ela','InstanceOwnerId':'amazon-rds'}}"
#define ENIS(rows) ",'NetworkInterfaces':[" rows "]"
#define DB_ENI(id, subnet, address) ENI(id, subnet, address, "RDSNetworkInterface")
#define DB(id, zone, port, status) \
    "{'DBInstanceIdentifier':'" id "','DBInstanceStatus':'" status "','Endpoint':{'Port':" port \
    "},'AvailabilityZone':'" zone "','VpcSecurityGroups':[{'VpcSecurityGroupId':'open'}]," \
    "'DBSubnetGroup':{'Subnets':[{'SubnetIdentifier':'a'},{'SubnetIdentifier':'b'}]}}"
#define DBS(rows) ",'DBInstances':[" rows "]"
#define TWO_ENIS ENIS(DB_ENI("eni-d", "a", "10.0.1.40") "," DB_ENI("eni-e", "b", "10.0.2.40"))
/* clang-format on */

static void a_database_answers_on_its_port_alone(void **state)
{
    static const char net[] =
        NET("", "", TWO_ENIS DBS(DB("shop", "eu-west-1a", "5432", "available")));

    (void)state;
    dm_aws_probe(net, "k", "10.0.1.40", "tcp/5432", "PASS");
    dm_aws_probe(net, "k", "db-instance shop", "tcp/5432", "PASS");
    dm_aws_probe(net, "k", "10.0.1.40", "tcp/22", "SERVICE_PORT db-instance shop");
    dm_aws_probe(net, "k", "10.0.1.40", "icmp", "SERVICE_PORT db-instance shop");
    dm_aws_probe(net, "k", "10.0.2.40", "tcp/5432", "UNKNOWN"); /* of nothing that is shown */
}

static void a_stopped_database_does_not_answer(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "", TWO_ENIS DBS(DB("shop", "eu-west-1a", "5432", "stopped"))), "k",
                 "10.0.1.40", "tcp/5432", "NO_HOST_AT_ADDRESS eni-d");
}

static void databases_that_fit_one_interface_are_told_apart_by_nothing(void **state)
{
    (void)state;
    dm_aws_probe(NET("", "",
                     TWO_ENIS DBS(DB("shop", "eu-west-1a", "5432", "available") "," DB(
                         "other", "eu-west-1a", "3306", "available"))),
                 "k", "10.0.1.40", "tcp/5432", "UNKNOWN");
    dm_aws_probe(NET("", "",
                     TWO_ENIS DBS(DB("shop", "eu-west-1a", "5432", "available") "," DB(
                         "other", "eu-west-1b", "3306", "available"))),
                 "k", "db-instance other", "tcp/3306", "PASS");
}

static void a_cache_is_told_by_its_interfaces_description(void **state)
{
#define CACHE_ENIS                                                                                 \
    ENIS(ENI("eni-c", "a", "10.0.1.41", "ElastiCache shop-001") "," ENI("eni-f", "b", "10.0.2.41", \
                                                                        "ElastiCache shop-0012"))
#define CACHE                                                                                      \
    ",'CacheClusters':[{'CacheClusterId':'shop-001','CacheNodes':[{'Endpoint':{'Port':6379}}]}]"
    (void)state;
    dm_aws_probe(NET("", "", CACHE_ENIS CACHE), "k", "10.0.1.41", "tcp/6379", "PASS");
    dm_aws_probe(NET("", "", CACHE_ENIS CACHE), "k", "10.0.1.41", "tcp/80",
                 "SERVICE_PORT cache-cluster shop-001");
    dm_aws_probe(NET("", "", CACHE_ENIS CACHE), "k", "10.0.2.41", "tcp/6379", "UNKNOWN");
    dm_aws_probe(NET("", "",
                     CACHE_ENIS ",'ReplicationGroups':[{'ReplicationGroupId':'shop',"
                                "'MemberClusters':['shop-0012'],'NodeGroups':[{'PrimaryEndpoint':"
                                "{'Port':6380}}]}]"),
                 "k", "cache-cluster shop-0012", "tcp/6380", "PASS");
    /* Without any port it may answer on all. */
    dm_aws_probe(NET("", "", CACHE_ENIS ",'CacheClusters':[{'CacheClusterId':'shop-001'}]"), "k",
                 "10.0.1.41", "tcp/6379", "UNKNOWN");
}

static void a_mount_target_names_its_interface(void **state)
{
    static const char net[] = NET(
        "", "",
        ENIS(ENI("eni-m", "a", "10.0.1.42",
                 "EFS mount target for fs-1 (fsmt-1)")) ",'MountTargets':[{'MountTargetId':'fsmt-1'"
                                                        ",'NetworkInterfaceId':'eni-m'}]");

    (void)state;
    dm_aws_probe(net, "k", "mount-target fsmt-1", "tcp/2049", "PASS");
    dm_aws_probe(net, "k", "10.0.1.42", "tcp/443", "SERVICE_PORT mount-target fsmt-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_answers_on_its_port_alone),
        cmocka_unit_test(a_stopped_database_does_not_answer),
        cmocka_unit_test(databases_that_fit_one_interface_are_told_apart_by_nothing),
        cmocka_unit_test(a_cache_is_told_by_its_interfaces_description),
        cmocka_unit_test(a_mount_target_names_its_interface),
    };

    return cmocka_run_group_tests_name("aws_managed", tests, NULL, NULL);
}
