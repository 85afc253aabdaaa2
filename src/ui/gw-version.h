/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What `gangway --version` prints: the program's version, and of each library the version it was
 * built with and the one it runs with. Free with g_free(). */
char *gw_version_dup_text   (void);
/* What `gangway-session --version` prints, or why it cannot be told. Blocks, for two seconds at
 * most: only for the command line. Free with g_free(). */
char *gw_version_ask_engine (void);

G_END_DECLS
