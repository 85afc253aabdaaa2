/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-keyring-item.h"

#include <string.h>

#include "gw-keyring-private.h"
#include "gw-text.h"

#define SCHEMA "org.gangway.Secret"
#define MAX_LABEL 128
#define MAX_VALUE 4096

struct _GwKeyringItem {
  GObject parent_instance;

  char *kind;
  char *id;
  char *label;
  GHashTable *fields;
  gint64 modified;
};

G_DEFINE_FINAL_TYPE (GwKeyringItem, gw_keyring_item, G_TYPE_OBJECT)

static void
gw_keyring_item_finalize (GObject *object)
{
  GwKeyringItem *self = GW_KEYRING_ITEM (object);

  g_free (self->kind);
  g_free (self->id);
  g_free (self->label);
  g_hash_table_unref (self->fields);

  G_OBJECT_CLASS (gw_keyring_item_parent_class)->finalize (object);
}

static void
gw_keyring_item_class_init (GwKeyringItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_keyring_item_finalize;
}

static void
gw_keyring_item_init (GwKeyringItem *self)
{
  self->label = g_strdup ("");
  self->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean
is_value (const char *value)
{
  return strlen (value) <= MAX_VALUE && g_utf8_validate (value, -1, NULL);
}

/* What is not a field is an attribute that says what the item is, or one of another program. */
static gboolean
is_field (const char *name)
{
  return *name != '\0' && strspn (name, "abcdefghijklmnopqrstuvwxyz-") == strlen (name) &&
         !g_str_equal (name, "version") && !g_str_equal (name, "kind") && !g_str_equal (name, "id");
}

GwKeyringItem *
gw_keyring_item_new (const char *kind,
                     const char *id)
{
  GwKeyringItem *self;

  g_return_val_if_fail (kind != NULL && *kind != '\0', NULL);
  g_return_val_if_fail (id != NULL && *id != '\0', NULL);

  self = g_object_new (GW_TYPE_KEYRING_ITEM, NULL);
  self->kind = g_strdup (kind);
  self->id = g_strdup (id);
  return self;
}

GwKeyringItem *
gw_keyring_item_copy (GwKeyringItem *self)
{
  GwKeyringItem *copy;
  GHashTableIter iter;
  gpointer name, value;

  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), NULL);

  copy = gw_keyring_item_new (self->kind, self->id);
  g_free (copy->label);
  copy->label = g_strdup (self->label);
  copy->modified = self->modified;
  g_hash_table_iter_init (&iter, self->fields);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (copy->fields, g_strdup (name), g_strdup (value));
  return copy;
}

const char *
gw_keyring_item_get_kind (GwKeyringItem *self)
{
  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), NULL);

  return self->kind;
}

const char *
gw_keyring_item_get_id (GwKeyringItem *self)
{
  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), NULL);

  return self->id;
}

const char *
gw_keyring_item_get_label (GwKeyringItem *self)
{
  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), "");

  return self->label;
}

void
gw_keyring_item_set_label (GwKeyringItem *self,
                           const char    *label)
{
  g_return_if_fail (GW_IS_KEYRING_ITEM (self));

  g_free (self->label);
  self->label = gw_text_clean_line (label, MAX_LABEL);
  g_strdelimit (self->label, ":", '/');
}

const char *
gw_keyring_item_get_field (GwKeyringItem *self,
                           const char    *name)
{
  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return g_hash_table_lookup (self->fields, name);
}

void
gw_keyring_item_set_field (GwKeyringItem *self,
                           const char    *name,
                           const char    *value)
{
  g_return_if_fail (GW_IS_KEYRING_ITEM (self));
  g_return_if_fail (name != NULL && is_field (name));

  if (value != NULL && is_value (value))
    g_hash_table_insert (self->fields, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->fields, name);
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
gw_keyring_item_list_fields (GwKeyringItem *self)
{
  GPtrArray *names;
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), NULL);

  names = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->fields);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_with_data (names, compare_names, NULL);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}

gint64
gw_keyring_item_get_created (GwKeyringItem *self)
{
  const char *text;
  gint64 time;

  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), 0);

  text = g_hash_table_lookup (self->fields, "created");
  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &time, NULL) ? time : 0;
}

gint64
gw_keyring_item_get_modified (GwKeyringItem *self)
{
  g_return_val_if_fail (GW_IS_KEYRING_ITEM (self), 0);

  return self->modified;
}

void
gw_keyring_item_set_modified (GwKeyringItem *self,
                              gint64         time)
{
  g_return_if_fail (GW_IS_KEYRING_ITEM (self));

  self->modified = time;
}

gboolean
_gw_keyring_item_has_fields (GwKeyringItem *self,
                             GwKeyringItem *other)
{
  GHashTableIter iter;
  gpointer name, value;

  if (!g_str_equal (self->kind, other->kind) || !g_str_equal (self->id, other->id))
    return FALSE;
  g_hash_table_iter_init (&iter, other->fields);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (g_strcmp0 (value, g_hash_table_lookup (self->fields, name)) != 0)
        return FALSE;
    }
  return TRUE;
}

gboolean
_gw_keyring_item_equal (GwKeyringItem *self,
                        GwKeyringItem *other)
{
  return self->modified == other->modified && g_str_equal (self->label, other->label) &&
         g_hash_table_size (self->fields) == g_hash_table_size (other->fields) &&
         _gw_keyring_item_has_fields (self, other);
}

GVariant *
_gw_keyring_query_new (const char *kind,
                       const char *id)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", "xdg:schema", SCHEMA);
  if (kind != NULL)
    g_variant_builder_add (&builder, "{ss}", "kind", kind);
  if (id != NULL)
    g_variant_builder_add (&builder, "{ss}", "id", id);
  return g_variant_builder_end (&builder);
}

GVariant *
_gw_keyring_item_to_attributes (GwKeyringItem *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer name, value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", "xdg:schema", SCHEMA);
  g_variant_builder_add (&builder, "{ss}", "version", G_STRINGIFY (GW_KEYRING_VERSION));
  g_variant_builder_add (&builder, "{ss}", "kind", self->kind);
  g_variant_builder_add (&builder, "{ss}", "id", self->id);
  g_hash_table_iter_init (&iter, self->fields);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_variant_builder_add (&builder, "{ss}", name, value);
  return g_variant_builder_end (&builder);
}

gboolean
_gw_keyring_is_newer (GVariant *attributes)
{
  const char *version = NULL;
  guint64 number;

  return g_variant_lookup (attributes, "version", "&s", &version) &&
         g_ascii_string_to_unsigned (version, 10, GW_KEYRING_VERSION + 1, G_MAXUINT64, &number,
                                     NULL);
}

/* @properties: all of org.freedesktop.Secret.Item, as any program may have written them. */
GwKeyringItem *
_gw_keyring_item_new_from_properties (GVariant *properties)
{
  g_autoptr (GVariant) attributes = NULL;
  GwKeyringItem *self;
  GVariantIter iter;
  const char *kind = NULL, *id = NULL, *version = NULL, *label = NULL;
  const char *name, *value;
  guint64 number, modified = 0;
  gboolean locked = FALSE;

  attributes = g_variant_lookup_value (properties, "Attributes", G_VARIANT_TYPE ("a{ss}"));
  g_variant_lookup (properties, "Locked", "b", &locked);
  if (attributes == NULL || locked)
    return NULL;
  g_variant_lookup (attributes, "kind", "&s", &kind);
  g_variant_lookup (attributes, "id", "&s", &id);
  g_variant_lookup (attributes, "version", "&s", &version);
  if (kind == NULL || id == NULL || version == NULL || *kind == '\0' || *id == '\0' ||
      !is_value (kind) || !is_value (id) ||
      !g_ascii_string_to_unsigned (version, 10, 1, GW_KEYRING_VERSION, &number, NULL))
    return NULL;

  self = gw_keyring_item_new (kind, id);
  g_variant_lookup (properties, "Label", "&s", &label);
  gw_keyring_item_set_label (self, label);
  g_variant_lookup (properties, "Modified", "t", &modified);
  self->modified = (gint64) MIN (modified, G_MAXINT64);
  g_variant_iter_init (&iter, attributes);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (is_field (name))
        gw_keyring_item_set_field (self, name, value);
    }
  return self;
}
