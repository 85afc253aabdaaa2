/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwDoor:
 *
 * The engine's socket: a D-Bus server in a directory that only the user can enter, with EXTERNAL
 * as the only way to authenticate. Freeing it takes the socket away.
 *
 * Signal `peer` (GDBusConnection): somebody with the same user id has come in.
 */
#define GW_TYPE_DOOR (gw_door_get_type ())
G_DECLARE_FINAL_TYPE (GwDoor, gw_door, GW, DOOR, GObject)

/* Blocks for the disk. */
GwDoor     *gw_door_open        (GError **error);
/* The D-Bus address. */
const char *gw_door_get_address (GwDoor  *self);

G_END_DECLS
