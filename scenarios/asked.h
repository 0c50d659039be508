/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * asked - where a caller asks for a service.
 *
 * A service on hosts of its own is asked for there.  One on a cluster has no address that means
 * anything elsewhere: pods and nodes of the same cluster ask at its cluster address; from elsewhere
 * it is asked for at a load balancer that sends to it, from the internet at one with public
 * addresses, from inside at one without, where there are both.
 *
 * Complexity: O(targets of all load balancers).
 */
#ifndef DM_SCENARIOS_ASKED_H
#define DM_SCENARIOS_ASKED_H

#include "solver/fail/alive.h"
#include "solver/reach/session.h"

/* The interface at which 'caller', 0: somebody on the internet, asks for the service, of a load
 * balancer the first node that lives whose listener takes 'port' (protocol and first port); 0:
 * there is nothing but its endpoints. */
struct dm_interface_id dm_asked_at(const struct dm_model *model, struct dm_alive *alive,
                                   const struct dm_service *service, struct dm_interface_id caller,
                                   const struct dm_match *port);

/* The same of a Service of Kubernetes. */
struct dm_interface_id dm_asked_at_kube(const struct dm_model *model, struct dm_alive *alive,
                                        struct dm_kube_service_id service,
                                        struct dm_interface_id caller, const struct dm_match *port);

/* An address of a pod means another pod in another cluster: where the request for 'target' got to
 * that one, the session has failed. */
void dm_asked_arrived(const struct dm_model *model, struct dm_interface_id target,
                      struct dm_session *session);

#endif
