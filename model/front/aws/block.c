/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Block Public Access: what the option of a region and its exclusions come to at each subnet
 * [VPC-29, VPC-30, VPC-31].
 *
 * The option is of the account that owns the VPCs.  Where it is on, exclusions must be shown, be it
 * that there are none: what they leave is unknown else.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (dm_str_equal(word, words[i])) {
            return true;
        }
    }
    return false;
}

void dm_aws_read_block(struct dm_aws *aws, const struct dm_aws_file *file,
                       const struct dm_aws_node *item)
{
    static const char *const modes[] = { "block-bidirectional", "block-ingress" };
    const char *mode = dm_aws_text(aws, item, "InternetGatewayBlockMode");
    const char *region = dm_aws_text(aws, item, "AwsRegion");
    const char *account = dm_aws_text(aws, item, "AwsAccountId");
    const char *state = dm_aws_text(aws, item, "State");
    const char *allowed = dm_aws_text(aws, item, "ExclusionsAllowed");
    bool is_changing = dm_str_equal(state, "update-in-progress");
    if ((!mode || dm_str_equal(mode, "off")) && !is_changing) {
        return;
    }
    bool is_known = !is_changing && is_one_of(mode, modes, sizeof modes / sizeof *modes);
    struct dm_aws_block block = { .region = region ? region : file->region,
                                  .account = account ? account : file->account,
                                  .mode = is_known ? mode : NULL,
                                  .ignores_exclusions = dm_str_equal(allowed, "not-allowed"),
                                  .node = dm_aws_keep(aws, item) };
    DM_AWS_PUSH(aws, &aws->blocks, block);
}

void dm_aws_show_exclusions(struct dm_aws *aws, const struct dm_aws_file *file)
{
    struct dm_aws_block shown = { .region = file->region, .account = file->account };
    DM_AWS_PUSH(aws, &aws->excluding, shown);
}

void dm_aws_read_exclusion(struct dm_aws *aws, const struct dm_aws_file *file,
                           const struct dm_aws_node *item)
{
    static const char *const gone[] = { "create-failed", "delete-complete", "disable-complete" };
    static const char *const settled[] = { "create-complete", "update-complete", "update-failed",
                                           "delete-failed" };
    static const char *const modes[] = { "allow-bidirectional", "allow-egress" };
    const char *arn = dm_aws_text(aws, item, "ResourceArn");
    const char *mode = dm_aws_text(aws, item, "InternetGatewayExclusionMode");
    const char *state = dm_aws_text(aws, item, "State");
    const char *slash = arn ? strrchr(arn, '/') : NULL;
    (void)file;
    if (!slash) {
        struct dm_aws_node field = dm_aws_at(item, "ResourceArn");
        dm_aws_fault(aws, &field, "`ResourceArn` of an exclusion names no VPC or subnet");
        return;
    }
    if (is_one_of(state, gone, sizeof gone / sizeof *gone)) {
        return;
    }
    bool is_known = (!state || is_one_of(state, settled, sizeof settled / sizeof *settled))
                    && is_one_of(mode, modes, sizeof modes / sizeof *modes);
    struct dm_aws_exclusion exclusion = { .id = slash + 1, .mode = is_known ? mode : NULL };
    DM_AWS_PUSH(aws, &aws->exclusions, exclusion);
}

static bool is_for(const struct dm_aws_block *block, const char *region, const char *account)
{
    return (!block->region || !region || dm_str_equal(block->region, region))
           && (!block->account || !account || dm_str_equal(block->account, account));
}

static const struct dm_aws_exclusion *exclusion_of(const struct dm_aws *aws, const char *id)
{
    for (size_t i = 0; i < aws->exclusions.n; i++) {
        if (dm_str_equal(aws->exclusions.items[i].id, id)) {
            return &aws->exclusions.items[i];
        }
    }
    return NULL;
}

static bool are_shown(const struct dm_aws *aws, const char *region, const char *account)
{
    for (size_t i = 0; i < aws->excluding.n; i++) {
        if (is_for(&aws->excluding.items[i], region, account)) {
            return true;
        }
    }
    return false;
}

static void leave_open(struct dm_aws *aws, const struct dm_aws_block *block, const char *id,
                       struct dm_subnet *subnet, const char *why)
{
    subnet->public_access = DM_ACCESS_UNKNOWN;
    subnet->access_unknown = dm_aws_unknown(
        aws, &block->node, dm_sprintf(aws->arena, "block of public access to %s", id), "%s", why);
}

/* A subnet's own exclusion, or else its VPC's, against the mode of the region. */
static void apply(struct dm_aws *aws, const struct dm_aws_block *block,
                  const struct dm_aws_exclusion *exclusion, const char *id,
                  struct dm_subnet *subnet)
{
    bool ingress_only = dm_str_equal(block->mode, "block-ingress");
    if (!exclusion || block->ignores_exclusions) {
        subnet->public_access = ingress_only ? DM_ACCESS_NO_INGRESS : DM_ACCESS_BLOCKED;
    } else if (!exclusion->mode) {
        leave_open(aws, block, id, subnet, "its exclusion is changing or not understood");
    } else if (dm_str_equal(exclusion->mode, "allow-bidirectional")) {
        subnet->public_access = DM_ACCESS_OPEN;
    } else if (ingress_only) {
        leave_open(aws, block, id, subnet,
                   "what an exclusion for egress does where only ingress is blocked is not "
                   "documented");
    } else {
        subnet->public_access = DM_ACCESS_EGRESS;
    }
}

void dm_aws_set_public_access(struct dm_aws *aws, const struct dm_aws_thing *vpc, const char *id,
                              struct dm_subnet *subnet)
{
    const struct dm_vpc *of = dm_builder_edit_vpc(aws->builder, (struct dm_vpc_id){ vpc->handle });
    const char *region = dm_builder_edit_region(aws->builder, of->region)->object.name;
    const struct dm_aws_exclusion *own = exclusion_of(aws, id);
    for (size_t i = 0; i < aws->blocks.n; i++) {
        const struct dm_aws_block *block = &aws->blocks.items[i];
        if (!is_for(block, region, of->account)) {
            continue;
        }
        if (!block->mode) {
            leave_open(aws, block, id, subnet, "the option is changing or not understood");
        } else if (!block->ignores_exclusions && !are_shown(aws, region, of->account)) {
            leave_open(aws, block, id, subnet, "what is excepted from it is not in the input");
        } else {
            apply(aws, block, own ? own : exclusion_of(aws, vpc->id), id, subnet);
        }
        return;
    }
}
