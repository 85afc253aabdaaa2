/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-door.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "gw-error.h"

/* GIO silently cuts a longer path, and the socket is somewhere else then. */
#define MAX_PATH (sizeof (((struct sockaddr_un *) NULL)->sun_path) - 1)
#define NAME_FORMAT "%s/engine-%08x"
#define PRIVATE_TEMPLATE "/tmp/gangway-XXXXXX"

struct _GwDoor {
  GObject parent_instance;

  GDBusServer *server;
  char        *path;
  char        *private_dir; /* to be removed, or NULL */
};

G_DEFINE_FINAL_TYPE (GwDoor, gw_door, G_TYPE_OBJECT)

enum {
  SIGNAL_PEER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* $XDG_RUNTIME_DIR/gangway, or NULL where that is not ours alone. */
static char *
make_runtime_dir (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *dir = NULL;
  struct stat info;

  if (runtime == NULL || !g_path_is_absolute (runtime))
    return NULL;
  dir = g_build_filename (runtime, "gangway", NULL);
  if (strlen (dir) + strlen ("/engine-00000000") > MAX_PATH)
    return NULL;
  g_mkdir (dir, 0700);
  if (g_lstat (dir, &info) < 0 || !S_ISDIR (info.st_mode) || info.st_uid != geteuid () ||
      (info.st_mode & 077) != 0)
    {
      g_debug ("%s is not a directory of this user's only", dir);
      return NULL;
    }
  return g_steal_pointer (&dir);
}

static gboolean
on_allow_mechanism (GDBusAuthObserver *observer,
                    const char        *mechanism,
                    gpointer           user_data)
{
  return strcmp (mechanism, "EXTERNAL") == 0;
}

static gboolean
on_authorize (GDBusAuthObserver *observer,
              GIOStream         *stream,
              GCredentials      *credentials,
              gpointer           user_data)
{
  g_autoptr (GCredentials) own = g_credentials_new ();

  return credentials != NULL && g_credentials_is_same_user (credentials, own, NULL);
}

static gboolean
on_new_connection (GDBusServer     *server,
                   GDBusConnection *peer,
                   gpointer         user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_PEER], 0, peer);
  return TRUE;
}

static gboolean
start (GwDoor      *self,
       const char  *dir,
       GError     **error)
{
  g_autoptr (GDBusAuthObserver) observer = g_dbus_auth_observer_new ();
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *path = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *address = NULL;

  path = g_strdup_printf (NAME_FORMAT, dir, g_random_int ());
  escaped = g_dbus_address_escape_value (path);
  address = g_strconcat ("unix:path=", escaped, NULL);
  g_signal_connect (observer, "allow-mechanism", G_CALLBACK (on_allow_mechanism), NULL);
  g_signal_connect (observer, "authorize-authenticated-peer", G_CALLBACK (on_authorize), NULL);
  self->server =
    g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_AUTHENTICATION_REQUIRE_SAME_USER, guid,
                            observer, NULL, error);
  if (self->server == NULL)
    return FALSE;
  self->path = g_steal_pointer (&path);
  g_signal_connect (self->server, "new-connection", G_CALLBACK (on_new_connection), self);
  g_dbus_server_start (self->server);
  return TRUE;
}

GwDoor *
gw_door_open (GError **error)
{
  g_autoptr (GwDoor) self = g_object_new (GW_TYPE_DOOR, NULL);
  g_autofree char *dir = make_runtime_dir ();
  g_autoptr (GError) failure = NULL;
  char template[] = PRIVATE_TEMPLATE;

  if (dir != NULL && start (self, dir, &failure))
    return g_steal_pointer (&self);
  if (failure != NULL)
    g_debug ("no socket in %s: %s", dir, failure->message);
  g_clear_error (&failure);
  if (g_mkdtemp (template) == NULL)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_ENGINE, _("No place for a socket in %s: %s"), "/tmp",
                   g_strerror (errno));
      return NULL;
    }
  self->private_dir = g_strdup (template);
  if (start (self, self->private_dir, &failure))
    return g_steal_pointer (&self);
  g_set_error (error, GW_ERROR, GW_ERROR_ENGINE, _("No place for a socket in %s: %s"), "/tmp",
               failure->message);
  return NULL;
}

const char *
gw_door_get_address (GwDoor *self)
{
  g_return_val_if_fail (GW_IS_DOOR (self), NULL);

  return g_dbus_server_get_client_address (self->server);
}

static void
gw_door_finalize (GObject *object)
{
  GwDoor *self = GW_DOOR (object);

  if (self->server != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->server, self);
      g_dbus_server_stop (self->server);
    }
  g_clear_object (&self->server);
  if (self->path != NULL)
    g_unlink (self->path);
  if (self->private_dir != NULL)
    g_rmdir (self->private_dir);
  g_free (self->path);
  g_free (self->private_dir);
  G_OBJECT_CLASS (gw_door_parent_class)->finalize (object);
}

static void
gw_door_class_init (GwDoorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_door_finalize;

  signals[SIGNAL_PEER] = g_signal_new ("peer", GW_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_DBUS_CONNECTION);
}

static void
gw_door_init (GwDoor *self)
{
}
