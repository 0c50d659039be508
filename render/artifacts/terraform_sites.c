/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sites and the lines to them are not generated: a network that has any is refused, since what
 * would be written is not what was proved.
 */
#include "render/artifacts/terraform_private.h"

#define REFUSE_ALL(plural, what)                                                                   \
    for (uint32_t i = 0; i < tf->model->n_##plural; i++) {                                         \
        dm_tf_refuse(tf, tf->model->plural[i].object.origin, "%s `%s`: it is not generated", what, \
                     tf->model->plural[i].object.name);                                            \
    }

void dm_tf_sites(struct dm_tf *tf)
{
    REFUSE_ALL(vpn_gateways, "virtual private gateway")
    REFUSE_ALL(vpn_connections, "VPN connection")
    REFUSE_ALL(virtual_interfaces, "virtual interface")
    REFUSE_ALL(dx_gateways, "Direct Connect gateway")
    REFUSE_ALL(dx_connections, "Direct Connect connection")
}
