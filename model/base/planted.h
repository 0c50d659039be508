/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted - faults that tests put into the program to see them caught.
 *
 * A test that holds two pieces of code together is only worth something if it
 * fails when one of them is wrong.  Where that matters most, the code names the
 * fault that is easy to make: 'if (DM_PLANTED(MEMO_DROPS_TRACE))'.  In the program
 * it is the constant 0 and the compiler drops it.  The test is built a second time from the
 * same sources with -DDM_PLANT=DM_PLANT_..., and passes when the property fails.
 */
#ifndef DM_MODEL_BASE_PLANTED_H
#define DM_MODEL_BASE_PLANTED_H

enum dm_plant {
    DM_PLANT_NONE,
    DM_PLANT_MEMO_DROPS_TRACE,       /* a memo hit does not replay what it depends on */
    DM_PLANT_CONTAINMENT_LEFT_OUT,   /* a zone lives although its region failed */
    DM_PLANT_SUPERSET_PRUNED_DEEP,   /* minimal sets taken from a depth-first walk that prunes */
    DM_PLANT_CUBES_OVERLAP,          /* events read before the last failed one fail again */
    DM_PLANT_REPLY_NOT_FORWARDED,    /* the way back is taken for granted */
    DM_PLANT_STATIC_FALLS_BACK,      /* a static route gives way when its target is dead */
    DM_PLANT_PATH_LOOPS_KEPT,        /* a gateway takes back what it passed on itself */
    DM_PLANT_FAR_EDGE_FREE,          /* what comes from another edge has no longer AS path */
    DM_PLANT_ATOM_LEFT_OUT,          /* ports of one group are not told apart */
    DM_PLANT_PORT_NOT_TRANSLATED,    /* a balancer sends on to the port of its listener */
    DM_PLANT_ENDPOINTS_STAY_HEALTHY, /* of an accelerator, whatever becomes of their targets */
    DM_PLANT_HEALTH_ALWAYS_GOOD, /* health checks of a balancer get through whatever filters say */
    DM_PLANT_SECOND_TUNNEL_IDLE, /* a VPN connection dies with its first tunnel */
    DM_PLANT_ALLOWED_NOT_ASKED,  /* a Direct Connect gateway lets all prefixes through */
    DM_PLANT_OUTSIDE_FORGOTTEN,  /* what others say of a VPC's own prefix tells none apart */
    DM_PLANT_OVERLAP_OVERLOOKED, /* VPCs that overlap are taken for alike */
    DM_PLANT_FIREWALL_GOES_ON,   /* a stateless rule that matches does not end it */
    DM_PLANT_EDGE_KEPT,          /* a set taken from another leaves an interval too much */
    DM_PLANT_ENTRIES_ONE_BY_ONE, /* an entry of an ACL is covered by one other or by none */
    DM_PLANT_ATTACHED_ACL_DROPPED, /* none at the subnet of an attachment */
    DM_PLANT_WAY_BACK_TAKEN,       /* packets leave by the way that they came in by */
    DM_PLANT_SKEW_FORGOTTEN,       /* a packing is not looked at for its skew */
    DM_PLANT_NEED_ROUNDED_UP,      /* a bound takes items for greater than they are */
    DM_PLANT_OUTER_REPLY_FREE,     /* what is around an answer is let pass by state */
    DM_PLANT_TWIN_LEFT_OUT,        /* pods on nodes that are alike are taken to be on one */
    DM_PLANT_TUNNEL_AT_EDGES,      /* tunnels have the first or the last address of their pool */
    DM_PLANT_DISABLED_FORGOTTEN,   /* a pool that is disabled does not count as one */
    DM_PLANT_LOCAL_AS_CLUSTER,     /* external traffic policy Local sends to all pods */
    DM_PLANT_ROUTES_HALF_COVERED,  /* the first longer prefix is taken to cover a route */
    DM_PLANT_OVERHEAD_LEFT_OUT,    /* what is around a packet takes no room */
    DM_PLANT_TOO_BIG_BACKWARDS,    /* who receives a packet answers by the way that it came */
    DM_PLANT_PORTS_ALIKE,          /* pods are of one class whatever their ports' names */
    DM_PLANT_TOO_BIG_UNFILTERED    /* no ACL stops the answer that a packet is too large */
};

#ifndef DM_PLANT
#define DM_PLANT DM_PLANT_NONE
#endif

#define DM_PLANTED(fault) (DM_PLANT == DM_PLANT_##fault)

#endif
