/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "gw-auto-lock-private.h"

/* The delay of logind that lets us wipe before the machine sleeps, and its memory with it. */

struct _GwSleepInhibitor {
  GDBusConnection *bus;
  GCancellable *cancellable;
  guint watch_id;
  int fd; /* the delay, while it is open; or -1 */
  gboolean is_let; /* the machine may sleep: it wakes up before there is another delay */
};

static void
release (GwSleepInhibitor *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
on_inhibited (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GwSleepInhibitor *self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  int fd;

  reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result,
                                                           &error);
  /* There is no inhibitor any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  fd = fds != NULL ? g_unix_fd_list_get (fds, 0, NULL) : -1;
  if (fd < 0)
    {
      g_message ("Sleep cannot be delayed until secrets are wiped: %s",
                 error != NULL ? error->message : "logind gave nothing");
      return;
    }
  release (self);
  self->fd = fd;
  if (self->is_let)
    release (self);
}

static void
inhibit (GwSleepInhibitor *self)
{
  g_dbus_connection_call_with_unix_fd_list (
    self->bus, GW_LOGIND, GW_LOGIND_PATH, GW_LOGIND_MANAGER, "Inhibit",
    g_variant_new ("(ssss)", "sleep", "Gangway", _("Secrets in memory are wiped first"), "delay"),
    G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, GW_LOGIND_TIMEOUT, NULL,
    self->cancellable, on_inhibited, self);
}

static void
on_appeared (GDBusConnection *bus,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  GwSleepInhibitor *self = user_data;

  self->is_let = FALSE;
  inhibit (self);
}

static void
on_vanished (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  release (user_data);
}

GwSleepInhibitor *
_gw_sleep_inhibitor_new (GDBusConnection *system_bus)
{
  GwSleepInhibitor *self = g_new0 (GwSleepInhibitor, 1);

  self->bus = g_object_ref (system_bus);
  self->cancellable = g_cancellable_new ();
  self->fd = -1;
  self->watch_id = g_bus_watch_name_on_connection (system_bus, GW_LOGIND,
                                                   G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared,
                                                   on_vanished, self, NULL);
  return self;
}

void
_gw_sleep_inhibitor_free (GwSleepInhibitor *self)
{
  g_bus_unwatch_name (self->watch_id);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->bus);
  release (self);
  g_free (self);
}

void
_gw_sleep_inhibitor_let_sleep (GwSleepInhibitor *self)
{
  self->is_let = TRUE;
  release (self);
}

void
_gw_sleep_inhibitor_hold (GwSleepInhibitor *self)
{
  self->is_let = FALSE;
  inhibit (self);
}
