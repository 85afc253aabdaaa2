/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What both programs do before anything else: no core dumps, and no other process of the user
 * looks into this one's memory. @no_new_privs (the engine): nothing that it might start gains
 * rights; not for the window, from which people open browsers and, with ProxyCommand, ssh.
 * What the system refuses is only logged: an older kernel is no reason to do without a shell. */
void gw_process_harden (gboolean no_new_privs);

G_END_DECLS
