/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * accelerator - Global Accelerator, as list and describe calls give it.
 *
 * An accelerator has static addresses, the same all over the world.  What arrives there on a port
 * of a listener goes to an endpoint of one of the listener's groups, one group a region: a load
 * balancer, or an interface of an instance or with an elastic address [GA-01].  It enters the
 * endpoint's VPC without a route or a public address there; an internet gateway that is attached is
 * enough [GA-07].  Dial and weight steer while endpoints are healthy and no longer [GA-03, GA-09].
 *
 * Its static addresses are on an interface of kind ACCELERATOR, which is in no subnet, so that all
 * that follows packets to a balancer's node finds it.
 *
 * Arrays belong to the model's arena and do not change after it is built.
 */
#ifndef DM_MODEL_ACCELERATOR_H
#define DM_MODEL_ACCELERATOR_H

#include "model/network.h"

struct dm_accelerator_endpoint {
    struct dm_balancer_id balancer;   /* any of its nodes; none: */
    struct dm_interface_id interface; /* an instance's, or that with the elastic address */
    uint16_t weight;
    bool is_healthy;   /* as described; the accelerator's own health check */
    bool keeps_client; /* the endpoint sees the client's address [GA-04] */
    struct dm_unknown_id
        unknown; /* set: which it is, or whether it keeps addresses, is not known */
    struct dm_span origin;
    const char *pointer;
};

struct dm_accelerator_port {
    uint16_t listener;
    uint16_t endpoint;
};

struct dm_accelerator_group {
    struct dm_region_id region;
    uint8_t dial; /* percentage of its share that it gets, rounded up */
    const struct dm_accelerator_endpoint *endpoints;
    size_t n_endpoints;
    const struct dm_accelerator_port *ports; /* overrides; other ports stay as they are */
    size_t n_ports;
    struct dm_unknown_id unknown; /* set: which endpoints it has is not known */
};

struct dm_accelerator_listener {
    struct dm_match match;
    const struct dm_accelerator_group *groups;
    size_t n_groups;
    struct dm_unknown_id unknown; /* set: which groups it has is not known */
    struct dm_span origin;
    const char *pointer;
};

struct dm_accelerator {
    struct dm_object object;
    struct dm_interface_id interface; /* with its static addresses */
    bool is_enabled;                  /* else it takes nothing */
    const struct dm_accelerator_listener *listeners;
    size_t n_listeners;
    struct dm_unknown_id unknown; /* set: what it listens on is not known */
    struct dm_element_id element;
};

#endif
