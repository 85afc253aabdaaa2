/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-auto-lock.h"

G_BEGIN_DECLS

/*
 * What auto-lock has to do with all windows of the program: dialogs are toplevels of their own, and
 * what is done in one of them does not reach the main window.
 */

/* Tells @auto_lock, as long as it lives, of each key and click in any window, also later ones. */
void gw_toplevels_watch         (GwAutoLock *auto_lock);
/* Wipes the secrets that were typed into any window, or are held there for Undo. */
void gw_toplevels_clear_secrets (void);

G_END_DECLS
