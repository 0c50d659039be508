/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * code - why a packet stopped, in one word.
 *
 * Where the meaning is the same these are the explanation codes of AWS
 * Reachability Analyzer; the others are ours and say so.  The text continues
 * "stopped because ...".
 */
#ifndef DM_SOLVER_REACH_CODE_H
#define DM_SOLVER_REACH_CODE_H

#include <stdbool.h>

/*  name, AWS's own code, what it means */
#define DM_CODE_LIST(X)                                                                            \
    X(NONE, false, "nothing stopped it")                                                           \
    X(NO_ROUTE_TO_DESTINATION, true, "the route table has no route for the destination")           \
    X(BAD_STATE_ROUTE, true, "the route's target is gone or has failed")                           \
    X(CANNOT_ROUTE, true, "the target of the route cannot carry this packet")                      \
    X(ENI_SG_RULES_MISMATCH, true, "no rule of the security groups allows it")                     \
    X(SUBNET_ACL_RESTRICTION, true, "the network ACL does not allow it")                           \
    X(ENI_SOURCE_DEST_CHECK_RESTRICTION, true,                                                     \
      "the interface checks source and destination and the packet is for another host")            \
    X(TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION, true,                                                \
      "the attachment is associated with no route table")                                          \
    X(TGW_ATTACH_VPC_AZ_RESTRICTION, true, "the attachment has no subnet in this zone")            \
    X(TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT, true,                                                    \
      "the transit gateway's route table has no route for the destination")                        \
    X(TGW_RTB_BAD_STATE_ROUTE, true, "the transit gateway's route leads to a black hole")          \
    X(PCX_REQUIRES_ADDRESS_IN_VPC_CIDR, true,                                                      \
      "a peering carries only what goes between the two VPCs' own addresses")                      \
    X(IGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS, true,                                                 \
      "the sender has no public address to leave with")                                            \
    X(IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS, true,                                                 \
      "no interface behind the internet gateway has this public address")                          \
    X(VPC_BLOCK_PUBLIC_ACCESS_ENABLED, true,                                                       \
      "Block Public Access keeps it from passing between the VPC and the internet")                \
    X(NO_PATH, true, "nothing leads there")                                                        \
    X(FIREWALL_RULES_RESTRICTION, true, "the firewall's rules drop it")                            \
    X(FIREWALL_ASYMMETRY, false, "a firewall that keeps state sees only one way of the session")   \
    X(NO_APPLIANCE, false, "no appliance of the gateway load balancer lives in this zone")         \
    X(NAT_NO_SESSION, false, "a NAT gateway takes only answers to sessions that it opened")        \
    X(EGRESS_NO_SESSION, false,                                                                    \
      "an egress-only internet gateway takes only IPv6 that goes out by it, and the answers")      \
    X(NAT_PROTOCOL, false, "a NAT gateway carries TCP, UDP and ICMP only")                         \
    X(NO_TRANSIT_ATTACHMENT, false, "the VPC has no attachment to this transit gateway")           \
    X(SERVICE_PORT, false, "the service does not answer to this protocol and port")                \
    X(NO_CORE_ATTACHMENT, false, "the VPC has no attachment to this core network")                 \
    X(CORE_NO_SEGMENT, false, "the attachment is in no segment of the core network")               \
    X(CORE_NO_ROUTE, false, "the segment has no route for the destination")                        \
    X(CORE_BLACK_HOLE, false, "the segment's route leads to a black hole")                         \
    X(CORE_NO_FUNCTION, false, "the network function group that it is sent to has no attachment")  \
    X(NO_LISTENER, false, "the load balancer or accelerator listens on no such protocol and port") \
    X(NO_TARGET, false,                                                                            \
      "the load balancer or accelerator has no target that it could send this to")                 \
    X(BALANCER_HAIRPIN, false,                                                                     \
      "a target cannot call itself through a balancer that keeps the client's address")            \
    X(ACCELERATOR_NO_GATEWAY, false,                                                               \
      "the VPC of the accelerator's endpoint has no internet gateway")                             \
    X(ACCELERATOR_DISABLED, false, "the accelerator is disabled")                                  \
    X(NO_LINE, false, "no line that lives leads from there to a site with this address")           \
    X(SITE_NO_ROUTE, false, "no line that lives brings the site a route for the destination")      \
    X(NO_HOST_AT_ADDRESS, false, "no running host has this address")                               \
    X(NO_SERVICE_PORT, false, "the Service has no such protocol and port")                         \
    X(NO_BACKEND, false, "the Service has no living pod that it could send this to")               \
    X(NO_LOCAL_BACKEND, false,                                                                     \
      "the Service has traffic policy Local and no living pod on this node")                       \
    X(POD_ADDRESS_NOT_ROUTED, false,                                                               \
      "it is the address of a pod, to which nothing leads but its cluster's own network")          \
    X(NETWORK_POLICY_RESTRICTION, false, "the cluster's network policies do not allow it")         \
    X(ELEMENT_FAILED, false, "an element on the path has failed")                                  \
    X(REPLY_NOT_OF_SESSION, false, "the answer comes back from or to another address")             \
    X(FORWARDING_LOOP, false, "the packet goes round in a circle")                                 \
    X(NOT_UNDERSTOOD, false, "something on the path is not understood")

enum dm_code {
#define DM_CODE_ENUM(name, is_aws, text) DM_CODE_##name,
    DM_CODE_LIST(DM_CODE_ENUM)
#undef DM_CODE_ENUM
        DM_CODE_COUNT
};

const char *dm_code_name(enum dm_code code);
const char *dm_code_text(enum dm_code code);
bool dm_code_is_aws(enum dm_code code);

#endif
