/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "3 hours ago", translated; @time: seconds since 1970, 0 for one that is not known. Free with
 * g_free(). */
char *gw_age_describe (gint64 time);

G_END_DECLS
