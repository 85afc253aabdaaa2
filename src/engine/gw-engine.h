/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwEngine:
 *
 * One SSH connection as Session1 shows it (data/org.gangway.Session1.xml).
 *
 * Signal `done` (no arguments): it is over, and the window has been told; once.
 */
#define GW_TYPE_ENGINE (gw_engine_get_type ())
G_DECLARE_FINAL_TYPE (GwEngine, gw_engine, GW, ENGINE, GObject)

GwEngine *gw_engine_new        (void);
/* Somebody has connected to the engine's socket: shows Session1 there. */
void      gw_engine_add_peer   (GwEngine        *self,
                                GDBusConnection *peer);
/* Ends the connection and everything that is under way. */
void      gw_engine_disconnect (GwEngine        *self);

G_END_DECLS
