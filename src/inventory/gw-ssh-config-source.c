/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-ssh-config-source.h"

#include "gw-endpoint.h"
#include "gw-ssh-config.h"

#include <glib/gi18n.h>

/* Editors write in steps; and a program that writes without pause must not stop the reading. */
#define RELOAD_DELAY_MS 200

struct _GwSshConfigSource
{
  GwSource parent_instance;

  char *path;
  GwSshConfig *config; /* %NULL until loaded */
  GHashTable *monitors; /* path → GFileMonitor */
  guint reload_timeout;
  guint n_hosts;
};

G_DEFINE_FINAL_TYPE (GwSshConfigSource, gw_ssh_config_source, GW_TYPE_SOURCE)

enum { PROP_0, PROP_N_HOSTS, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void load_config (GwSshConfigSource *self);

static void
on_reload (gpointer data)
{
  GwSshConfigSource *self = data;

  g_assert (GW_IS_SSH_CONFIG_SOURCE (self));

  self->reload_timeout = 0;
  load_config (self);
}

static void
on_changed (GFileMonitor      *monitor,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event,
            GwSshConfigSource *self)
{
  g_assert (GW_IS_SSH_CONFIG_SOURCE (self));

  if (self->reload_timeout == 0)
    self->reload_timeout = g_timeout_add_once (RELOAD_DELAY_MS, on_reload, self);
}

static GFileMonitor *
watch (GwSshConfigSource *self,
       const char        *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor;

  monitor = g_file_monitor (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (monitor == NULL)
    {
      g_debug ("Cannot watch %s: %s", path, error->message);
      return NULL;
    }
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), self);
  return monitor;
}

/* Watches what the config of now was read from. Monitors that go on are kept, or a change between
 * two of them would be missed. */
static void
update_monitors (GwSshConfigSource *self)
{
  const char *const *watched = gw_ssh_config_get_watched (self->config);
  g_autoptr (GHashTable) old = g_steal_pointer (&self->monitors);
  GHashTableIter iter;
  gpointer path, monitor;

  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  for (guint i = 0; watched[i] != NULL; i++)
    {
      monitor = g_hash_table_lookup (old, watched[i]);
      monitor = monitor != NULL ? g_object_ref (monitor) : watch (self, watched[i]);
      if (monitor != NULL)
        g_hash_table_insert (self->monitors, g_strdup (watched[i]), monitor);
    }
  /* One that is dropped with an event on its way must not call any more. */
  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, &path, &monitor))
    if (!g_hash_table_contains (self->monitors, path))
      g_signal_handlers_disconnect_by_data (monitor, self);
}

/* "~" and the words that do not need a connection; %NULL where others are left. */
static char *
expand_identity_file (const char *text,
                      const char *host,
                      const char *dialled,
                      const char *user)
{
  const char *const pairs[] = { "d", g_get_home_dir (), "h", dialled, "n", host, "u",
                                g_get_user_name (), "r", user != NULL ? user : g_get_user_name (),
                                NULL };
  g_autofree char *expanded = NULL;

  if (g_ascii_strcasecmp (text, "none") == 0)
    return NULL;
  expanded = gw_ssh_config_expand (text, pairs);
  if (expanded != NULL && g_str_has_prefix (expanded, "~/"))
    return g_build_filename (g_get_home_dir (), expanded + 2, NULL);
  return g_steal_pointer (&expanded);
}

/* %NULL for a host that cannot be dialled. @values as of gw_ssh_config_lookup(). */
static GwInstance *
make_instance (const char  *host,
               const char **values)
{
  const char *const pairs[] = { "h", host, NULL };
  const char *host_name = values[GW_SSH_CONFIG_HOST_NAME];
  const char *user = values[GW_SSH_CONFIG_USER];
  const char *port_text = values[GW_SSH_CONFIG_PORT];
  const char *jump = values[GW_SSH_CONFIG_PROXY_JUMP];
  g_autofree char *id = g_strconcat ("ssh-config:", host, NULL);
  g_autofree char *dialled = NULL;
  g_autofree char *identity = NULL;
  g_autoptr (GwInstance) instance = NULL;
  guint16 port;

  dialled = host_name != NULL ? gw_ssh_config_expand (host_name, pairs) : g_strdup (host);
  if (!gw_host_validate (host, NULL) || !gw_host_validate (dialled, NULL))
    return NULL;

  instance = gw_instance_new (id);
  gw_instance_set_text (instance, GW_INSTANCE_NAME, host);
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, dialled);
  gw_instance_set_text (instance, GW_INSTANCE_USER, user);
  if (port_text != NULL && gw_port_parse (port_text, &port, NULL))
    gw_instance_set_port (instance, port);
  if (jump != NULL && g_ascii_strcasecmp (jump, "none") != 0)
    gw_instance_set_text (instance, GW_INSTANCE_PROXY_JUMP, jump);
  if (values[GW_SSH_CONFIG_IDENTITY_FILE] != NULL)
    identity = expand_identity_file (values[GW_SSH_CONFIG_IDENTITY_FILE], host, dialled, user);
  gw_instance_set_text (instance, GW_INSTANCE_IDENTITY_FILE, identity);
  return g_steal_pointer (&instance);
}

static void
load_config (GwSshConfigSource *self)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func (g_object_unref);
  const char *const *hosts;

  g_clear_pointer (&self->config, gw_ssh_config_free);
  self->config = gw_ssh_config_load (self->path, g_get_home_dir ());
  hosts = gw_ssh_config_get_hosts (self->config);
  for (guint i = 0; hosts[i] != NULL; i++)
    {
      const char *values[GW_N_SSH_CONFIG_KEYWORDS];
      GwInstance *instance;

      gw_ssh_config_lookup (self->config, hosts[i], values);
      instance = make_instance (hosts[i], values);
      if (instance != NULL)
        g_ptr_array_add (instances, instance);
    }
  update_monitors (self);

  gw_source_replace (GW_SOURCE (self), instances);
  gw_source_set_notice (GW_SOURCE (self), gw_ssh_config_get_notice (self->config));
  if (self->n_hosts != instances->len)
    {
      self->n_hosts = instances->len;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_HOSTS]);
    }
}

static void
gw_ssh_config_source_load (GwSource *source)
{
  load_config (GW_SSH_CONFIG_SOURCE (source));
}

static void
gw_ssh_config_source_get_property (GObject    *object,
                                   guint       id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  GwSshConfigSource *self = GW_SSH_CONFIG_SOURCE (object);

  switch (id)
    {
    case PROP_N_HOSTS:
      g_value_set_uint (value, self->n_hosts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gw_ssh_config_source_dispose (GObject *object)
{
  GwSshConfigSource *self = GW_SSH_CONFIG_SOURCE (object);
  GHashTableIter iter;
  gpointer monitor;

  g_clear_handle_id (&self->reload_timeout, g_source_remove);
  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, NULL, &monitor))
    g_signal_handlers_disconnect_by_data (monitor, self);
  g_hash_table_remove_all (self->monitors);

  G_OBJECT_CLASS (gw_ssh_config_source_parent_class)->dispose (object);
}

static void
gw_ssh_config_source_finalize (GObject *object)
{
  GwSshConfigSource *self = GW_SSH_CONFIG_SOURCE (object);

  gw_ssh_config_free (self->config);
  g_hash_table_unref (self->monitors);
  g_free (self->path);

  G_OBJECT_CLASS (gw_ssh_config_source_parent_class)->finalize (object);
}

static void
gw_ssh_config_source_class_init (GwSshConfigSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gw_ssh_config_source_get_property;
  object_class->dispose = gw_ssh_config_source_dispose;
  object_class->finalize = gw_ssh_config_source_finalize;
  GW_SOURCE_CLASS (klass)->load = gw_ssh_config_source_load;

  properties[PROP_N_HOSTS] = g_param_spec_uint ("n-hosts", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gw_ssh_config_source_init (GwSshConfigSource *self)
{
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

GwSshConfigSource *
gw_ssh_config_source_new (const char *path)
{
  GwSshConfigSource *self = g_object_new (GW_TYPE_SSH_CONFIG_SOURCE, "id", "ssh-config", "title",
                                          _("SSH Config"), NULL);

  self->path = path != NULL ? g_strdup (path)
                            : g_build_filename (g_get_home_dir (), ".ssh", "config", NULL);
  return self;
}

GwInstance *
gw_ssh_config_source_resolve (GwSshConfigSource *self,
                              const char        *host)
{
  const char *values[GW_N_SSH_CONFIG_KEYWORDS];

  g_return_val_if_fail (GW_IS_SSH_CONFIG_SOURCE (self), NULL);
  g_return_val_if_fail (host != NULL, NULL);

  gw_source_load (GW_SOURCE (self));
  if (!gw_ssh_config_lookup (self->config, host, values))
    return NULL;
  return make_instance (host, values);
}

GwInstance *
gw_ssh_config_source_find (GwCatalogue *catalogue,
                           GwInstance  *instance,
                           const char  *host)
{
  GListModel *sources = G_LIST_MODEL (catalogue);
  GwSource *owner = NULL;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (host != NULL, NULL);

  if (instance != NULL)
    gw_catalogue_lookup (catalogue, gw_instance_get_id (instance), &owner);
  if (GW_IS_SSH_CONFIG_SOURCE (owner) || *host == '\0')
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (sources, i);

      if (GW_IS_SSH_CONFIG_SOURCE (source))
        return gw_ssh_config_source_resolve (GW_SSH_CONFIG_SOURCE (source), host);
    }
  return NULL;
}
