/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "gw-cloud-deadline.h"

struct _GwCloudDeadline
{
  GCancellable *inner;
  GCancellable *outer; /* nullable */
  gulong handler;
  guint timeout;
  gboolean is_over;
};

static gboolean
on_timeout (gpointer user_data)
{
  GwCloudDeadline *self = user_data;

  self->timeout = 0;
  self->is_over = TRUE;
  g_cancellable_cancel (self->inner);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *outer,
              gpointer      user_data)
{
  GwCloudDeadline *self = user_data;

  g_cancellable_cancel (self->inner);
}

GwCloudDeadline *
gw_cloud_deadline_new (guint         milliseconds,
                       GCancellable *cancellable)
{
  GwCloudDeadline *self = g_new0 (GwCloudDeadline, 1);

  self->inner = g_cancellable_new ();
  self->timeout = g_timeout_add (milliseconds, on_timeout, self);
  if (cancellable != NULL)
    {
      self->outer = g_object_ref (cancellable);
      /* Runs at once where it is cancelled already; then there is no handler. */
      self->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);
    }
  return self;
}

void
gw_cloud_deadline_free (GwCloudDeadline *self)
{
  if (self == NULL)
    return;
  /* Not g_cancellable_disconnect(): it waits for ever inside of the signal. */
  if (self->handler != 0)
    g_signal_handler_disconnect (self->outer, self->handler);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->outer);
  g_object_unref (self->inner);
  g_free (self);
}

GCancellable *
gw_cloud_deadline_get_cancellable (GwCloudDeadline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->inner;
}

gboolean
gw_cloud_deadline_is_over (GwCloudDeadline *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_over;
}
