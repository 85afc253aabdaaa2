/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GwPhase:
 *
 * How far a connection is. The order is the order in time, so phases can be compared. On the
 * private bus a phase is its string (Session1.Phase).
 */
typedef enum {
  GW_PHASE_NEW,            /* "new": nothing was sent yet */
  GW_PHASE_RESOLVE,        /* "resolve" */
  GW_PHASE_CONNECT,        /* "connect": TCP */
  GW_PHASE_KEY_EXCHANGE,   /* "key-exchange": identification strings and keys */
  GW_PHASE_HOST_KEY,       /* "host-key": a decision on the host key */
  GW_PHASE_AUTHENTICATION, /* "authentication" */
  GW_PHASE_CHANNEL,        /* "channel": logged in, a terminal is being opened */
  GW_PHASE_OPEN,           /* "open": at least one terminal is there */
  GW_PHASE_CLOSED,         /* "closed" */
} GwPhase;

/* The string on the bus; never %NULL. */
const char *gw_phase_to_string   (GwPhase     phase);
/* GW_PHASE_CLOSED for %NULL and unknown strings. */
GwPhase     gw_phase_from_string (const char *string);

G_END_DECLS
