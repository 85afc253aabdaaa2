/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-version.h"

#include "config.h"

#include <adwaita.h>
#include <json-glib/json-glib.h>
#include <vte/vte.h>

char *
gw_version_dup_text (void)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "gangway %s\n", GW_VERSION);
  g_string_append_printf (text, "GLib %d.%d.%d (built with %d.%d.%d)\n", glib_major_version,
                          glib_minor_version, glib_micro_version, GLIB_MAJOR_VERSION,
                          GLIB_MINOR_VERSION, GLIB_MICRO_VERSION);
  g_string_append_printf (text, "GTK %u.%u.%u (built with %d.%d.%d)\n", gtk_get_major_version (),
                          gtk_get_minor_version (), gtk_get_micro_version (), GTK_MAJOR_VERSION,
                          GTK_MINOR_VERSION, GTK_MICRO_VERSION);
  g_string_append_printf (text, "libadwaita %u.%u.%u (built with %d.%d.%d)\n",
                          adw_get_major_version (), adw_get_minor_version (),
                          adw_get_micro_version (), ADW_MAJOR_VERSION, ADW_MINOR_VERSION,
                          ADW_MICRO_VERSION);
  g_string_append_printf (text, "VTE %u.%u.%u (built with %d.%d.%d)\n", vte_get_major_version (),
                          vte_get_minor_version (), vte_get_micro_version (), VTE_MAJOR_VERSION,
                          VTE_MINOR_VERSION, VTE_MICRO_VERSION);
  /* It cannot be asked at run time. */
  g_string_append_printf (text, "json-glib (built with %s)\n", JSON_VERSION_S);
  return g_string_free (text, FALSE);
}
