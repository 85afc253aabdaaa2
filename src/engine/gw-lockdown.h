/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* After everything that needs a right and before the first byte of a stranger is parsed: gives up
 * what is left. Further calls do nothing. */
void gw_lockdown (void);

G_END_DECLS
