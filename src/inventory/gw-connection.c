/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-connection.h"

#include <glib/gi18n.h>

struct _GwConnection
{
  GObject parent_instance;

  GwConnectionKind kind;
  char *address;
  char *label;
};

G_DEFINE_FINAL_TYPE (GwConnection, gw_connection, G_TYPE_OBJECT)

enum { PROP_0, PROP_LABEL, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* In the order of GwConnectionKind. */
static const struct {
  const char *word;
  const char *label;
} kinds[] = {
  /* Translators: %s is an address or a host name, here and in the next ones */
  { "public", N_("Public IP – %s") },
  { "elastic", N_("Elastic IP – %s") },
  { "private", N_("Private IP – %s") },
  { "internal", N_("Internal IP – %s") },
  { "host-name", N_("Host Name – %s") },
};

static char *
make_label (GwConnectionKind  kind,
            const char       *address)
{
  /* The format is one of the table's, but gettext hides that from the compiler. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(kinds[kind].label), address);
#pragma GCC diagnostic pop
}

static void
gw_connection_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  GwConnection *self = GW_CONNECTION (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gw_connection_finalize (GObject *object)
{
  GwConnection *self = GW_CONNECTION (object);

  g_free (self->address);
  g_free (self->label);

  G_OBJECT_CLASS (gw_connection_parent_class)->finalize (object);
}

static void
gw_connection_class_init (GwConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gw_connection_get_property;
  object_class->finalize = gw_connection_finalize;

  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gw_connection_init (GwConnection *self)
{
}

GwConnection *
gw_connection_new (GwConnectionKind  kind,
                   const char       *address)
{
  GwConnection *self;

  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  self = g_object_new (GW_TYPE_CONNECTION, NULL);
  self->kind = kind;
  self->address = g_strdup (address);
  self->label = make_label (kind, address);
  return self;
}

GwConnectionKind
gw_connection_get_kind (GwConnection *self)
{
  g_return_val_if_fail (GW_IS_CONNECTION (self), GW_CONNECTION_HOST_NAME);

  return self->kind;
}

const char *
gw_connection_get_address (GwConnection *self)
{
  g_return_val_if_fail (GW_IS_CONNECTION (self), NULL);

  return self->address;
}

const char *
gw_connection_get_label (GwConnection *self)
{
  g_return_val_if_fail (GW_IS_CONNECTION (self), NULL);

  return self->label;
}

const char *
gw_connection_kind_to_string (GwConnectionKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), NULL);

  return kinds[kind].word;
}

gboolean
gw_connection_kind_from_string (const char       *string,
                                GwConnectionKind *kind)
{
  g_return_val_if_fail (kind != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].word, string) == 0)
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}

static void
append (GListStore       *store,
        GwConnectionKind  kind,
        const char       *address)
{
  g_autoptr (GwConnection) connection = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (GwConnection) other = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (g_ascii_strcasecmp (other->address, address) == 0)
        return;
    }
  connection = gw_connection_new (kind, address);
  g_list_store_append (store, connection);
}

static void
append_all (GListStore    *store,
            GwInstance    *instance,
            GwAddressKind  kind)
{
  const char *const *addresses = gw_instance_get_addresses (instance, kind);

  /* The first four kinds of connection are the kinds of address. */
  for (guint i = 0; addresses[i] != NULL; i++)
    append (store, (GwConnectionKind) kind, addresses[i]);
}

GListModel *
gw_connection_list_for (GwInstance *instance)
{
  GListStore *store;
  const char *host;

  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  store = g_list_store_new (GW_TYPE_CONNECTION);
  switch (gw_instance_get_network (instance))
    {
    case GW_NETWORK_VPC:
      append_all (store, instance, GW_ADDRESS_PUBLIC);
      append_all (store, instance, GW_ADDRESS_ELASTIC);
      append_all (store, instance, GW_ADDRESS_PRIVATE);
      break;

    case GW_NETWORK_CLASSIC:
      append_all (store, instance, GW_ADDRESS_PUBLIC);
      if (g_list_model_get_n_items (G_LIST_MODEL (store)) == 0)
        append_all (store, instance, GW_ADDRESS_INTERNAL);
      break;

    case GW_NETWORK_UNKNOWN:
    default:
      host = gw_instance_get_text (instance, GW_INSTANCE_HOST_NAME);
      if (host != NULL)
        append (store, GW_CONNECTION_HOST_NAME, host);
      for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
        append_all (store, instance, kind);
      break;
    }
  return G_LIST_MODEL (store);
}

guint
gw_connection_choose (GListModel *connections,
                      const char *last_address,
                      const char *last_kind)
{
  enum { LAST_ADDRESS, LAST_KIND, PUBLIC, FIRST } best = FIRST;
  GwConnectionKind kind;
  gboolean has_kind;
  guint chosen = 0;

  g_return_val_if_fail (G_IS_LIST_MODEL (connections), 0);

  has_kind = gw_connection_kind_from_string (last_kind, &kind);
  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (GwConnection) connection = g_list_model_get_item (connections, i);
      guint rank = FIRST;

      if (last_address != NULL && g_ascii_strcasecmp (connection->address, last_address) == 0)
        rank = LAST_ADDRESS;
      else if (has_kind && connection->kind == kind)
        rank = LAST_KIND;
      else if (connection->kind == GW_CONNECTION_PUBLIC ||
               connection->kind == GW_CONNECTION_ELASTIC)
        rank = PUBLIC;
      if (rank < best)
        {
          best = rank;
          chosen = i;
        }
    }
  return chosen;
}
