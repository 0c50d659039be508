/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words of random balancers and of prefixes, which several properties add to their networks.
 */
#include <string.h>

#include "model/base/str.h"
#include "tests/support/nets.h"

void dm_nets_add_prefix(struct dm_str *text, struct dm_random *random)
{
    static const char *const prefixes[] = { "0.0.0.0/0", "10.0.0.0/15", "10.1.0.0/16",
                                            "203.0.113.0/24", "192.0.2.7/32" };

    dm_str_addf(text, "%s\n", prefixes[dm_random_below(random, 5)]);
}

void dm_nets_add_balancers(struct dm_str *text, struct dm_random *random,
                           const struct dm_model *model)
{
    unsigned n = dm_random_below(random, 4);
    char before[DM_ADDR_TEXT_SIZE] = "";
    char next[DM_ADDR_TEXT_SIZE];

    for (unsigned b = 0; b < n; b++) {
        const struct dm_subnet *subnet = &model->subnets[dm_random_below(random, model->n_subnets)];
        const char *vpc = dm_vpc_get(model, subnet->vpc)->object.name;
        bool is_app = dm_random_chance(random, 1, 3);
        unsigned n_targets = 1 + dm_random_below(random, 3);
        char address[DM_ADDR_TEXT_SIZE];

        dm_addr_text(dm_addr_add(dm_prefix_first(subnet->cidrs[0]), 200 + b), next);
        dm_str_addf(text, "balancer b%u %s %s%s\n", b, vpc, is_app ? "app" : "net",
                    dm_random_chance(random, 1, 2) ? " cross" : "");
        dm_str_addf(text, "node b%u.n %s %s", b, subnet->object.name, next);
        if (dm_random_chance(random, 1, 2)) {
            dm_str_addf(text, "=198.51.100.%u", 10 + b);
        }
        dm_str_addf(text, " balancer=b%u", b);
        dm_str_addf(text, is_app || dm_random_chance(random, 1, 2) ? " groups=%s.open\n" : "\n",
                    vpc);
        dm_str_addf(text, "targets t%u %s%s%s\n", b, vpc,
                    !is_app && dm_random_chance(random, 1, 2) ? " keep" : "",
                    dm_random_chance(random, 1, 3) ? " checked=0" : "");
        for (unsigned i = 0; i < n_targets; i++) {
            const struct dm_host *host = &model->hosts[dm_random_below(random, model->n_hosts)];
            const struct dm_interface *interface = dm_interface_get(model, host->interfaces[0]);

            if (b > 0 && dm_random_chance(random, 1, 4)) {
                dm_str_addf(text, "target t%u %s 443\n", b, before);
                continue;
            }
            dm_str_addf(text, "target t%u %s %u%s%s\n", b,
                        dm_addr_text(interface->addresses[0].address, address),
                        dm_random_chance(random, 1, 2) ? 443 : 8080,
                        dm_random_chance(random, 1, 6) ? " sick" : "",
                        dm_random_chance(random, 1, 8) ? " leaving" : "");
        }
        dm_str_addf(text, "listen b%u tcp/443 t%u\n", b, b);
        dm_str_addf(text, "listen b%u %s %s\n", b,
                    dm_random_chance(random, 1, 2) ? "udp/53" : "tcp/80",
                    dm_random_chance(random, 1, 2) ? "-" : "t0");
        memcpy(before, next, sizeof before);
    }
}
