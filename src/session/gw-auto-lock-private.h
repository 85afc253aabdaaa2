/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-auto-lock.h"

G_BEGIN_DECLS

#define GW_LOGIND "org.freedesktop.login1"
#define GW_LOGIND_PATH "/org/freedesktop/login1"
#define GW_LOGIND_SESSION "org.freedesktop.login1.Session"
#define GW_LOGIND_MANAGER "org.freedesktop.login1.Manager"
#define GW_LOGIND_TIMEOUT 2000 /* milliseconds */

/* gw-auto-lock-inhibitor.c: delays sleep, from when logind is there until it is let. */
typedef struct _GwSleepInhibitor GwSleepInhibitor;
GwSleepInhibitor *_gw_sleep_inhibitor_new       (GDBusConnection  *system_bus);
void              _gw_sleep_inhibitor_free      (GwSleepInhibitor *self);
void              _gw_sleep_inhibitor_let_sleep (GwSleepInhibitor *self);
/* Delays it again, after the machine woke up. */
void              _gw_sleep_inhibitor_hold      (GwSleepInhibitor *self);

/* As gw_auto_lock_set_minutes(), for tests that cannot wait so long. */
void _gw_auto_lock_set_microseconds (GwAutoLock *self,
                                     gint64      microseconds);

G_END_DECLS
