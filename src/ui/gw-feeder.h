/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <vte/vte.h>

G_BEGIN_DECLS

/* The most bytes that wait for a server that does not read. */
#define GW_FEEDER_MAX_QUEUE (8 * 1024 * 1024)

/**
 * GwFeeder:
 *
 * Between the socket of a terminal and its VteTerminal, which has no pty. Output: VTE queues
 * whatever it is fed without a bound, so the socket is read only while the bytes that VTE has not
 * worked off stay under what it does in 100 ms. Input: what VTE commits in one turn of the main
 * loop goes out in one write, the rest of a short write waits in a bounded queue.
 *
 * Signals (no arguments): `finished`: the socket is at its end and all of it was fed. `overflow`: the
 * queue is full and all input is dropped until the server has read what waited.
 */
#define GW_TYPE_FEEDER (gw_feeder_get_type ())
G_DECLARE_FINAL_TYPE (GwFeeder, gw_feeder, GW, FEEDER, GObject)

/* Works from now until it is stopped or dropped. @fd: a non-blocking stream socket; it is duplicated,
 * the caller keeps its own. %NULL with an error where it cannot be. */
GwFeeder *gw_feeder_new  (VteTerminal  *terminal,
                          int           fd,
                          GError      **error);
/* No byte in either direction any more. */
void      gw_feeder_stop (GwFeeder     *self);

/* For tests: bytes that VTE has been given and has not worked off, the budget for them, bytes that
 * wait for the server. */
gsize     gw_feeder_get_unacknowledged (GwFeeder *self);
gsize     gw_feeder_get_budget         (GwFeeder *self);
gsize     gw_feeder_get_queued         (GwFeeder *self);

G_END_DECLS
