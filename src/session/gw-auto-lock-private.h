/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-auto-lock.h"

G_BEGIN_DECLS

/* As gw_auto_lock_set_minutes(), for tests that cannot wait so long. */
void _gw_auto_lock_set_microseconds (GwAutoLock *self,
                                     gint64      microseconds);

G_END_DECLS
