/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The core network of an estate, as networkmanager's calls print it: the network itself, its live
 * policy with the document as a text, the list of attachments, and each one.
 */
#include "tests/bench/estate_aws.h"

#include <string.h>

#define ID(kind, region, number, part)                                                             \
    dm_estate_id((kind), (region), (number), (part), &(struct dm_estate_id){ { 0 } })

enum { DOCUMENT_SIZE = 8192 };

static const char *network_id(struct dm_estate_id *buffer)
{
    return dm_estate_id("core-network", 0, 0, 0, buffer);
}

#define NETWORK network_id(&(struct dm_estate_id){ { 0 } })

const char *dm_estate_core_arn(char text[96])
{
    snprintf(text, 96, "arn:aws:networkmanager::%s:core-network/%s",
             dm_estate_account(DM_ESTATE_INSPECTION), NETWORK);
    return text;
}

/* What is written: one file a call. */
struct core {
    const struct dm_estate *estate;
    const char *folder;
};

static struct dm_describe begin(const struct core *core, const char *name, const char *key,
                                char bracket)
{
    FILE *file = dm_estate_open(core->folder, name);
    struct dm_describe out = { .file = file, .depth = 1, .is_first = true };

    if (file) {
        fputc('{', file);
        dm_describe_open(&out, key, bracket);
    }
    return out;
}

static bool end(struct dm_describe *out, char bracket)
{
    if (!out->file) {
        return false;
    }
    dm_describe_close(out, bracket);
    fputs("\n}\n", out->file);
    return dm_estate_close(out->file);
}

/* ---- the network and its policy ---- */

static const char *const wan_segments[] = { "edge", "prod", "shared" };
static const char *const backbone_segments[] = { "shared", "prod", "stage", "dev" };

static const char *const *segments_of(const struct dm_estate *estate, size_t *ret_n)
{
    *ret_n = estate->options.backbone ? sizeof backbone_segments / sizeof *backbone_segments
                                      : sizeof wan_segments / sizeof *wan_segments;
    return estate->options.backbone ? backbone_segments : wan_segments;
}

static unsigned first_asn(const struct dm_estate *estate)
{
    return estate->options.backbone ? 64700 : DM_ESTATE_CORE_ASN;
}

/* ' stands for ", which is escaped where it is written. */
static void make_document(const struct dm_estate *estate, char text[DOCUMENT_SIZE])
{
    size_t n_segments = 0;
    const char *const *segments = segments_of(estate, &n_segments);
    bool is_backbone = estate->options.backbone;
    size_t n = 0;

    n += (size_t)snprintf(text + n, DOCUMENT_SIZE - n,
                          "{'version':'2025.11','core-network-configuration':{'asn-ranges':"
                          "['64600-64799'],'edge-locations':[");
    for (unsigned region = 0; region < estate->options.n_regions; region++) {
        n += (size_t)snprintf(text + n, DOCUMENT_SIZE - n, "%s{'location':'%s'}", region ? "," : "",
                              dm_estate_region(region));
    }
    n += (size_t)snprintf(text + n, DOCUMENT_SIZE - n, "]}%s,'segments':[",
                          is_backbone ? ",'network-function-groups':[{'name':'inspection'}]" : "");
    for (size_t i = 0; i < n_segments; i++) {
        n += (size_t)snprintf(text + n, DOCUMENT_SIZE - n,
                              "%s{'name':'%s','isolate-attachments':%s}", i ? "," : "", segments[i],
                              strcmp(segments[i], "edge") == 0 ? "true" : "false");
    }
    n += (size_t)snprintf(text + n, DOCUMENT_SIZE - n,
                          "],'segment-actions':[{'action':'share','mode':'attachment-route',"
                          "'segment':'shared','share-with':'*'}");
    for (size_t i = 0; is_backbone && i < n_segments; i++) {
        n += (size_t)snprintf(text + n, DOCUMENT_SIZE - n,
                              ",{'action':'send-to','segment':'%s','via':{"
                              "'network-function-groups':['inspection']}},{'action':"
                              "'create-route','segment':'%s','destination-cidr-blocks':"
                              "['" DM_ESTATE_POOL "'],'destinations':['blackhole']}",
                              segments[i], segments[i]);
    }
    (void)snprintf(text + n, DOCUMENT_SIZE - n, "]}");
}

static bool write_policy(const struct core *core)
{
    struct dm_describe out = begin(core, "core-policy.json", "CoreNetworkPolicy", '{');
    char document[DOCUMENT_SIZE];
    char escaped[2 * DOCUMENT_SIZE];
    size_t n = 0;

    if (!out.file) {
        return false;
    }
    make_document(core->estate, document);
    for (const char *c = document; *c; c++) {
        if (*c == '\'') {
            escaped[n++] = '\\';
        }
        escaped[n++] = *c == '\'' ? '"' : *c;
    }
    escaped[n] = '\0';
    dm_describe_text(&out, "CoreNetworkId", "%s", NETWORK);
    dm_describe_number(&out, "PolicyVersionId", 1);
    dm_describe_text(&out, "Alias", "LIVE");
    dm_describe_text(&out, "CreatedAt", "2026-01-05T09:00:00+00:00");
    dm_describe_text(&out, "ChangeSetState", "EXECUTION_SUCCEEDED");
    dm_describe_text(&out, "PolicyDocument", "%s", escaped);
    return end(&out, '}');
}

static bool write_network(const struct core *core)
{
    struct dm_describe out = begin(core, "core-network.json", "CoreNetwork", '{');
    size_t n_segments = 0;
    const char *const *segments = segments_of(core->estate, &n_segments);
    char arn[96];

    if (!out.file) {
        return false;
    }
    dm_describe_text(&out, "GlobalNetworkId", "global-network-0");
    dm_describe_text(&out, "CoreNetworkId", "%s", NETWORK);
    dm_describe_text(&out, "CoreNetworkArn", "%s", dm_estate_core_arn(arn));
    dm_describe_text(&out, "State", "AVAILABLE");
    dm_describe_open(&out, "Segments", '[');
    for (size_t i = 0; i < n_segments; i++) {
        dm_describe_open(&out, NULL, '{');
        dm_describe_text(&out, "Name", "%s", segments[i]);
        dm_describe_close(&out, '}');
    }
    dm_describe_close(&out, ']');
    dm_describe_open(&out, "Edges", '[');
    for (unsigned region = 0; region < core->estate->options.n_regions; region++) {
        dm_describe_open(&out, NULL, '{');
        dm_describe_text(&out, "EdgeLocation", "%s", dm_estate_region(region));
        dm_describe_number(&out, "Asn", first_asn(core->estate) + (long long)region);
        dm_describe_close(&out, '}');
    }
    dm_describe_close(&out, ']');
    return end(&out, '}');
}

/* ---- attachments and peerings ---- */

/* What AWS shows of any attachment. */
static void attachment(struct dm_describe *out, const char *key, const char *id, const char *type,
                       unsigned region, const char *arn, const char *segment)
{
    char network[96];

    dm_describe_open(out, key, '{');
    dm_describe_text(out, "CoreNetworkId", "%s", NETWORK);
    dm_describe_text(out, "CoreNetworkArn", "%s", dm_estate_core_arn(network));
    dm_describe_text(out, "AttachmentId", "%s", id);
    dm_describe_text(out, "AttachmentType", "%s", type);
    dm_describe_text(out, "State", "AVAILABLE");
    dm_describe_text(out, "EdgeLocation", "%s", dm_estate_region(region));
    dm_describe_text(out, "ResourceArn", "%s", arn);
    if (strcmp(segment, "inspection") == 0) {
        dm_describe_text(out, "NetworkFunctionGroupName", "%s", segment);
    } else {
        dm_describe_text(out, "SegmentName", "%s", segment);
    }
    dm_describe_close(out, '}');
}

static const char *arn_of(unsigned region, enum dm_estate_role owner, const char *what,
                          const char *id, char text[128])
{
    snprintf(text, 128, "arn:aws:ec2:%s:%s:%s/%s", dm_estate_region(region),
             dm_estate_account(owner), what, id);
    return text;
}

/* Whether the VPC itself is attached to the core network. */
static bool is_at_core(const struct dm_estate *estate, const struct dm_estate_vpc *vpc)
{
    return dm_estate_is_attached(vpc->role) == estate->options.backbone;
}

static void attach_vpc(struct dm_describe *out, const char *key, const struct dm_estate_vpc *vpc)
{
    char arn[128];

    attachment(out, key, ID("attachment", vpc->region, vpc->number, 0), "VPC", vpc->region,
               arn_of(vpc->region, vpc->role, "vpc", ID("vpc", vpc->region, vpc->number, 0), arn),
               dm_estate_is_attached(vpc->role) ? dm_estate_role_text(vpc->role) : "edge");
}

/* Segments that tables of transit gateways are attached to. */
static const struct {
    enum dm_estate_table table;
    const char *segment;
} tables[] = {
    { DM_ESTATE_TABLE_PROD, "prod" },
    { DM_ESTATE_TABLE_SHARED, "shared" },
};

enum { N_TABLES = sizeof tables / sizeof *tables };

static void attach_table(struct dm_describe *out, const char *key, unsigned region, unsigned i)
{
    char arn[128];

    attachment(out, key, ID("attachment", region, i, 1), "TRANSIT_GATEWAY_ROUTE_TABLE", region,
               arn_of(region, DM_ESTATE_INSPECTION, "transit-gateway-route-table",
                      ID("tgw-rtb", region, tables[i].table, 0), arn),
               tables[i].segment);
}

static bool write_list(const struct core *core)
{
    struct dm_describe out = begin(core, "core-attachments.json", "Attachments", '[');

    for (size_t i = 0; out.file && i < core->estate->n_vpcs; i++) {
        if (is_at_core(core->estate, &core->estate->vpcs[i])) {
            attach_vpc(&out, NULL, &core->estate->vpcs[i]);
        }
    }
    for (unsigned region = 0; out.file && region < core->estate->options.n_regions; region++) {
        for (unsigned i = 0; i < N_TABLES && core->estate->options.wan; i++) {
            attach_table(&out, NULL, region, i);
        }
    }
    return end(&out, ']');
}

static bool write_vpc(const struct core *core, const struct dm_estate_vpc *vpc)
{
    struct dm_describe out;
    char name[64];
    char arn[128];

    snprintf(name, sizeof name, "core-vpc-%u-%u.json", vpc->region, vpc->number);
    out = begin(core, name, "VpcAttachment", '{');
    if (!out.file) {
        return false;
    }
    attach_vpc(&out, "Attachment", vpc);
    dm_describe_open(&out, "SubnetArns", '[');
    for (unsigned zone = 0; zone < core->estate->options.n_zones; zone++) {
        dm_describe_text(
            &out, NULL, "%s",
            arn_of(vpc->region, vpc->role, "subnet",
                   dm_estate_subnet_id(vpc, true, zone, &(struct dm_estate_id){ { 0 } }), arn));
    }
    dm_describe_close(&out, ']');
    dm_describe_open(&out, "Options", '{');
    dm_describe_flag(&out, "Ipv6Support", false);
    dm_describe_flag(&out, "ApplianceModeSupport", false);
    dm_describe_flag(&out, "DnsSupport", true);
    dm_describe_flag(&out, "SecurityGroupReferencingSupport", true);
    dm_describe_close(&out, '}');
    return end(&out, '}');
}

static bool write_table(const struct core *core, unsigned region, unsigned i)
{
    struct dm_describe out;
    char name[64];
    char arn[128];

    snprintf(name, sizeof name, "core-table-%u-%u.json", region, i);
    out = begin(core, name, "TransitGatewayRouteTableAttachment", '{');
    if (!out.file) {
        return false;
    }
    attach_table(&out, "Attachment", region, i);
    dm_describe_text(&out, "PeeringId", "%s", ID("peering", region, 0, 0));
    dm_describe_text(&out, "TransitGatewayRouteTableArn", "%s",
                     arn_of(region, DM_ESTATE_INSPECTION, "transit-gateway-route-table",
                            ID("tgw-rtb", region, tables[i].table, 0), arn));
    return end(&out, '}');
}

static bool write_peering(const struct core *core, unsigned region)
{
    struct dm_describe out;
    char name[64];
    char arn[128];

    snprintf(name, sizeof name, "core-peering-%u.json", region);
    out = begin(core, name, "TransitGatewayPeering", '{');
    if (!out.file) {
        return false;
    }
    arn_of(region, DM_ESTATE_INSPECTION, "transit-gateway", ID("tgw", region, 0, 0), arn);
    dm_describe_open(&out, "Peering", '{');
    dm_describe_text(&out, "CoreNetworkId", "%s", NETWORK);
    dm_describe_text(&out, "PeeringId", "%s", ID("peering", region, 0, 0));
    dm_describe_text(&out, "PeeringType", "TRANSIT_GATEWAY");
    dm_describe_text(&out, "State", "AVAILABLE");
    dm_describe_text(&out, "EdgeLocation", "%s", dm_estate_region(region));
    dm_describe_text(&out, "ResourceArn", "%s", arn);
    dm_describe_close(&out, '}');
    dm_describe_text(&out, "TransitGatewayArn", "%s", arn);
    dm_describe_text(&out, "TransitGatewayPeeringAttachmentId", "%s",
                     ID("tgw-attach", region, 0, DM_ESTATE_CORE_SIDE));
    return end(&out, '}');
}

bool dm_estate_write_core(const struct dm_estate *estate, const char *folder)
{
    struct core core = { .estate = estate };
    char path[4096];
    bool fine;

    snprintf(path, sizeof path, "%.4000s/accounts/%s/%s", folder,
             dm_estate_account(DM_ESTATE_INSPECTION), dm_estate_region(0));
    core.folder = path;
    fine = write_network(&core) && write_policy(&core) && write_list(&core);
    for (size_t i = 0; fine && i < estate->n_vpcs; i++) {
        fine = !is_at_core(estate, &estate->vpcs[i]) || write_vpc(&core, &estate->vpcs[i]);
    }
    for (unsigned region = 0; fine && estate->options.wan && region < estate->options.n_regions;
         region++) {
        fine = write_peering(&core, region);
        for (unsigned i = 0; fine && i < N_TABLES; i++) {
            fine = write_table(&core, region, i);
        }
    }
    return fine;
}
