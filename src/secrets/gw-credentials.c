/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-credentials.h"

#include <string.h>

#include "gw-credential-private.h"

struct _GwCredentials {
  GObject parent_instance;

  GwKeyring *keyring;
  GPtrArray *entries; /* Entry, by name */
};

typedef struct {
  GwKeyringItem *item;
  GwCredential *credential;
  char *key; /* to sort by */
} Entry;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwCredentials, gw_credentials, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static char *
fold_name (const char *name)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal, -1);
}

static Entry *
entry_new (GwKeyringItem *item,
           GwCredential  *credential)
{
  g_autofree char *folded = fold_name (gw_credential_get_name (credential));
  Entry *entry = g_new0 (Entry, 1);

  entry->item = g_object_ref (item);
  entry->credential = g_object_ref (credential);
  entry->key = g_utf8_collate_key (folded, -1);
  return entry;
}

static void
entry_free (Entry *entry)
{
  g_object_unref (entry->item);
  g_object_unref (entry->credential);
  g_free (entry->key);
  g_free (entry);
}

static Entry *
get_entry (GPtrArray *entries,
           guint      i)
{
  return g_ptr_array_index (entries, i);
}

static GwCredential *
get_credential (GPtrArray *entries,
                guint      i)
{
  return get_entry (entries, i)->credential;
}

static GType
gw_credentials_get_item_type (GListModel *model)
{
  return GW_TYPE_CREDENTIAL;
}

static guint
gw_credentials_get_n_items (GListModel *model)
{
  return GW_CREDENTIALS (model)->entries->len;
}

static gpointer
gw_credentials_get_item (GListModel *model,
                         guint       position)
{
  GwCredentials *self = GW_CREDENTIALS (model);

  return position < self->entries->len ? g_object_ref (get_credential (self->entries, position))
                                       : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = gw_credentials_get_item_type;
  iface->get_n_items = gw_credentials_get_n_items;
  iface->get_item = gw_credentials_get_item;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *one = *(const Entry *const *) a;
  const Entry *other = *(const Entry *const *) b;
  int order = strcmp (one->key, other->key);

  return order != 0 ? order : strcmp (gw_credential_get_id (one->credential),
                                      gw_credential_get_id (other->credential));
}

/* The keyring keeps the objects of items that have not changed, and so does this. */
static GPtrArray *
read_entries (GwCredentials *self)
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->keyring));

  for (guint i = 0; i < self->entries->len; i++)
    g_hash_table_insert (known, get_entry (self->entries, i)->item,
                         get_credential (self->entries, i));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwKeyringItem) item = g_list_model_get_item (G_LIST_MODEL (self->keyring), i);
      g_autoptr (GwCredential) credential = NULL;

      if (!g_str_equal (gw_keyring_item_get_kind (item), GW_CREDENTIAL_KIND))
        continue;
      g_set_object (&credential, g_hash_table_lookup (known, item));
      if (credential == NULL)
        credential = _gw_credential_new_from_item (item);
      g_ptr_array_add (entries, entry_new (item, credential));
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

static void
on_items_changed (GwCredentials *self)
{
  g_autoptr (GPtrArray) before = NULL;
  GPtrArray *after;
  guint head = 0, tail = 0, shorter;

  g_assert (GW_IS_CREDENTIALS (self));

  after = read_entries (self);
  before = g_steal_pointer (&self->entries);
  self->entries = after;
  shorter = MIN (before->len, after->len);
  while (head < shorter && get_credential (before, head) == get_credential (after, head))
    head++;
  while (tail < shorter - head && get_credential (before, before->len - 1 - tail) ==
                                    get_credential (after, after->len - 1 - tail))
    tail++;
  if (before->len != head + tail || after->len != head + tail)
    g_list_model_items_changed (G_LIST_MODEL (self), head, before->len - head - tail,
                                after->len - head - tail);
}

static void
gw_credentials_finalize (GObject *object)
{
  GwCredentials *self = GW_CREDENTIALS (object);

  g_object_unref (self->keyring);
  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (gw_credentials_parent_class)->finalize (object);
}

static void
gw_credentials_class_init (GwCredentialsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_credentials_finalize;
}

static void
gw_credentials_init (GwCredentials *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
}

GwCredentials *
gw_credentials_new (GwKeyring *keyring)
{
  GwCredentials *self;

  g_return_val_if_fail (GW_IS_KEYRING (keyring), NULL);

  self = g_object_new (GW_TYPE_CREDENTIALS, NULL);
  self->keyring = g_object_ref (keyring);
  g_signal_connect_object (keyring, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  on_items_changed (self);
  return self;
}

GwKeyring *
gw_credentials_get_keyring (GwCredentials *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIALS (self), NULL);

  return self->keyring;
}

GwCredential *
gw_credentials_lookup (GwCredentials *self,
                       const char    *id)
{
  g_return_val_if_fail (GW_IS_CREDENTIALS (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      if (g_str_equal (gw_credential_get_id (get_credential (self->entries, i)), id))
        return get_credential (self->entries, i);
    }
  return NULL;
}

gboolean
gw_credentials_has_name (GwCredentials *self,
                         const char    *name,
                         const char    *except_id)
{
  g_autoptr (GwCredential) probe = NULL;
  g_autofree char *folded = NULL;

  g_return_val_if_fail (GW_IS_CREDENTIALS (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  /* As it would be stored. */
  probe = gw_credential_new (NULL);
  gw_credential_set_name (probe, name);
  folded = fold_name (gw_credential_get_name (probe));
  for (guint i = 0; i < self->entries->len; i++)
    {
      GwCredential *credential = get_credential (self->entries, i);
      g_autofree char *other = fold_name (gw_credential_get_name (credential));

      if (g_str_equal (other, folded) &&
          g_strcmp0 (gw_credential_get_id (credential), except_id) != 0)
        return TRUE;
    }
  return FALSE;
}

GwCredential *
gw_credentials_find_default (GwCredentials      *self,
                             const char *const  *scopes,
                             const char        **scope)
{
  g_return_val_if_fail (GW_IS_CREDENTIALS (self), NULL);

  for (guint i = 0; scopes != NULL && scopes[i] != NULL; i++)
    for (guint j = 0; j < self->entries->len; j++)
      {
        GwCredential *credential = get_credential (self->entries, j);

        if (!g_strv_contains (gw_credential_get_scopes (credential), scopes[i]))
          continue;
        if (scope != NULL)
          *scope = scopes[i];
        return credential;
      }
  if (scope != NULL)
    *scope = NULL;
  return NULL;
}
