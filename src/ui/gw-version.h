/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What `gangway --version` prints: the program's version, and of each library the version it was
 * built with and the one it runs with. Free with g_free(). */
char *gw_version_dup_text (void);

G_END_DECLS
