/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The switch of gw-wipe.c, which both programs link: their free() and realloc() wipe what they
 * give back, because libssh, OpenSSL, GTK and GDBus leave copies of secrets in freed memory.
 * Without that file (tests, sanitizers) the switch has no effect.
 */

/* Whether every block is wiped, which is how a program starts, or only those given back between
 * gw_wipe_begin() and gw_wipe_end(). */
void     gw_wipe_set_always (gboolean  always);
/* Counts. A GwSensitive holds it by itself as long as it lives. */
void     gw_wipe_begin      (void);
void     gw_wipe_end        (void);
/* For free() itself: allocates nothing. */
gboolean gw_wipe_is_active  (void);

G_END_DECLS
