/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of each field of describe output: one table.
 *
 * A field is read somewhere in this folder, and kept; or it cannot carry, stop or turn a packet,
 * and is dropped as it is read, so that what is held of an input is what the network needs; or it
 * is in neither list, and then it is not understood: its name and place are kept, it is named where
 * it stands, and what meets the object it stands in is unknown.  What is dropped says nothing of
 * the way of packets: times, disks, images, DNS, certificates, names of keys.
 *
 * A field is known by its name alone, whatever stands around it: AWS gives one name one meaning in
 * all shapes that are read here, but for words (State, Type) that are read everywhere.  The lists
 * are those of the describe calls' shapes as AWS documents them, sorted by byte.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

/* Kept with all in them: documents of their own. */
static const char *const whole[] = {
    "CoreNetworkPolicy", "FirewallPolicy", "PolicyDocument", "RuleGroup", "SyncStates",
};

/* Several words a line: there are many. */
/* clang-format off */
static const char *const kept[] = {
    "ARN", "AcceleratorArn", "Accelerators", "AcceptanceRequired", "AcceptedRouteCount",
    "AccepterTgwInfo", "AccepterVpcInfo", "Action", "ActionDefinition", "ActionName", "Actions",
    "AdditionalRoutesAvailable", "Address", "AddressDefinition", "Addresses",
    "AdministrativeOverride", "Alias", "AllocationId", "AmazonProvidedIpv6CidrBlock",
    "AmazonSideAsn", "AnalysisDetail", "AnalysisResults", "AppCookieStickinessPolicies",
    "ApplianceModeSupport", "Architecture", "Asn", "AssociatedRoutingPolicies", "Association",
    "AssociationDefaultRouteTableId", "AssociationId", "AssociationState", "Associations",
    "Attachment", "AttachmentId", "AttachmentPolicyRuleNumber", "AttachmentType", "Attachments",
    "Attributes", "AutoProvisionZones", "AutoScalingIps", "AvailabilityMode", "AvailabilityZone",
    "AvailabilityZoneChangeProtection", "AvailabilityZoneId", "AvailabilityZoneIds",
    "AvailabilityZoneMappings", "AvailabilityZones", "AvailableCIDRCount",
    "AvailableIpAddressCount", "AwsAccountId",
    "AwsRegion", "BackendServerDescriptions", "BaseEndpointDnsNames", "BgpAsn", "BgpAsnExtended",
    "BgpConfigurations", "BgpLogEnabled", "BgpLogGroupArn", "BgpLogOutputFormat", "BgpStatus",
    "Blackhole", "BlockPublicAccessStates", "CIDRs", "CacheClusterId", "CacheClusterStatus",
    "CacheNodeId", "CacheNodeStatus", "CacheNodeType", "CacheNodes", "CacheSubnetGroupName",
    "CacheSubnetGroups", "CanonicalHostedZoneName", "CanonicalHostedZoneNameID", "Capacity",
    "CapacityUsageSummary", "CarrierGatewayId", "CarrierGateways", "Category", "CertificateArn",
    "Certificates",
    "ChangeSetState", "Cidr", "CidrBlock", "CidrBlockAssociationSet", "CidrBlockSet",
    "CidrBlockState", "CidrIp", "CidrIpv6", "Cidrs", "ClientAffinity",
    "ClientIPPreservationEnabled", "CloudWatchLogOptions", "ClusterEnabled", "Code",
    "Conditions", "Config", "ConfigurationEndpoint", "ConfigurationSyncStateSummary",
    "ConnectAttachment", "ConnectPeerConfiguration", "ConnectivityType", "ConsumedCapacity",
    "ConsumedStatefulDomainCapacity", "ConsumedStatefulRuleCapacity",
    "ConsumedStatelessRuleCapacity", "CookieExpirationPeriod", "CookieName", "CoreNetwork",
    "CoreNetworkArn", "CoreNetworkAttachmentArn", "CoreNetworkAttachmentId", "CoreNetworkId",
    "CoreNetworkSegmentEdge", "CoreNetworks", "CreatedAt", "CreatedTime", "CreationTime",
    "CreationTimestamp", "CrossZoneLoadBalancing", "CustomActions", "CustomEndpoints",
    "CustomerAvailabilityZone", "CustomerGatewayConfiguration", "CustomerGatewayId",
    "CustomerGateways", "DBClusterArn", "DBClusterIdentifier", "DBClusterMembers",
    "DBInstanceArn", "DBInstanceIdentifier", "DBInstanceStatus", "DBSubnetGroup",
    "DBSubnetGroupName", "DBSubnetGroups", "DNSName", "DbInstancePort", "DeepThreatInspection",
    "DefaultActions", "DefaultRouteTableAssociation", "DefaultRouteTablePropagation",
    "Definition", "DeleteProtection", "DeletionTimestamp", "DenyAllIgwTraffic", "Description",
    "Destination", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPort",
    "DestinationPortRange", "DestinationPorts", "DestinationPrefixListId", "Destinations",
    "DeviceIndex", "DeviceName", "Dimensions", "DirectConnectGatewayArn", "Direction",
    "DnsEntries", "DnsName", "DnsSupport", "DpdTimeoutAction", "DpdTimeoutSeconds",
    "DualStackDnsName", "EdgeLocation", "EdgeLocations", "Edges", "Egress",
    "EgressOnlyInternetGatewayId", "EgressOnlyInternetGateways", "EnableAcceleration",
    "EnableTLSSessionHolding", "EnableTunnelLifecycleControl", "Enabled", "EnabledAnalysisTypes",
    "EncryptionConfiguration", "Endpoint", "EndpointDescriptions", "EndpointGroupArn",
    "EndpointGroupRegion", "EndpointGroups", "EndpointId", "EndpointPort", "Engine", "Entries",
    "ErrorCode", "Events", "ExclusionId", "ExclusionsAllowed", "Field", "Firewall",
    "FirewallArn", "FirewallId", "FirewallName", "FirewallPolicyArn",
    "FirewallPolicyChangeProtection", "FirewallPolicyId", "FirewallPolicyName",
    "FirewallPolicyResponse", "FirewallPolicyStatus", "FirewallStatus", "Firewalls", "Flags",
    "FlowTimeouts", "ForwardConfig", "From", "FromPort", "GatewayAssociationState", "GatewayId",
    "GatewayLoadBalancerArns", "GeneratedRulesType", "GlobalNetworkId", "GroupId", "GroupName",
    "GroupOwnerId", "Groups", "Header", "HealthCheck", "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath", "HealthCheckPort", "HealthCheckProtocol", "HealthReason", "HealthState",
    "HealthyThreshold", "HostHeaderConfig", "HttpCode", "HttpHeaderConfig",
    "HttpRequestMethodConfig",
    "IPAddressType", "IPSetReferences", "IPSets", "IcmpTypeCode", "Id", "IdentifiedRuleIds",
    "IdentifiedType", "IkeVersions", "InsideCidrBlocks", "InstanceId", "InstancePort",
    "InstanceProtocol", "InstanceStates", "InstanceType", "Instances", "InterfaceType",
    "InternetGatewayBlockMode", "InternetGatewayExclusionMode", "InternetGatewayId",
    "InternetGateways", "Interval", "IpAddress", "IpAddressFamily", "IpAddressType",
    "IpAddresses", "IpFamily", "IpOwnerId", "IpPermissions", "IpPermissionsEgress", "IpPrefixes",
    "IpProtocol", "IpRanges", "IpSets", "Ipv4Prefix", "Ipv4Prefixes", "Ipv6Address",
    "Ipv6Addresses", "Ipv6CidrBlock", "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockSet",
    "Ipv6CidrBlockState", "Ipv6Native", "Ipv6Prefix", "Ipv6Prefixes", "Ipv6Ranges",
    "Ipv6Support", "IsDefault", "IsPrimary", "IsPrimaryIpv6", "Key", "KeyId", "Keyword",
    "LBCookieStickinessPolicies", "LastModificationErrors", "LastModifiedTime",
    "LastStatusChange", "LastUpdateTimestamp", "Listener", "ListenerArn", "ListenerDescriptions",
    "ListenerEndpoint", "ListenerPort", "Listeners", "LoadBalancerAddresses", "LoadBalancerArn",
    "LoadBalancerAttributes", "LoadBalancerDescriptions", "LoadBalancerName", "LoadBalancerPort",
    "LoadBalancers", "LocalGatewayId", "LocalIpv4NetworkCidr", "LocalIpv6NetworkCidr",
    "LogEnabled", "LogGroupArn", "LogOptions", "LogOutputFormat", "Main", "ManagedBy",
    "ManagesVpcEndpoints", "MapPublicIpOnLaunch", "Masks", "MatchAttributes", "Matcher",
    "MemberClusters",
    "Message", "MetaData", "MetaDataKey", "MetaDataValue", "MissingPermission",
    "MissingPermissionsContext", "Mode", "MountTargetId", "MultiAZ", "MutualAuthentication",
    "Name", "NatGatewayAddresses",
    "NatGatewayId", "NatGateways", "NetworkAclId", "NetworkAcls", "NetworkBorderGroup",
    "NetworkFunctionGroupName", "NetworkFunctionGroups", "NetworkInterfaceId",
    "NetworkInterfaceIds", "NetworkInterfaces", "NetworkLoadBalancerArns", "NetworkRoutes",
    "NetworkType", "NextMarker", "NextToken", "NodeGroupId", "NodeGroupMembers", "NodeGroups",
    "NumCacheNodes", "NumberOfAssociations", "OdbNetworkArn", "Options", "Order", "Origin",
    "OtherPolicies", "OutsideIpAddress", "OutsideIpAddressType", "Override", "OwnerAccountId",
    "OwnerAlias", "OwnerId", "Path", "PathPatternConfig", "PayerResponsibility", "PeerAddress",
    "PeerAsn", "Peering", "PeeringId", "PeeringOptions", "PeeringStatus", "PeeringType",
    "Peerings", "PendingRoutingPolicies", "Phase1DHGroupNumbers", "Phase1EncryptionAlgorithms",
    "Phase1IntegrityAlgorithms", "Phase1LifetimeSeconds", "Phase2DHGroupNumbers",
    "Phase2EncryptionAlgorithms", "Phase2IntegrityAlgorithms", "Phase2LifetimeSeconds",
    "Placement", "Platform", "Policies", "PolicyErrors", "PolicyName", "PolicyNames", "PolicyRule",
    "PolicyRuleNumber", "PolicyVariables", "PolicyVersionId", "Port", "PortOverrides",
    "PortRange", "PortRanges", "PortSets", "PreSharedKey", "PreSharedKeyArn",
    "PreferredAvailabilityZone", "PrefixListId", "PrefixListIds", "PrefixListName",
    "PrefixListOwnerId", "PrefixLists", "Primary", "PrimaryEndpoint", "Priority",
    "PrivateDnsEnabled", "PrivateDnsName", "PrivateDnsNameConfiguration", "PrivateIp",
    "PrivateIpAddress", "PrivateIpAddressConfigs", "PrivateIpAddresses", "PropagatingVgws",
    "PropagationDefaultRouteTableId", "ProposedNetworkFunctionGroupChange",
    "ProposedSegmentChange", "Protocol", "ProtocolVersion", "Protocols", "PublicDnsName",
    "PublicIp", "PubliclyAccessible", "PublishMetricAction", "QueryStringConfig", "ReadEndpoint",
    "ReaderEndpoint", "Reason", "ReasonCode", "ReferenceArn", "ReferenceSets", "Region",
    "RekeyFuzzPercentage", "RekeyMarginTimeSeconds", "RemoteAccessEnabled",
    "RemoteIpv4NetworkCidr", "RemoteIpv6NetworkCidr", "ReplayWindowSize", "ReplicationGroupId",
    "RequestId", "RequesterManaged", "RequesterTgwInfo", "RequesterVpcInfo", "Reservations",
    "ResolvedCIDRCount", "ResourceArn", "ResourceId", "ResourceOwnerId", "ResourceType",
    "RouteTableArn", "RouteTableId", "RouteTableTimestamp", "RouteTableType", "RouteTables",
    "Routes", "RoutingPolicyLabel", "RuleAction", "RuleArn", "RuleDefinition", "RuleGroupArn",
    "RuleGroupId", "RuleGroupName", "RuleGroupResponse", "RuleGroupStatus", "RuleNumber",
    "RuleOptions", "RuleOrder", "RuleVariables", "Rules", "RulesSource", "RulesSourceList",
    "RulesString", "SSLCertificateId", "Scheme", "SecondaryAvailabilityZone", "SecurityGroupId",
    "SecurityGroupReferencingSupport", "SecurityGroupVpcAssociations", "SecurityGroups",
    "SegmentName", "Segments", "SendTo", "SendVia", "ServiceConfigurations", "ServiceId",
    "ServiceManaged", "ServiceName", "ServiceRegion", "ServiceState", "ServiceType", "Settings",
    "SharedSegments", "SiteToSiteVpnAttachment", "SnsTopic", "Source", "SourceArn",
    "SourceCidrBlock", "SourceDestCheck", "SourceIpConfig", "SourceMetadata", "SourcePort",
    "SourcePortRange", "SourcePorts", "SourceSecurityGroup", "SourceUpdateToken", "Sources",
    "StartupAction", "State", "StateReason", "StatefulDefaultActions", "StatefulEngineOptions",
    "StatefulRuleGroupReferences", "StatefulRuleOptions", "StatefulRules",
    "StatelessCustomActions", "StatelessDefaultActions", "StatelessFragmentDefaultActions",
    "StatelessRuleGroupReferences", "StatelessRules", "StatelessRulesAndCustomActions",
    "StaticRoutesOnly", "Status", "StatusMessage", "StreamExceptionPolicy", "SubnetArn",
    "SubnetArns", "SubnetAvailabilityZone", "SubnetChangeProtection", "SubnetId",
    "SubnetIdentifier", "SubnetIds", "SubnetMappings", "SubnetStatus", "Subnets",
    "SummaryConfiguration", "SupportedIpAddressTypes", "SupportedRegions", "SyncStatus",
    "TCPFlags", "TLSInspectionConfigurationArn", "TagDescriptions", "TagSet", "Tags",
    "Target", "TargetGroupArn",
    "TargetGroups", "TargetHealth", "TargetHealthDescriptions", "TargetRouteTableId",
    "TargetType", "TargetTypes", "Targets", "TcpEstablishedTimeout", "TcpIdleTimeoutSeconds",
    "ThresholdCount", "Timeout", "Timestamp", "To", "ToPort", "TrafficDialPercentage",
    "TransitGatewayAddress", "TransitGatewayArn", "TransitGatewayAsn",
    "TransitGatewayAttachment", "TransitGatewayAttachmentId", "TransitGatewayAttachmentStatus",
    "TransitGatewayAttachmentSyncState", "TransitGatewayAttachments", "TransitGatewayCidrBlocks",
    "TransitGatewayConnectPeerId", "TransitGatewayConnectPeers", "TransitGatewayConnects",
    "TransitGatewayId", "TransitGatewayOwnerAccountId", "TransitGatewayOwnerId",
    "TransitGatewayPeering", "TransitGatewayPeeringAttachmentId",
    "TransitGatewayPeeringAttachments", "TransitGatewayPolicyTableEntries",
    "TransitGatewayPolicyTableId", "TransitGatewayPolicyTables",
    "TransitGatewayPrefixListReferences", "TransitGatewayRouteTableArn",
    "TransitGatewayRouteTableAttachment", "TransitGatewayRouteTableId",
    "TransitGatewayRouteTablePropagations", "TransitGatewayRouteTables",
    "TransitGatewayVpcAttachments", "TransitGateways", "TransportAttachmentId",
    "TransportTransitGatewayAttachmentId", "TunnelBandwidth", "TunnelInsideCidr",
    "TunnelInsideIpVersion", "TunnelInsideIpv6Cidr", "TunnelOptions", "Type",
    "UnhealthyThreshold", "UpdateToken", "UpdatedAt", "UserId", "UserIdGroupPairs",
    "UtilizedCIDRCount", "VPCId", "Value", "Values", "VgwTelemetry", "VpcAttachment",
    "VpcAttachments", "VpcBlockPublicAccessExclusions", "VpcBlockPublicAccessOptions",
    "VpcEndpointId", "VpcEndpointType", "VpcEndpoints", "VpcId", "VpcOwnerId",
    "VpcPeeringConnectionId", "VpcPeeringConnections", "VpcSecurityGroupId", "VpcSecurityGroups",
    "Vpcs", "VpnConcentratorId", "VpnConnectionArn", "VpnConnectionId", "VpnConnections",
    "VpnEcmpSupport", "VpnGatewayId", "VpnGateways", "Weight", "ZoneId", "ZoneName",
    "addressFamily", "allowedPrefixesToDirectConnectGateway", "allowsHostedConnections",
    "amazonAddress", "amazonSideAsn", "asn", "asnLong", "associatedCoreNetwork",
    "associatedGateway", "associationId", "associationState", "attachmentId", "attachmentState",
    "attachmentType", "authKey", "awsDevice", "awsDeviceV2", "awsLogicalDeviceId", "bandwidth",
    "bgpPeerId", "bgpPeerState", "bgpPeers", "bgpStatus", "cidr", "ckn", "connectionId",
    "connectionName", "connectionState", "connections", "connectionsBandwidth",
    "customerAddress", "customerRouterConfig", "directConnectGatewayAssociations",
    "directConnectGatewayAttachments", "directConnectGatewayId", "directConnectGatewayName",
    "directConnectGatewayOwnerAccount", "directConnectGatewayState", "directConnectGateways",
    "encryptionMode", "endpointPrivateAccess", "endpointPublicAccess", "hasLogicalRedundancy",
    "id", "instances", "internet_gateways",
    "jumboFrameCapable", "key", "kubernetesNetworkConfig", "lagId", "lagName", "lagState",
    "loaIssueTime", "location",
    "macSecCapable", "macSecKeys", "minimumLinks", "mtu", "name", "network_acls", "nextToken",
    "numberOfConnections", "ownerAccount", "partnerInterconnectMacSecCapable", "partnerName",
    "portEncryptionStatus", "providerName", "publicAccessCidrs", "region", "resourcesVpcConfig",
    "routeFilterPrefixes", "secretARN",
    "security_groups", "serviceIpv4Cidr", "siteLinkEnabled", "startOn", "state",
    "stateChangeError", "subnets",
    "tags", "type", "value", "virtualGatewayId", "virtualGatewayOwnerAccount",
    "virtualGatewayRegion", "virtualInterfaceId", "virtualInterfaceName",
    "virtualInterfaceOwnerAccount", "virtualInterfaceRegion", "virtualInterfaceState",
    "virtualInterfaceType", "virtualInterfaces", "vlan", "vpcId", "vpcs",
};

static const char *const dropped[] = {
    "AccepterTransitGatewayAttachmentId", "AccessLog", "AdditionalAttributes",
    "AdditionalClaims", "AddressFamily", "AdvertiseTrustStoreCaNames", "Affinity",
    "AllowDnsResolutionFromRemoteVpc", "AllowEgressFromLocalClassicLinkToRemoteVpc",
    "AllowEgressFromLocalVpcToRemoteClassicLink", "AlpnPolicy", "AmdSevSnp", "AmiLaunchIndex",
    "AnomalyDetection", "ApplianceArn", "Arn", "AssignIpv6AddressOnCreation",
    "AssociatedResource", "AttachTime", "AttachmentState", "AuthenticateCognitoConfig",
    "AuthenticateOidcConfig", "AuthenticationRequestExtraParams", "AuthorizationEndpoint",
    "AutoAcceptSharedAttachments", "AutoRecovery",
    "BandwidthWeighting", "BlockDeviceMappings", "BootMode", "CanonicalHostedZoneId",
    "CapacityBlockId", "CapacityReservationId", "CapacityReservationPreference",
    "CapacityReservationResourceGroupArn", "CapacityReservationSpecification",
    "CapacityReservationTarget", "ClientId", "ClientSecret", "ClientToken",
    "Configured", "ConnectionDraining", "ConnectionSettings", "ConnectionTrackingConfiguration",
    "ContentType", "CoreCount", "CpuOptions", "CreateTime", "CurrentInstanceBootMode",
    "CustomerOwnedIpv4Pool", "DefaultAssociationRouteTable", "DefaultForAz",
    "DefaultPropagationRouteTable", "DeleteOnTermination", "DeleteTime", "DhcpOptionsId",
    "DnsHostnameType", "DnsOptions", "DnsRecordIpType", "Domain", "DurationSeconds",
    "DynamicRouting", "Ebs", "EbsCardIndex", "EbsOptimized", "EgressOnlyInternetGateway",
    "ElasticFileSystem", "ElasticGpuAssociationId", "ElasticGpuAssociationState",
    "ElasticGpuAssociationTime", "ElasticGpuAssociations", "ElasticGpuId",
    "ElasticInferenceAcceleratorArn", "ElasticInferenceAcceleratorAssociationId",
    "ElasticInferenceAcceleratorAssociationState", "ElasticInferenceAcceleratorAssociationTime",
    "ElasticInferenceAcceleratorAssociations", "EnaQueueCount", "EnaSrdEnabled",
    "EnaSrdSpecification", "EnaSrdUdpEnabled", "EnaSrdUdpSpecification", "EnaSupport",
    "EnableDns64", "EnableLniAtDeviceIndex", "EnablePrefixForIpv6SourceNat",
    "EnableResourceNameDnsAAAARecord", "EnableResourceNameDnsARecord", "EnclaveOptions",
    "EncryptionState", "EncryptionSupport",
    "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "ExpirationTime", "FailureCode",
    "FailureMessage", "FailureReason", "FixedResponseConfig", "Format", "Geography",
    "GroupLongName", "GrpcCode", "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount", "HibernationOptions", "HiddenByDefault", "Host",
    "HostHeaderRewriteConfig", "HostId", "HostResourceGroupArn", "HostedZoneId", "HostnameType",
    "HttpEndpoint", "HttpHeaderName", "HttpProtocolIpv6", "HttpPutResponseHopLimit",
    "HttpTokens", "Hypervisor", "IPv6Address", "IamInstanceProfile",
    "IgnoreClientCertificateExpiry", "ImageId", "InstanceLifecycle", "InstanceMetadataTags",
    "InstanceOwnerId", "InstanceTenancy", "InternetGateway", "IpSource", "IpamPools",
    "IpamPrefixListResolverSyncEnabled", "IpamPrefixListResolverTargetId", "Ipv4IpamPoolId",
    "Ipv6AddressAttribute", "Ipv6Pool", "Issuer", "JwksEndpoint", "JwtValidationConfig",
    "KernelId", "KeyName", "Lambda", "LastError", "LaunchTime", "LicenseConfigurationArn",
    "Licenses", "LoadBalancerArns", "MacAddress", "MaintenanceOptions", "Managed",
    "MapCustomerOwnedIpOnLaunch", "MaxEntries", "MessageBody", "Messages",
    "MetadataOptions", "MitigationInEffect", "ModificationState", "Monitoring",
    "MulticastSupport", "NatGateway", "NestedVirtualization",
    "NetworkAclAssociationId", "NetworkCardIndex", "NetworkInterfaceOwnerId",
    "NetworkPerformanceOptions", "OnUnauthenticatedRequest", "Operator", "OptInStatus",
    "OutpostArn", "OutpostId", "ParentZoneId", "ParentZoneName", "PartitionNumber",
    "PlatformDetails", "PrefixListArn", "Principal", "PrivateDnsNameOptions",
    "PrivateDnsNameOptionsOnLaunch", "PrivateDnsOnlyForInboundResolverEndpoint",
    "PrivateDnsPreference", "PrivateDnsSpecifiedDomains", "PrivateIPv4Address", "ProductCodeId",
    "ProductCodeType", "ProductCodes", "ProvisionTime", "Provisioned", "ProvisionedBandwidth",
    "PublicDualStackDnsName", "PublicIpAddress", "PublicIpDnsNameOptions", "PublicIpv4DnsName",
    "PublicIpv4Pool", "PublicIpv6DnsName", "Query", "QuicServerId", "RamdiskId",
    "RebootMigration", "RedirectConfig", "Regex", "RegexValues", "RegionName", "Replace",
    "RequestTime", "Requested", "RequesterId", "ReservationId", "ResourceConfigurationArn",
    "ResourceExclusions", "Result", "Rewrites", "RootDeviceName", "RootDeviceType",
    "RouteTableAssociationId", "RouteTableIds", "Scope", "SecondaryInterfaceId",
    "SecondaryNetworkId", "SecondarySubnetId", "SecurityGroupArn", "ServiceNetworkArn",
    "SessionCookieName", "SessionTimeout", "SpotInstanceRequestId", "SpreadDomain",
    "SriovNetSupport", "SslPolicy", "StateMessage", "StateTransitionReason", "StatusCode",
    "SubGeography", "TargetControlPort", "TargetGroupName", "TargetGroupStickinessConfig",
    "Tenancy", "ThreadsPerCore", "TokenEndpoint", "TpmSupport", "Transforms",
    "TransitGatewayRouteTableAnnouncementId", "TrustStoreArn", "TrustStoreAssociationStatus",
    "UdpStreamTimeout", "UdpTimeout", "UnhealthyThresholdCount", "UrlRewriteConfig",
    "UsageOperation", "UsageOperationUpdateTime", "UseExistingClientSecret", "UserInfoEndpoint",
    "UserPoolArn", "UserPoolClientId", "UserPoolDomain", "Version", "VirtualPrivateGateway",
    "VirtualizationType", "VolumeId", "VolumeOwnerId", "VpcEncryptionControlId", "VpcLattice",
    "VpcPeering", "ZoneType",
};
/* clang-format on */

static bool has(const char *const *words, size_t n, const char *word)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;
        int order = strcmp(word, words[middle]);

        if (order == 0) {
            return true;
        }
        if (order < 0) {
            n = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

#define HAS(words, word) has((words), sizeof(words) / sizeof *(words), (word))

enum dm_tree_care dm_aws_care(const void *context, size_t depth, const char *key)
{
    (void)context;
    if (depth == 1 && !dm_aws_reads_key(key)) {
        return DM_TREE_CUT;
    }
    if (HAS(whole, key)) {
        return DM_TREE_WHOLE;
    }
    if (depth == 1 || HAS(kept, key)) {
        return DM_TREE_KEEP;
    }
    return HAS(dropped, key) ? DM_TREE_DROP : DM_TREE_CUT;
}
