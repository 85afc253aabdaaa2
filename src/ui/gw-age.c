/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-age.h"

#include "config.h"

#include <glib/gi18n.h>

char *
gw_age_describe (gint64 time)
{
  gint64 seconds = g_get_real_time () / G_USEC_PER_SEC - time;
  guint minutes = (guint) CLAMP (seconds / 60, 0, G_MAXINT);

  if (time <= 0)
    return g_strdup (_("at an unknown time"));
  if (minutes < 1)
    return g_strdup (_("less than a minute ago"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago", minutes), minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%u hour ago", "%u hours ago", minutes / 60), minutes / 60);
  return g_strdup_printf (ngettext ("%u day ago", "%u days ago", minutes / (24 * 60)),
                          minutes / (24 * 60));
}
