/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-farewell.h"

#include "config.h"

/* An engine is killed after two seconds. */
#define PATIENCE_USEC (3 * G_USEC_PER_SEC)
#define POLL_MSEC 20

typedef struct {
  GApplication *application;
  GwSession    *session;
  gint64        deadline;
} Farewell;

static void
farewell_free (gpointer data)
{
  Farewell *farewell = data;

  g_application_release (farewell->application);
  g_object_unref (farewell->application);
  g_object_unref (farewell->session);
  g_free (farewell);
}

/* A session tells of its state, not of its process. */
static gboolean
on_poll (gpointer user_data)
{
  Farewell *farewell = user_data;

  return gw_session_get_pid (farewell->session) != 0 &&
         g_get_monotonic_time () < farewell->deadline;
}

void
gw_farewell (GApplication *application,
             GwSession    *session)
{
  Farewell *farewell;

  g_return_if_fail (application == NULL || G_IS_APPLICATION (application));
  g_return_if_fail (GW_IS_SESSION (session));

  if (application == NULL || gw_session_get_pid (session) == 0)
    return;
  farewell = g_new0 (Farewell, 1);
  farewell->application = g_object_ref (application);
  farewell->session = g_object_ref (session);
  farewell->deadline = g_get_monotonic_time () + PATIENCE_USEC;
  g_application_hold (application);
  g_timeout_add_full (G_PRIORITY_DEFAULT, POLL_MSEC, on_poll, farewell, farewell_free);
}
