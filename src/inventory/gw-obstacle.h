/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-instance.h"

G_BEGIN_DECLS

/* Why an instance cannot be connected to. The order is that of what is said first. */
typedef enum {
  GW_OBSTACLE_NONE,
  GW_OBSTACLE_WINDOWS,    /* SSH is for Linux */
  GW_OBSTACLE_LOCKED,     /* gw_instance_get_locks() */
  GW_OBSTACLE_EXPIRED,    /* a subscription (PrePaid) whose time is over, and that is not Running */
  GW_OBSTACLE_STATE,      /* not Running */
  GW_OBSTACLE_NO_ADDRESS, /* none at all */
} GwObstacle;

/* NONE for hosts of which no state is known. @now: seconds since 1970. */
GwObstacle  gw_obstacle_find     (GwInstance *instance,
                                  gint64      now);
/* What stands in the place of the state: “Stopped”, “Locked”, “Expired”, “Windows”; the title of the
 * state for NONE and NO_ADDRESS. Never %NULL; "" for hosts of which no state is known. */
const char *gw_obstacle_title    (GwInstance *instance,
                                  gint64      now);
/* A sentence or two for people, or %NULL for NONE: what it is, and what to do. Free with g_free(). */
char       *gw_obstacle_describe (GwInstance *instance,
                                  gint64      now);

G_END_DECLS
