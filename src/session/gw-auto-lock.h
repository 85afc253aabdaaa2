/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwAutoLock:
 *
 * Says when secrets that are held only in memory have to go: the screen was locked (ActiveChanged
 * of the desktop's screen saver on the session bus, or the session's Lock of logind on the system
 * bus), the machine goes to sleep (PrepareForSleep of logind, which waits until all who follow the
 * signal have returned, for some seconds at most), or the person has done nothing in Gangway for
 * the time that was set. Signal `lock`. Works without either bus; never starts a service. Main
 * thread only.
 */
#define GW_TYPE_AUTO_LOCK (gw_auto_lock_get_type ())
G_DECLARE_FINAL_TYPE (GwAutoLock, gw_auto_lock, GW, AUTO_LOCK, GObject)

/* @session_bus, @system_bus (nullable): %NULL looks for the real ones in the background. */
GwAutoLock *gw_auto_lock_new          (GDBusConnection *session_bus,
                                       GDBusConnection *system_bus);
/* Minutes without note_activity(), the time asleep included; 0: never. */
void        gw_auto_lock_set_minutes  (GwAutoLock      *self,
                                       guint            minutes);
/* A key or click in a window of Gangway. Cheap. */
void        gw_auto_lock_note_activity (GwAutoLock     *self);

G_END_DECLS
