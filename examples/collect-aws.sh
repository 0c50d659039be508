#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Gathers what demarc reads of AWS accounts: each describe call's output as the command line prints
# it, one file a call, in FOLDER/ACCOUNT/REGION/.  Reads only; needs no permission to write anything.
#
#   collect-aws.sh FOLDER [-p PROFILE]... [-r REGION]...
#   demarc check aws:FOLDER
#
# Without -p the credentials of the environment are used; without -r all regions that the account
# has turned on.  A call that is not allowed is named at the end, with the permission that it lacks: what
# it would have shown is then not known to demarc.  The exit status is 1 then, 2 on wrong usage.
#
# Some calls do not say in their output what they were asked about.  There the first key that is
# written is that id, such as {"TargetGroupArn": "...", "TargetHealthDescriptions": [...]}.
set -u

usage() {
    echo "usage: collect-aws.sh FOLDER [-p PROFILE]... [-r REGION]..." >&2
    exit 2
}

folder=
profiles=
regions=
while [ $# -gt 0 ]; do
    case $1 in
    -p | -r)
        [ $# -ge 2 ] || usage
        if [ "$1" = -p ]; then profiles="$profiles $2"; else regions="$regions $2"; fi
        shift 2
        ;;
    -*) usage ;;
    *)
        [ -z "$folder" ] || usage
        folder=$1
        shift
        ;;
    esac
done
[ -n "$folder" ] || usage
command -v aws >/dev/null 2>&1 || {
    echo "collect-aws.sh: the AWS command line, aws, is not there" >&2
    exit 2
}
AWS_PAGER=
export AWS_PAGER
mkdir -p "$folder" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
: >"$work/missing"

profile=
region=
place=

# call SERVICE OPERATION ARGUMENT...: its output on standard output.
call() {
    if [ -n "$profile" ]; then
        aws --profile "$profile" --region "$region" --output json "$@" </dev/null
    else
        aws --region "$region" --output json "$@" </dev/null
    fi
}

# failed SERVICE OPERATION: what the call said is in $work/error.
failed() {
    if grep -qE 'AccessDenied|UnauthorizedOperation|not authorized|AuthorizationError|OptInRequired|SubscriptionRequired' \
        "$work/error"; then
        why="not allowed"
    else
        why=$(tr '\n' ' ' <"$work/error")
    fi
    action=$(printf '%s' "$2" | awk -F- '{ for (i = 1; i <= NF; i++) printf "%s%s", toupper(substr($i, 1, 1)), substr($i, 2) }')
    printf '%s: %s:%s: %s\n' "${place#"$folder"/}" "$1" "$action" "$why" >>"$work/missing"
}

# keep NAME SERVICE OPERATION ARGUMENT...: one call, one file.
keep() {
    name=$1
    shift
    if call "$@" >"$work/output" 2>"$work/error"; then
        if [ -s "$work/output" ]; then
            cp "$work/output" "$place/$name.json"
        fi
    else
        failed "$1" "$2"
    fi
}

# keep_of KEY ID NAME SERVICE OPERATION ARGUMENT...: the same, with "KEY": "ID" as the first key.
keep_of() {
    key=$1
    id=$2
    name=$3
    shift 3
    if call "$@" >"$work/output" 2>"$work/error"; then
        if grep -q '"' "$work/output"; then
            {
                printf '{ "%s": "%s",' "$key" "$id"
                sed '1s/^[[:space:]]*{//' "$work/output"
            } >"$place/$name.json"
        else
            printf '{ "%s": "%s" }\n' "$key" "$id" >"$place/$name.json"
        fi
    else
        failed "$1" "$2"
    fi
}

# ids QUERY SERVICE OPERATION ARGUMENT...: one a line.
ids() {
    query=$1
    shift
    if call "$@" --query "$query" --output text >"$work/ids" 2>"$work/error"; then
        tr '\t' '\n' <"$work/ids" | sed '/^$/d; /^None$/d'
    else
        failed "$1" "$2"
    fi
}

# A name of a file for an ARN: what follows its account, without slashes.
short() {
    printf '%s' "$1" | sed 's/^arn:[^:]*:[^:]*:[^:]*:[^:]*://' | tr '/:' '__'
}

gather_ec2() {
    for what in vpcs subnets route-tables network-acls security-groups instances network-interfaces \
        internet-gateways egress-only-internet-gateways nat-gateways vpc-endpoints \
        vpc-peering-connections addresses availability-zones prefix-lists managed-prefix-lists \
        vpn-gateways vpn-connections customer-gateways transit-gateways \
        transit-gateway-route-tables transit-gateway-attachments transit-gateway-vpc-attachments \
        transit-gateway-peering-attachments transit-gateway-connects \
        transit-gateway-connect-peers transit-gateway-policy-tables \
        vpc-endpoint-service-configurations vpc-block-public-access-options \
        vpc-block-public-access-exclusions carrier-gateways; do
        keep "ec2-$what" ec2 "describe-$what"
    done
    for id in $(ids 'PrefixLists[].PrefixListId' ec2 describe-managed-prefix-lists); do
        keep_of PrefixListId "$id" "ec2-prefix-list-entries.$id" \
            ec2 get-managed-prefix-list-entries --prefix-list-id "$id"
    done
    for id in $(ids 'TransitGatewayRouteTables[].TransitGatewayRouteTableId' \
        ec2 describe-transit-gateway-route-tables); do
        keep_of TransitGatewayRouteTableId "$id" "ec2-transit-gateway-propagations.$id" \
            ec2 get-transit-gateway-route-table-propagations \
            --transit-gateway-route-table-id "$id"
        keep_of TransitGatewayRouteTableId "$id" "ec2-transit-gateway-routes.$id" \
            ec2 search-transit-gateway-routes --transit-gateway-route-table-id "$id" \
            --filters Name=type,Values=static,propagated
    done
}

gather_balancers() {
    keep elbv2-load-balancers elbv2 describe-load-balancers
    keep elbv2-target-groups elbv2 describe-target-groups
    keep elb-load-balancers elb describe-load-balancers
    for name in $(ids 'LoadBalancerDescriptions[].LoadBalancerName' elb describe-load-balancers); do
        keep_of LoadBalancerName "$name" "elb-attributes.$name" \
            elb describe-load-balancer-attributes --load-balancer-name "$name"
        keep_of LoadBalancerName "$name" "elb-health.$name" \
            elb describe-instance-health --load-balancer-name "$name"
    done
    for arn in $(ids 'LoadBalancers[].LoadBalancerArn' elbv2 describe-load-balancers); do
        keep_of LoadBalancerArn "$arn" "elbv2-attributes.$(short "$arn")" \
            elbv2 describe-load-balancer-attributes --load-balancer-arn "$arn"
        keep_of LoadBalancerArn "$arn" "elbv2-listeners.$(short "$arn")" \
            elbv2 describe-listeners --load-balancer-arn "$arn"
        keep "elbv2-tags.$(short "$arn")" elbv2 describe-tags --resource-arns "$arn"
        for listener in $(ids 'Listeners[].ListenerArn' \
            elbv2 describe-listeners --load-balancer-arn "$arn"); do
            keep "elbv2-rules.$(short "$listener")" elbv2 describe-rules --listener-arn "$listener"
        done
    done
    for arn in $(ids 'TargetGroups[].TargetGroupArn' elbv2 describe-target-groups); do
        keep_of TargetGroupArn "$arn" "elbv2-target-group-attributes.$(short "$arn")" \
            elbv2 describe-target-group-attributes --target-group-arn "$arn"
        keep_of TargetGroupArn "$arn" "elbv2-target-health.$(short "$arn")" \
            elbv2 describe-target-health --target-group-arn "$arn"
    done
}

gather_firewalls() {
    for arn in $(ids 'Firewalls[].FirewallArn' network-firewall list-firewalls); do
        keep "network-firewall.$(short "$arn")" \
            network-firewall describe-firewall --firewall-arn "$arn"
    done
    for arn in $(ids 'FirewallPolicies[].Arn' network-firewall list-firewall-policies); do
        keep "network-firewall-policy.$(short "$arn")" \
            network-firewall describe-firewall-policy --firewall-policy-arn "$arn"
    done
    for arn in $(ids 'RuleGroups[].Arn' network-firewall list-rule-groups); do
        keep "network-firewall-rules.$(short "$arn")" \
            network-firewall describe-rule-group --rule-group-arn "$arn"
    done
}

gather_managed() {
    keep rds-instances rds describe-db-instances
    keep rds-clusters rds describe-db-clusters
    keep elasticache-clusters elasticache describe-cache-clusters --show-cache-node-info
    keep elasticache-groups elasticache describe-replication-groups
    keep elasticache-subnet-groups elasticache describe-cache-subnet-groups
    for name in $(ids 'clusters[]' eks list-clusters); do
        keep "eks-cluster.$name" eks describe-cluster --name "$name"
    done
    keep efs-file-systems efs describe-file-systems
    for id in $(ids 'FileSystems[].FileSystemId' efs describe-file-systems); do
        keep "efs-mount-targets.$id" efs describe-mount-targets --file-system-id "$id"
    done
}

gather_direct_connect() {
    keep directconnect-connections directconnect describe-connections
    keep directconnect-lags directconnect describe-lags
    keep directconnect-virtual-interfaces directconnect describe-virtual-interfaces
    keep directconnect-gateways directconnect describe-direct-connect-gateways
    for id in $(ids 'directConnectGateways[].directConnectGatewayId' \
        directconnect describe-direct-connect-gateways); do
        keep "directconnect-associations.$id" directconnect \
            describe-direct-connect-gateway-associations --direct-connect-gateway-id "$id"
        keep_of directConnectGatewayId "$id" "directconnect-attachments.$id" directconnect \
            describe-direct-connect-gateway-attachments --direct-connect-gateway-id "$id"
    done
}

# What a list of attachments and peerings does not say of each.
gather_attached() {
    for one in $(ids 'Attachments[?AttachmentType==`VPC`].AttachmentId' \
        networkmanager list-attachments --core-network-id "$1"); do
        keep "networkmanager-vpc.$one" networkmanager get-vpc-attachment --attachment-id "$one"
    done
    for one in $(ids 'Attachments[?AttachmentType==`SITE_TO_SITE_VPN`].AttachmentId' \
        networkmanager list-attachments --core-network-id "$1"); do
        keep "networkmanager-vpn.$one" \
            networkmanager get-site-to-site-vpn-attachment --attachment-id "$one"
    done
    for one in $(ids 'Attachments[?AttachmentType==`TRANSIT_GATEWAY_ROUTE_TABLE`].AttachmentId' \
        networkmanager list-attachments --core-network-id "$1"); do
        keep "networkmanager-table.$one" \
            networkmanager get-transit-gateway-route-table-attachment --attachment-id "$one"
    done
    for one in $(ids 'Attachments[?AttachmentType==`DIRECT_CONNECT_GATEWAY`].AttachmentId' \
        networkmanager list-attachments --core-network-id "$1"); do
        keep "networkmanager-direct-connect.$one" \
            networkmanager get-direct-connect-gateway-attachment --attachment-id "$one"
    done
    for one in $(ids 'Attachments[?AttachmentType==`CONNECT`].AttachmentId' \
        networkmanager list-attachments --core-network-id "$1"); do
        keep "networkmanager-connect.$one" \
            networkmanager get-connect-attachment --attachment-id "$one"
    done
    for one in $(ids 'Peerings[].PeeringId' \
        networkmanager list-peerings --core-network-id "$1"); do
        keep "networkmanager-peering.$one" \
            networkmanager get-transit-gateway-peering --peering-id "$one"
    done
}

# The routes of each segment of a core network at each of its edges.
gather_core_routes() {
    global=$(ids CoreNetwork.GlobalNetworkId networkmanager get-core-network --core-network-id "$1")
    for segment in $(ids 'CoreNetwork.Segments[].Name' \
        networkmanager get-core-network --core-network-id "$1"); do
        for edge in $(ids "CoreNetwork.Segments[?Name=='$segment'].EdgeLocations[]" \
            networkmanager get-core-network --core-network-id "$1"); do
            at="CoreNetworkId=$1,SegmentName=$segment,EdgeLocation=$edge"
            keep "networkmanager-routes.$1.$segment.$edge" \
                networkmanager get-network-routes --global-network-id "$global" \
                --route-table-identifier "CoreNetworkSegmentEdge={$at}"
        done
    done
}

# What belongs to no region is asked for in us-west-2.
gather_global() {
    region=us-west-2
    place=$folder/$account/$region
    mkdir -p "$place" || exit 2
    for id in $(ids 'CoreNetworks[].CoreNetworkId' networkmanager list-core-networks); do
        keep "networkmanager-core.$id" networkmanager get-core-network --core-network-id "$id"
        keep "networkmanager-policy.$id" \
            networkmanager get-core-network-policy --core-network-id "$id" --alias LIVE
        keep "networkmanager-attachments.$id" \
            networkmanager list-attachments --core-network-id "$id"
        keep "networkmanager-peerings.$id" networkmanager list-peerings --core-network-id "$id"
        gather_attached "$id"
        gather_core_routes "$id"
    done
    keep networkmanager-labels networkmanager list-attachment-routing-policy-associations
    keep globalaccelerator-accelerators globalaccelerator list-accelerators
    for arn in $(ids 'Accelerators[].AcceleratorArn' globalaccelerator list-accelerators); do
        keep "globalaccelerator-listeners.$(short "$arn")" \
            globalaccelerator list-listeners --accelerator-arn "$arn"
        for listener in $(ids 'Listeners[].ListenerArn' \
            globalaccelerator list-listeners --accelerator-arn "$arn"); do
            keep "globalaccelerator-groups.$(short "$listener")" \
                globalaccelerator list-endpoint-groups --listener-arn "$listener"
        done
    done
}

gather_account() {
    region=${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}
    place=$folder/${profile:-account}
    account=$(ids Account sts get-caller-identity)
    if [ -z "$account" ]; then
        return
    fi
    place=$folder/$account
    wanted=$regions
    if [ -z "$wanted" ]; then
        wanted=$(ids 'Regions[].RegionName' ec2 describe-regions)
    fi
    for region in $wanted; do
        echo "account $account, region $region" >&2
        place=$folder/$account/$region
        mkdir -p "$place" || exit 2
        gather_ec2
        gather_balancers
        gather_firewalls
        gather_managed
        gather_direct_connect
    done
    gather_global
}

if [ -z "$profiles" ]; then
    gather_account
else
    for profile in $profiles; do
        gather_account
    done
fi
if [ -s "$work/missing" ]; then
    echo "collect-aws.sh: these calls gave nothing:" >&2
    sort -u "$work/missing" >&2
    exit 1
fi
