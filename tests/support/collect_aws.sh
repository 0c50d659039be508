#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# examples/collect-aws.sh against a command line that plays AWS: what it gathers loads, what it may
# not see is named, and it asks for nothing that changes anything.
#
#   collect_aws.sh DEMARC COLLECT
set -eu
demarc=$1
collect=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
cat >"$work/bin/aws" <<'STUB'
#!/bin/sh
query=
service=
operation=
while [ $# -gt 0 ]; do
    case $1 in
    --profile | --region | --output) shift ;;
    --query) query=$2; shift ;;
    *)
        if [ -z "$service" ]; then
            service=$1
        elif [ -z "$operation" ]; then
            operation=$1
        fi
        ;;
    esac
    shift
done
echo "$service $operation" >>"$STUB_LOG"
case "$service $operation $query" in
"sts get-caller-identity Account") echo 123456789012 ;;
"ec2 describe-regions Regions[].RegionName") printf 'eu-west-1\teu-central-1\n' ;;
"ec2 describe-vpn-gateways "*)
    echo "An error occurred (UnauthorizedOperation) when calling the operation" >&2
    exit 254
    ;;
"ec2 describe-transit-gateway-route-tables T"*) printf 'tgw-rtb-1\ttgw-rtb-2\n' ;;
"elbv2 describe-load-balancers L"*)
    echo arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/web/1 ;;
"elbv2 describe-target-groups T"*)
    echo arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1 ;;
"ec2 describe-managed-prefix-lists P"*) echo pl-1 ;;
*" "*" ?"*) echo None ;;
"ec2 describe-vpcs ") cat <<'JSON'
{
    "Vpcs": [
        { "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "State": "available" }
    ]
}
JSON
    ;;
"ec2 describe-managed-prefix-lists ")
    echo '{ "PrefixLists": [ { "PrefixListId": "pl-1", "PrefixListName": "ours" } ] }' ;;
"ec2 get-managed-prefix-list-entries ") echo '{ "Entries": [ { "Cidr": "10.9.0.0/16" } ] }' ;;
"ec2 describe-transit-gateways ") cat <<'JSON'
{ "TransitGateways": [ { "TransitGatewayId": "tgw-1", "State": "available" } ] }
JSON
    ;;
"ec2 describe-transit-gateway-route-tables ") cat <<'JSON'
{ "TransitGatewayRouteTables": [
    { "TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available" },
    { "TransitGatewayRouteTableId": "tgw-rtb-2", "TransitGatewayId": "tgw-1", "State": "available" }
] }
JSON
    ;;
"ec2 search-transit-gateway-routes ") cat <<'JSON'
{
    "Routes": [
        { "DestinationCidrBlock": "10.8.0.0/16", "Type": "static", "State": "blackhole" }
    ],
    "AdditionalRoutesAvailable": false
}
JSON
    ;;
"ec2 get-transit-gateway-route-table-propagations ")
    echo '{ "TransitGatewayRouteTablePropagations": [] }' ;;
"elbv2 describe-load-balancers ") cat <<'JSON'
{ "LoadBalancers": [ { "Type": "network", "VpcId": "vpc-1", "State": { "Code": "active" },
    "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/web/1" } ] }
JSON
    ;;
"elbv2 describe-load-balancer-attributes ")
    echo '{ "Attributes": [ { "Key": "load_balancing.cross_zone.enabled", "Value": "true" } ] }' ;;
"elbv2 describe-tags ") cat <<'JSON'
{ "TagDescriptions": [ { "Tags": [ { "Key": "elbv2.k8s.aws/cluster", "Value": "core" } ],
    "ResourceArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/web/1" } ] }
JSON
    ;;
"elbv2 describe-listeners ") echo '{ "Listeners": [] }' ;;
"elbv2 describe-target-groups ") cat <<'JSON'
{ "TargetGroups": [ { "TargetType": "ip", "Protocol": "TCP", "Port": 80, "VpcId": "vpc-1",
    "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1" } ] }
JSON
    ;;
"elbv2 describe-target-group-attributes ") echo '{ "Attributes": [] }' ;;
"elbv2 describe-target-health ") cat <<'JSON'
{
    "TargetHealthDescriptions": [
        { "Target": { "Id": "10.0.1.5", "Port": 80 }, "TargetHealth": { "State": "healthy" } }
    ]
}
JSON
    ;;
*) ;;
esac
STUB
chmod +x "$work/bin/aws"

fail() {
    echo "$*" >&2
    cat "$work/said" "$work/model" >&2 2>/dev/null || true
    exit 1
}

STUB_LOG=$work/log
export STUB_LOG
PATH=$work/bin:$PATH
export PATH
status=0
sh "$collect" "$work/out" -r eu-west-1 2>"$work/said" || status=$?
[ "$status" -eq 1 ] || fail "a call was refused, and the status is $status"
grep -q 'eu-west-1: ec2:DescribeVpnGateways: not allowed' "$work/said" ||
    fail "the permission that is missing is not named"
if grep -vE ' (describe|get|list|search)-[a-z-]+$' "$work/log"; then
    fail "it asks for more than to see"
fi
[ -f "$work/out/123456789012/eu-west-1/ec2-vpcs.json" ] || fail "no file of VPCs"
[ ! -d "$work/out/123456789012/eu-central-1" ] || fail "a region that was not asked for"

"$demarc" dump model "aws:$work/out" >"$work/model" 2>>"$work/said" || fail "it does not load"
for line in '^vpc vpc-1 ' '^transit-gateway-route-table tgw-rtb-2 ' '^load-balancer net/web/1 ' '^target-group web/1 ' \
    '10.8.0.0/16' '10.0.1.5' '10.9.0.0/16'; do
    grep -qE "$line" "$work/model" || fail "the model has no $line"
done
if grep -E '^unknown ' "$work/model"; then
    fail "something of it is unknown"
fi

# Several inputs are one network: an object that two of them show is one, and must be the same.
mkdir "$work/eu-west-1"
cp "$work/out/123456789012/eu-west-1/ec2-vpcs.json" "$work/eu-west-1/same.json"
"$demarc" dump model "aws:$work/out" "aws:$work/eu-west-1" >"$work/model" 2>"$work/said" ||
    fail "two inputs that say the same do not load"
[ "$(grep -c '^vpc vpc-1 ' "$work/model")" -eq 1 ] || fail "one VPC became two"
sed 's/10.0.0.0/10.7.0.0/' "$work/eu-west-1/same.json" >"$work/eu-west-1/other.json"
status=0
"$demarc" dump model "aws:$work/out" "aws:$work/eu-west-1/other.json" >"$work/model" \
    2>"$work/said" || status=$?
[ "$status" -eq 2 ] || fail "two inputs that contradict each other load"
for word in 'contradict each other' 'eu-west-1/other.json:3' 'eu-west-1/ec2-vpcs.json:3'; do
    grep -q "$word" "$work/said" || fail "not both places are named: $word"
done

sh "$collect" "$work/all" -p one -p two 2>"$work/said" || true
[ -f "$work/all/123456789012/eu-central-1/ec2-vpcs.json" ] || fail "not all regions are gathered"
status=0
sh "$collect" 2>/dev/null || status=$?
[ "$status" -eq 2 ] || fail "no folder, and the status is $status"
