/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-link.h"

#include <string.h>

#define MAX_LENGTH 4096

/* Round brackets belong to a link if they are balanced, punctuation at its end does not. */
const char gw_link_pattern[] =
  "(?i)\\b(?:https?://(?:\\[[0-9a-f:.]+\\])?(?:[^][(){}<>\\s\"'`|\\\\^]|"
  "\\([^][(){}<>\\s\"'`|\\\\^]*\\))+"
  "|mailto:[\\w.+%-]+@[\\w.-]+)(?<![.,;:!?])";

gboolean
gw_link_is_allowed (const char *uri)
{
  g_autoptr (GUri) parsed = NULL;
  const char *scheme;

  if (uri == NULL || strlen (uri) > MAX_LENGTH || !g_str_is_ascii (uri))
    return FALSE;
  for (const char *p = uri; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  if (parsed == NULL)
    return FALSE;
  scheme = g_uri_get_scheme (parsed);
  if (g_str_equal (scheme, "mailto"))
    {
      /* Some mail programs attach local files at a link's word. */
      g_autofree char *lower = g_ascii_strdown (uri, -1);

      return strstr (lower, "attach") == NULL;
    }
  return (g_str_equal (scheme, "http") || g_str_equal (scheme, "https"))
         && g_uri_get_host (parsed) != NULL && *g_uri_get_host (parsed) != '\0';
}

void
gw_link_open_async (GtkWidget           *widget,
                    const char          *uri,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GdkAppLaunchContext) context = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (uri != NULL);

  context = gdk_display_get_app_launch_context (gtk_widget_get_display (widget));
  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), cancellable,
                                           callback, user_data);
}

gboolean
gw_link_open_finish (GAsyncResult  *result,
                     GError       **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &problem)
      || g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
