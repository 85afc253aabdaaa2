/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "gw-auto-lock.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "gw-auto-lock-private.h"

#define N_SUBSCRIPTIONS 7

struct _GwAutoLock {
  GObject parent_instance;

  GCancellable *cancellable;
  GDBusConnection *session_bus;
  GDBusConnection *system_bus;
  guint session_ids[N_SUBSCRIPTIONS];
  guint system_ids[N_SUBSCRIPTIONS];
  GwSleepInhibitor *inhibitor; /* where there is a system bus */

  gint64 span;  /* microseconds, 0: never */
  gint64 last;  /* activity, by now () */
  int timer_fd; /* -1 if there is none to be had */
  guint timer_source;
  gboolean is_armed; /* the timer runs; not after it has locked, until there is activity */
};

/* Each desktop has one of these as name and interface. */
static const char *const screen_savers[] = {
  "org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver", "org.cinnamon.ScreenSaver",
  "org.mate.ScreenSaver", "org.xfce.ScreenSaver",
};
G_STATIC_ASSERT (G_N_ELEMENTS (screen_savers) <= N_SUBSCRIPTIONS);

enum {
  SIGNAL_LOCK,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GwAutoLock, gw_auto_lock, G_TYPE_OBJECT)

/* Unlike the clock of GLib's timeouts it goes on while the machine is asleep. */
static gint64
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_BOOTTIME, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
lock (GwAutoLock *self)
{
  g_signal_emit (self, signals[SIGNAL_LOCK], 0);
}

/* Idle time */

static void
arm (GwAutoLock *self)
{
  gint64 due = self->last + self->span;
  struct itimerspec when = { 0 };

  self->is_armed = self->span > 0 && self->timer_fd >= 0;
  if (self->is_armed)
    {
      when.it_value.tv_sec = due / G_USEC_PER_SEC;
      when.it_value.tv_nsec = due % G_USEC_PER_SEC * 1000;
    }
  if (self->timer_fd >= 0)
    timerfd_settime (self->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Whether it was due, and then it is done. */
static gboolean
lock_if_due (GwAutoLock *self)
{
  if (!self->is_armed || now () < self->last + self->span)
    return FALSE;
  self->is_armed = FALSE;
  lock (self);
  return TRUE;
}

static gboolean
on_timer (int           fd,
          GIOCondition  condition,
          gpointer      user_data)
{
  GwAutoLock *self = user_data;
  guint64 expirations;

  g_assert (GW_IS_AUTO_LOCK (self));

  if (read (fd, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
    {
      g_warning ("The idle timer failed: %s", g_strerror (errno));
      self->timer_source = 0;
      return G_SOURCE_REMOVE;
    }
  if (self->is_armed && !lock_if_due (self))
    arm (self);
  return G_SOURCE_CONTINUE;
}

void
_gw_auto_lock_set_microseconds (GwAutoLock *self,
                                gint64      microseconds)
{
  self->span = microseconds;
  arm (self);
}

void
gw_auto_lock_set_minutes (GwAutoLock *self,
                          guint       minutes)
{
  g_return_if_fail (GW_IS_AUTO_LOCK (self));

  _gw_auto_lock_set_microseconds (self, (gint64) minutes * 60 * G_USEC_PER_SEC);
}

void
gw_auto_lock_note_activity (GwAutoLock *self)
{
  g_return_if_fail (GW_IS_AUTO_LOCK (self));

  /* The key that follows a long sleep may come before the timer. */
  lock_if_due (self);
  self->last = now ();
  if (!self->is_armed)
    arm (self);
}

/* The buses */

/* The one flag of both signals. FALSE where they carry something else: whoever sends that is not
 * what it says. */
static gboolean
read_flag (GVariant *parameters,
           gboolean *flag)
{
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return FALSE;
  g_variant_get (parameters, "(b)", flag);
  return TRUE;
}

static void
on_active_changed (GDBusConnection *connection,
                   const char      *sender,
                   const char      *path,
                   const char      *interface,
                   const char      *signal,
                   GVariant        *parameters,
                   gpointer         user_data)
{
  gboolean active;

  g_assert (GW_IS_AUTO_LOCK (user_data));

  if (read_flag (parameters, &active) && active)
    lock (user_data);
}

static void
on_prepare_for_sleep (GDBusConnection *connection,
                      const char      *sender,
                      const char      *path,
                      const char      *interface,
                      const char      *signal,
                      GVariant        *parameters,
                      gpointer         user_data)
{
  GwAutoLock *self = user_data;
  gboolean begins;

  g_assert (GW_IS_AUTO_LOCK (self));

  if (!read_flag (parameters, &begins))
    return;
  if (begins)
    {
      lock (self);
      _gw_sleep_inhibitor_let_sleep (self->inhibitor);
    }
  else
    _gw_sleep_inhibitor_hold (self->inhibitor);
}

static void
on_owner_known (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;
  guint32 uid = getuid ();

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  /* There is no object any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE ("(uo)")))
    g_variant_get (value, "(uo)", &uid, NULL);
  /* In doubt it is ours: asking once more for a secret is the smaller harm. */
  if (uid == getuid ())
    lock (user_data);
}

/* logind says it to everybody. Which session is ours cannot be told from the environment that a
 * desktop gives its programs, but whose it is can be asked. */
static void
on_session_lock (GDBusConnection *connection,
                 const char      *sender,
                 const char      *path,
                 const char      *interface,
                 const char      *signal,
                 GVariant        *parameters,
                 gpointer         user_data)
{
  GwAutoLock *self = user_data;

  g_assert (GW_IS_AUTO_LOCK (self));

  g_dbus_connection_call (connection, sender, path, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", GW_LOGIND_SESSION, "User"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, GW_LOGIND_TIMEOUT, self->cancellable,
                          on_owner_known, self);
}

static void
use_session_bus (GwAutoLock      *self,
                 GDBusConnection *bus)
{
  self->session_bus = g_object_ref (bus);
  for (guint i = 0; i < G_N_ELEMENTS (screen_savers); i++)
    self->session_ids[i] = g_dbus_connection_signal_subscribe (
      bus, screen_savers[i], screen_savers[i], "ActiveChanged", NULL, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_active_changed, self, NULL);
}

static void
use_system_bus (GwAutoLock      *self,
                GDBusConnection *bus)
{
  self->system_bus = g_object_ref (bus);
  self->system_ids[0] = g_dbus_connection_signal_subscribe (
    bus, GW_LOGIND, GW_LOGIND_SESSION, "Lock", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
    on_session_lock, self, NULL);
  self->system_ids[1] = g_dbus_connection_signal_subscribe (
    bus, GW_LOGIND, GW_LOGIND_MANAGER, "PrepareForSleep", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
    on_prepare_for_sleep, self, NULL);
  self->inhibitor = _gw_sleep_inhibitor_new (bus);
}

/* %NULL where there is none, or no object any more. */
static GDBusConnection *
finish_bus (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    g_debug ("Nobody says when the screen is locked: %s", error->message);
  else
    /* A bus that is restarted must not end the program. */
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  return bus;
}

static void
on_session_bus (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GDBusConnection) bus = finish_bus (result);

  if (bus != NULL)
    use_session_bus (user_data, bus);
}

static void
on_system_bus (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GDBusConnection) bus = finish_bus (result);

  if (bus != NULL)
    use_system_bus (user_data, bus);
}

static void
leave_bus (GDBusConnection **bus,
           guint            *ids)
{
  for (guint i = 0; *bus != NULL && i < N_SUBSCRIPTIONS && ids[i] != 0; i++)
    g_dbus_connection_signal_unsubscribe (*bus, ids[i]);
  g_clear_object (bus);
}

static void
gw_auto_lock_dispose (GObject *object)
{
  GwAutoLock *self = GW_AUTO_LOCK (object);

  g_cancellable_cancel (self->cancellable);
  leave_bus (&self->session_bus, self->session_ids);
  leave_bus (&self->system_bus, self->system_ids);
  g_clear_pointer (&self->inhibitor, _gw_sleep_inhibitor_free);
  g_clear_handle_id (&self->timer_source, g_source_remove);
  if (self->timer_fd >= 0)
    close (self->timer_fd);
  self->timer_fd = -1;

  G_OBJECT_CLASS (gw_auto_lock_parent_class)->dispose (object);
}

static void
gw_auto_lock_finalize (GObject *object)
{
  g_object_unref (GW_AUTO_LOCK (object)->cancellable);

  G_OBJECT_CLASS (gw_auto_lock_parent_class)->finalize (object);
}

static void
gw_auto_lock_class_init (GwAutoLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_auto_lock_dispose;
  object_class->finalize = gw_auto_lock_finalize;

  signals[SIGNAL_LOCK] = g_signal_new ("lock", GW_TYPE_AUTO_LOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
gw_auto_lock_init (GwAutoLock *self)
{
  self->cancellable = g_cancellable_new ();
  self->last = now ();
  self->timer_fd = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->timer_fd >= 0)
    self->timer_source = g_unix_fd_add (self->timer_fd, G_IO_IN, on_timer, self);
  else
    g_warning ("Secrets in memory are not forgotten by time: %s", g_strerror (errno));
}

GwAutoLock *
gw_auto_lock_new (GDBusConnection *session_bus,
                  GDBusConnection *system_bus)
{
  GwAutoLock *self;

  g_return_val_if_fail (session_bus == NULL || G_IS_DBUS_CONNECTION (session_bus), NULL);
  g_return_val_if_fail (system_bus == NULL || G_IS_DBUS_CONNECTION (system_bus), NULL);

  self = g_object_new (GW_TYPE_AUTO_LOCK, NULL);
  if (session_bus != NULL)
    use_session_bus (self, session_bus);
  else
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_session_bus, self);
  if (system_bus != NULL)
    use_system_bus (self, system_bus);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_system_bus, self);
  return self;
}
