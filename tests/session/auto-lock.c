/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When secrets in memory have to go: a bus with made-up desktops, no bus, and short times. */

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <gw-auto-lock-private.h>
#include <poll.h>
#include <unistd.h>

#include "gw-test.h"

#define SESSION_PATH "/org/freedesktop/login1/session/_3"
#define MANAGER_PATH "/org/freedesktop/login1"

typedef struct {
  GTestDBus *bus;
  GDBusConnection *ours;
  GDBusConnection *theirs;
  GwAutoLock *lock;
  guint n_locks;
} Fixture;

static void
on_lock (GwAutoLock *lock,
         guint      *n_locks)
{
  ++*n_locks;
}

static GwAutoLock *
auto_lock_new (GDBusConnection *session_bus,
               GDBusConnection *system_bus,
               guint           *n_locks)
{
  GwAutoLock *lock = gw_auto_lock_new (session_bus, system_bus);

  g_signal_connect (lock, "lock", G_CALLBACK (on_lock), n_locks);
  return lock;
}

static GDBusConnection *
connect_bus (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection;

  connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (bus), G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static GVariant *
ask_bus (GDBusConnection *connection,
         const char      *method,
         GVariant        *parameters)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply;

  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", method, parameters, NULL,
                                       G_DBUS_CALL_FLAGS_NONE, 20000, NULL, &error);
  g_assert_no_error (error);
  return reply;
}

static void
own_name (Fixture    *f,
          const char *name)
{
  g_autoptr (GVariant) reply = ask_bus (f->theirs, "RequestName", g_variant_new ("(su)", name, 4));

  g_assert_nonnull (reply);
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_variant_unref (g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* All that was sent to us before has been seen. */
static void
settle (Fixture *f)
{
  gboolean done = FALSE;

  g_dbus_connection_call (f->ours, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE,
                          20000, NULL, on_answer, &done);
  gw_test_wait_until (done);
}

static void
set_up (Fixture      *f,
        gconstpointer unused)
{
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->ours = connect_bus (f->bus);
  f->theirs = connect_bus (f->bus);
  f->lock = auto_lock_new (f->ours, f->ours, &f->n_locks);
}

static void
close_bus (GDBusConnection *connection)
{
  g_dbus_connection_close_sync (connection, NULL, NULL);
  g_object_unref (connection);
}

static void
tear_down (Fixture      *f,
           gconstpointer unused)
{
  g_assert_finalize_object (f->lock);
  close_bus (f->theirs);
  close_bus (f->ours);
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
  /* GTestDBus takes it away. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
}

static void
emit (Fixture    *f,
      const char *path,
      const char *interface,
      const char *name,
      GVariant   *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (f->theirs, NULL, path, interface, name, parameters, &error);
  g_assert_no_error (error);
  /* The bus has it. */
  g_variant_unref (ask_bus (f->theirs, "GetId", NULL));
  settle (f);
}

static void
test_screen_savers (Fixture      *f,
                    gconstpointer unused)
{
  static const struct {
    const char *name;
    const char *path;
  } rows[] = {
    { "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver" },
    { "org.freedesktop.ScreenSaver", "/ScreenSaver" },
    { "org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver" },
    { "org.mate.ScreenSaver", "/org/mate/ScreenSaver" },
    { "org.xfce.ScreenSaver", "/org/xfce/ScreenSaver" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* One who does not own the name. */
      emit (f, rows[i].path, rows[i].name, "ActiveChanged", g_variant_new ("(b)", TRUE));
      g_assert_cmpuint (f->n_locks, ==, i);
      own_name (f, rows[i].name);
      settle (f);
      emit (f, rows[i].path, rows[i].name, "ActiveChanged", g_variant_new ("(b)", FALSE));
      emit (f, rows[i].path, rows[i].name, "ActiveChanged", g_variant_new ("(s)", "yes"));
      emit (f, rows[i].path, rows[i].name, "ActiveChanged", NULL);
      g_assert_cmpuint (f->n_locks, ==, i);
      emit (f, rows[i].path, rows[i].name, "ActiveChanged", g_variant_new ("(b)", TRUE));
      g_assert_cmpuint (f->n_locks, ==, i + 1);
    }
}

static GVariant *
get_property (GDBusConnection *connection,
              const char      *sender,
              const char      *path,
              const char      *interface,
              const char      *name,
              GError         **error,
              gpointer         user_data)
{
  return g_variant_new ("(uo)", GPOINTER_TO_UINT (user_data), "/org/freedesktop/login1/user/x");
}

static void
add_session (Fixture    *f,
             const char *path,
             guint       uid)
{
  static const GDBusInterfaceVTable vtable = { .get_property = get_property };
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;

  node = g_dbus_node_info_new_for_xml (
    "<node><interface name='org.freedesktop.login1.Session'>"
    "<property name='User' type='(uo)' access='read'/></interface></node>", &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (f->theirs, path, node->interfaces[0], &vtable,
                                     GUINT_TO_POINTER (uid), NULL, &error);
  g_assert_no_error (error);
}

static void
test_logind (Fixture      *f,
             gconstpointer unused)
{
  own_name (f, "org.freedesktop.login1");
  add_session (f, SESSION_PATH "1", getuid ());
  add_session (f, SESSION_PATH "2", getuid () + 1);
  settle (f);

  /* Somebody else's first: by the time ours has an answer, so has that one. */
  emit (f, SESSION_PATH "2", "org.freedesktop.login1.Session", "Lock", NULL);
  emit (f, SESSION_PATH "1", "org.freedesktop.login1.Session", "Lock", NULL);
  gw_test_wait_until (f->n_locks > 0);
  settle (f);
  g_assert_cmpuint (f->n_locks, ==, 1);
  /* One that cannot be asked counts as ours. */
  emit (f, SESSION_PATH "3", "org.freedesktop.login1.Session", "Lock", NULL);
  gw_test_wait_until (f->n_locks > 1);

  emit (f, MANAGER_PATH, "org.freedesktop.login1.Manager", "PrepareForSleep",
        g_variant_new ("(b)", FALSE));
  g_assert_cmpuint (f->n_locks, ==, 2);
  emit (f, MANAGER_PATH, "org.freedesktop.login1.Manager", "PrepareForSleep",
        g_variant_new ("(b)", TRUE));
  g_assert_cmpuint (f->n_locks, ==, 3);
  emit (f, SESSION_PATH "1", "org.freedesktop.login1.Session", "Unlock", NULL);
  g_assert_cmpuint (f->n_locks, ==, 3);
}

/* A logind whose delays are pipes: each one lasts until its other end is closed. */
typedef struct {
  guint n_asked;
  int delay; /* our end of the last one */
  guint n_locks_at_end;
} Logind;

static void
on_inhibit (GDBusConnection       *connection,
            const char            *sender,
            const char            *path,
            const char            *interface,
            const char            *method,
            GVariant              *parameters,
            GDBusMethodInvocation *invocation,
            gpointer               user_data)
{
  Logind *logind = user_data;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  const char *what, *mode;
  int ends[2];

  g_variant_get (parameters, "(&s&s&s&s)", &what, NULL, NULL, &mode);
  g_assert_cmpstr (what, ==, "sleep");
  g_assert_cmpstr (mode, ==, "delay");
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_assert_cmpint (g_unix_fd_list_append (fds, ends[1], NULL), ==, 0);
  close (ends[1]);
  if (logind->delay >= 0)
    close (logind->delay);
  logind->delay = ends[0];
  logind->n_asked++;
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           fds);
}

static guint
add_manager (Fixture *f,
             Logind  *logind)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_inhibit };
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;
  guint id;

  node = g_dbus_node_info_new_for_xml (
    "<node><interface name='org.freedesktop.login1.Manager'><method name='Inhibit'>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='h' direction='out'/></method></interface></node>",
    &error);
  g_assert_no_error (error);
  id = g_dbus_connection_register_object (f->theirs, MANAGER_PATH, node->interfaces[0], &vtable,
                                          logind, NULL, &error);
  g_assert_no_error (error);
  return id;
}

static gboolean
is_delayed (const Logind *logind)
{
  struct pollfd end = { .fd = logind->delay, .events = POLLIN };

  return logind->delay >= 0 && poll (&end, 1, 0) == 0;
}

static void
note_delay (GwAutoLock *lock,
            Logind     *logind)
{
  g_assert_true (is_delayed (logind));
  logind->n_locks_at_end++;
}

/* The machine waits until secrets are wiped, each time. */
static void
test_sleep (Fixture      *f,
            gconstpointer unused)
{
  Logind logind = { .delay = -1 };

  g_signal_connect (f->lock, "lock", G_CALLBACK (note_delay), &logind);
  settle (f);
  add_manager (f, &logind);
  /* A logind that comes late. */
  own_name (f, "org.freedesktop.login1");
  gw_test_wait_until (logind.n_asked == 1);
  settle (f);
  g_assert_true (is_delayed (&logind));

  for (guint i = 1; i <= 2; i++)
    {
      emit (f, MANAGER_PATH, "org.freedesktop.login1.Manager", "PrepareForSleep",
            g_variant_new ("(b)", TRUE));
      gw_test_wait_until (!is_delayed (&logind));
      g_assert_cmpuint (f->n_locks, ==, i);
      g_assert_cmpuint (logind.n_locks_at_end, ==, i);
      g_assert_cmpuint (logind.n_asked, ==, i);
      emit (f, MANAGER_PATH, "org.freedesktop.login1.Manager", "PrepareForSleep",
            g_variant_new ("(b)", FALSE));
      gw_test_wait_until (logind.n_asked == i + 1);
      settle (f);
      g_assert_true (is_delayed (&logind));
    }

  /* It ends with the program. */
  g_signal_handlers_disconnect_by_func (f->lock, note_delay, &logind);
  g_assert_finalize_object (f->lock);
  gw_test_wait_until (!is_delayed (&logind));
  f->lock = auto_lock_new (f->ours, f->ours, &f->n_locks);
  gw_test_wait_until (logind.n_asked == 4);
  close (logind.delay);
  logind.delay = -1;
}

/* Gone while logind is asked. */
static void
test_gone (Fixture      *f,
           gconstpointer unused)
{
  guint n_locks = 0;

  own_name (f, "org.freedesktop.login1");
  settle (f);
  emit (f, SESSION_PATH "1", "org.freedesktop.login1.Session", "Lock", NULL);
  g_assert_finalize_object (f->lock);
  settle (f);
  f->lock = auto_lock_new (f->ours, f->ours, &n_locks);
  settle (f);
  emit (f, SESSION_PATH "1", "org.freedesktop.login1.Session", "Lock", NULL);
  gw_test_wait_until (n_locks > 0);
  g_assert_cmpuint (f->n_locks, ==, 0);
}

/* The bus goes: the program stays. */
static void
test_bus_gone (Fixture      *f,
               gconstpointer unused)
{
  settle (f);
  g_test_dbus_stop (f->bus);
  gw_test_wait_until (g_dbus_connection_is_closed (f->ours));
  _gw_auto_lock_set_microseconds (f->lock, 1000);
  gw_test_wait_until (f->n_locks == 1);
}

static void
test_no_bus (void)
{
  guint n_locks = 0;
  GwAutoLock *lock = auto_lock_new (NULL, NULL, &n_locks);

  _gw_auto_lock_set_microseconds (lock, 50 * 1000);
  gw_test_wait_until (n_locks == 1);
  g_assert_finalize_object (lock);

  /* Gone before the buses have answered. */
  lock = auto_lock_new (NULL, NULL, &n_locks);
  g_assert_finalize_object (lock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (n_locks, ==, 1);
}

typedef struct {
  gint64 span;
  gint64 last;
  guint n_locks;
} Idle;

static void
on_idle_lock (GwAutoLock *lock,
              Idle       *idle)
{
  /* Both clocks count microseconds, in steps of their own. */
  g_assert_cmpint (g_get_monotonic_time () - idle->last, >=, idle->span - 5000);
  idle->n_locks++;
}

static void
wait_microseconds (gint64 microseconds)
{
  gint64 until = g_get_monotonic_time () + microseconds;

  gw_test_wait_until (g_get_monotonic_time () >= until);
}

static void
test_idle (void)
{
  Idle idle = { .span = 150 * 1000 };
  GwAutoLock *lock = gw_auto_lock_new (NULL, NULL);
  guint n;

  g_signal_connect (lock, "lock", G_CALLBACK (on_idle_lock), &idle);
  gw_auto_lock_note_activity (lock);
  idle.last = g_get_monotonic_time ();
  _gw_auto_lock_set_microseconds (lock, idle.span);
  /* Each puts it off; together they are longer than the span. */
  for (guint i = 0; i < 5; i++)
    {
      wait_microseconds (50 * 1000);
      gw_auto_lock_note_activity (lock);
      idle.last = g_get_monotonic_time ();
    }
  n = idle.n_locks;
  gw_test_wait_until (idle.n_locks == n + 1);
  /* Once, until something is done again. */
  wait_microseconds (2 * idle.span);
  g_assert_cmpuint (idle.n_locks, ==, n + 1);
  gw_auto_lock_note_activity (lock);
  idle.last = g_get_monotonic_time ();
  gw_test_wait_until (idle.n_locks == n + 2);
  g_assert_finalize_object (lock);
}

/* The first key after a long sleep comes before the timer. */
static void
test_late_key (void)
{
  guint n_locks = 0;
  GwAutoLock *lock = auto_lock_new (NULL, NULL, &n_locks);
  gint64 until;

  _gw_auto_lock_set_microseconds (lock, 10 * 1000);
  until = g_get_monotonic_time () + 30 * 1000;
  while (g_get_monotonic_time () < until)
    continue;
  gw_auto_lock_note_activity (lock);
  g_assert_cmpuint (n_locks, ==, 1);
  gw_test_wait_until (n_locks == 2);
  g_assert_finalize_object (lock);
}

static void
test_minutes (void)
{
  guint n_locks = 0, n_others = 0;
  GwAutoLock *lock = auto_lock_new (NULL, NULL, &n_locks);
  GwAutoLock *other = auto_lock_new (NULL, NULL, &n_others);

  /* Never, which is how it begins: the other's time passes. */
  _gw_auto_lock_set_microseconds (lock, 20 * 1000);
  gw_auto_lock_set_minutes (lock, 0);
  gw_auto_lock_note_activity (lock);
  _gw_auto_lock_set_microseconds (other, 60 * 1000);
  gw_test_wait_until (n_others == 1);
  gw_auto_lock_set_minutes (lock, G_MAXUINT);
  gw_auto_lock_note_activity (other);
  gw_test_wait_until (n_others == 2);
  g_assert_cmpuint (n_locks, ==, 0);

  /* A shorter time than has passed already. */
  gw_auto_lock_set_minutes (lock, 60);
  _gw_auto_lock_set_microseconds (lock, 10 * 1000);
  gw_test_wait_until (n_locks == 1);
  /* Longer while it runs. */
  gw_auto_lock_note_activity (other);
  gw_auto_lock_note_activity (lock);
  gw_auto_lock_set_minutes (lock, 1);
  gw_test_wait_until (n_others == 3);
  g_assert_cmpuint (n_locks, ==, 1);
  g_assert_finalize_object (lock);
  g_assert_finalize_object (other);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) \
  g_test_add ("/auto-lock/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("screen-savers", test_screen_savers);
  ADD ("logind", test_logind);
  ADD ("sleep", test_sleep);
  ADD ("gone", test_gone);
  ADD ("bus-gone", test_bus_gone);
  g_test_add_func ("/auto-lock/no-bus", test_no_bus);
  g_test_add_func ("/auto-lock/idle", test_idle);
  g_test_add_func ("/auto-lock/late-key", test_late_key);
  g_test_add_func ("/auto-lock/minutes", test_minutes);

  return g_test_run ();
}
