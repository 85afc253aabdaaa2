/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-buckets.h"

struct _GwSidebarBucket
{
  char           *key;
  GListStore     *store;
  GwSidebarGroup *group;
  gboolean        listed;

  /* While a list changes: */
  GPtrArray      *gone;   /* NULL: not touched by the change */
  GPtrArray      *come;
  guint           offset; /* where in the store both begin */
};

typedef struct {
  GwInstance      *instance;
  GwSidebarBucket *bucket;
} Entry;

struct _GwSidebarBuckets
{
  GListStore        *groups;
  GtkFilter         *filter;
  char              *prefix;
  GwBucketKeyFunc    key_func;
  GwBucketTitleFunc  title_func;
  gpointer           user_data;
  GHashTable        *buckets; /* by key */
  GPtrArray         *lists;   /* GArray of Entry */
  guint              n_fixed;
};

static void
bucket_free (GwSidebarBucket *bucket)
{
  g_free (bucket->key);
  g_object_unref (bucket->store);
  g_object_unref (bucket->group);
  g_free (bucket);
}

static void
entry_clear (gpointer data)
{
  g_object_unref (((Entry *) data)->instance);
}

/* As the sources sort: digits by their value. The first line of the search's text is the title,
 * folded, which costs nothing more once it has been searched. */
static int
compare_instances (gconstpointer a,
                   gconstpointer b,
                   gpointer      unused)
{
  const char *p = gw_instance_get_search_text ((GwInstance *) a);
  const char *q = gw_instance_get_search_text ((GwInstance *) b);

  while (*p != '\0' && *p != '\n')
    {
      if (g_ascii_isdigit (*p) && g_ascii_isdigit (*q))
        {
          gsize n, m;

          while (*p == '0')
            p++;
          while (*q == '0')
            q++;
          for (n = 0; g_ascii_isdigit (p[n]);)
            n++;
          for (m = 0; g_ascii_isdigit (q[m]);)
            m++;
          if (n != m)
            return n < m ? -1 : 1;
          for (; n > 0; n--, p++, q++)
            if (*p != *q)
              return *p < *q ? -1 : 1;
          continue;
        }
      if (*q == '\0' || *q == '\n')
        return 1;
      if (*p != *q)
        return (guchar) *p < (guchar) *q ? -1 : 1;
      p++;
      q++;
    }
  if (*q != '\0' && *q != '\n')
    return -1;
  return g_strcmp0 (gw_instance_get_id ((GwInstance *) a), gw_instance_get_id ((GwInstance *) b));
}

static GwSidebarBucket *
get_bucket (GwSidebarBuckets *self,
            GwInstance       *instance)
{
  const char *key = self->key_func (instance, self->user_data);
  GwSidebarBucket *bucket = g_hash_table_lookup (self->buckets, key);
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;
  g_autoptr (GListModel) model = NULL;

  if (bucket != NULL)
    return bucket;

  bucket = g_new0 (GwSidebarBucket, 1);
  bucket->key = g_strdup (key);
  bucket->store = g_list_store_new (GW_TYPE_INSTANCE);
  model = G_LIST_MODEL (g_object_ref (bucket->store));
  /* One list is sorted already. */
  if (self->lists->len > 1)
    model = G_LIST_MODEL (gtk_sort_list_model_new (
      model, GTK_SORTER (gtk_custom_sorter_new (compare_instances, NULL, NULL))));
  id = g_strconcat (self->prefix, key, NULL);
  title = self->title_func (key, self->user_data);
  bucket->group = gw_sidebar_group_new (id, title, model, self->filter);
  g_hash_table_insert (self->buckets, bucket->key, bucket);
  return bucket;
}

/* What has no region, tag … comes last. */
static int
compare_buckets (gconstpointer a,
                 gconstpointer b)
{
  const GwSidebarBucket *first = *(GwSidebarBucket *const *) a;
  const GwSidebarBucket *second = *(GwSidebarBucket *const *) b;
  gboolean first_last = *first->key == '\0';
  gboolean second_last = *second->key == '\0';

  if (first_last != second_last)
    return first_last ? 1 : -1;
  return g_utf8_collate (gw_sidebar_group_get_title (first->group),
                         gw_sidebar_group_get_title (second->group));
}

/* Lists the groups that are not empty, and splices only what differs. */
static void
update_groups (GwSidebarBuckets *self)
{
  GListModel *model = G_LIST_MODEL (self->groups);
  g_autoptr (GPtrArray) buckets = g_ptr_array_new ();
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  GHashTableIter iter;
  GwSidebarBucket *bucket;
  guint n_old, start = 0, end = 0;

  g_hash_table_iter_init (&iter, self->buckets);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &bucket))
    {
      bucket->listed = g_list_model_get_n_items (G_LIST_MODEL (bucket->store)) > 0;
      if (bucket->listed)
        g_ptr_array_add (buckets, bucket);
    }
  g_ptr_array_sort (buckets, compare_buckets);
  for (guint i = 0; i < buckets->len; i++)
    g_ptr_array_add (groups, ((GwSidebarBucket *) g_ptr_array_index (buckets, i))->group);

  n_old = g_list_model_get_n_items (model) - self->n_fixed;
  for (; start < MIN (n_old, groups->len); start++)
    {
      g_autoptr (GObject) old = g_list_model_get_item (model, self->n_fixed + start);

      if (old != g_ptr_array_index (groups, start))
        break;
    }
  for (; end < MIN (n_old, groups->len) - start; end++)
    {
      g_autoptr (GObject) old = g_list_model_get_item (model, self->n_fixed + n_old - 1 - end);

      if (old != g_ptr_array_index (groups, groups->len - 1 - end))
        break;
    }
  if (start + end < MAX (n_old, groups->len))
    g_list_store_splice (self->groups, self->n_fixed + start, n_old - start - end,
                         groups->pdata + start, groups->len - start - end);
}

GwSidebarBuckets *
gw_sidebar_buckets_new (GListStore        *groups,
                        GtkFilter         *filter,
                        const char        *prefix,
                        GwBucketKeyFunc    key_func,
                        GwBucketTitleFunc  title_func,
                        gpointer           user_data)
{
  GwSidebarBuckets *self = g_new0 (GwSidebarBuckets, 1);

  self->groups = g_object_ref (groups);
  self->filter = g_object_ref (filter);
  self->prefix = g_strdup (prefix);
  self->key_func = key_func;
  self->title_func = title_func;
  self->user_data = user_data;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) bucket_free);
  self->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->n_fixed = g_list_model_get_n_items (G_LIST_MODEL (groups));
  return self;
}

void
gw_sidebar_buckets_free (GwSidebarBuckets *self)
{
  if (self == NULL)
    return;
  g_hash_table_remove_all (self->buckets);
  update_groups (self);
  g_hash_table_unref (self->buckets);
  g_ptr_array_unref (self->lists);
  g_object_unref (self->groups);
  g_object_unref (self->filter);
  g_free (self->prefix);
  g_free (self);
}

void
gw_sidebar_buckets_set_lists (GwSidebarBuckets *self,
                              guint             n_lists)
{
  g_hash_table_remove_all (self->buckets);
  g_ptr_array_set_size (self->lists, 0);
  for (guint i = 0; i < n_lists; i++)
    {
      GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

      g_array_set_clear_func (entries, entry_clear);
      g_ptr_array_add (self->lists, entries);
    }
  update_groups (self);
}

static void
touch (GPtrArray       *touched,
       GwSidebarBucket *bucket)
{
  if (bucket->gone != NULL)
    return;
  bucket->gone = g_ptr_array_new ();
  bucket->come = g_ptr_array_new ();
  bucket->offset = 0;
  g_ptr_array_add (touched, bucket);
}

/* A bucket holds the instances list after list. */
static void
find_offsets (GwSidebarBuckets *self,
              guint             list,
              guint             position)
{
  for (guint i = 0; i <= list; i++)
    {
      GArray *entries = g_ptr_array_index (self->lists, i);
      guint n = i == list ? position : entries->len;

      for (guint j = 0; j < n; j++)
        g_array_index (entries, Entry, j).bucket->offset++;
    }
}

/* What is the same at both ends stays where it is. Returns whether it was or is empty. */
static gboolean
splice_bucket (GwSidebarBucket *bucket)
{
  GPtrArray *gone = bucket->gone;
  GPtrArray *come = bucket->come;
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (bucket->store));
  guint start = 0, end = 0;

  while (start < MIN (gone->len, come->len) && gone->pdata[start] == come->pdata[start])
    start++;
  while (end < MIN (gone->len, come->len) - start &&
         gone->pdata[gone->len - 1 - end] == come->pdata[come->len - 1 - end])
    end++;
  if (start + end < MAX (gone->len, come->len))
    g_list_store_splice (bucket->store, bucket->offset + start, gone->len - start - end,
                         come->pdata + start, come->len - start - end);
  g_clear_pointer (&bucket->gone, g_ptr_array_unref);
  g_clear_pointer (&bucket->come, g_ptr_array_unref);
  return n_before == 0 || g_list_model_get_n_items (G_LIST_MODEL (bucket->store)) == 0;
}

void
gw_sidebar_buckets_splice (GwSidebarBuckets *self,
                           guint             list,
                           guint             position,
                           guint             removed,
                           GPtrArray        *instances)
{
  GArray *entries = g_ptr_array_index (self->lists, list);
  g_autoptr (GArray) added = g_array_sized_new (FALSE, FALSE, sizeof (Entry), instances->len);
  g_autoptr (GPtrArray) touched = g_ptr_array_new ();
  gboolean groups_changed = FALSE;

  for (guint i = 0; i < instances->len; i++)
    {
      GwInstance *instance = g_ptr_array_index (instances, i);
      Entry entry = { g_object_ref (instance), get_bucket (self, instance) };

      touch (touched, entry.bucket);
      g_ptr_array_add (entry.bucket->come, instance);
      g_array_append_val (added, entry);
    }
  for (guint i = position; i < position + removed; i++)
    {
      Entry *entry = &g_array_index (entries, Entry, i);

      touch (touched, entry->bucket);
      g_ptr_array_add (entry->bucket->gone, entry->instance);
    }
  for (guint i = 0; i < touched->len; i++)
    ((GwSidebarBucket *) g_ptr_array_index (touched, i))->offset = 0;
  find_offsets (self, list, position);
  for (guint i = 0; i < touched->len; i++)
    if (splice_bucket (g_ptr_array_index (touched, i)))
      groups_changed = TRUE;

  if (removed > 0)
    g_array_remove_range (entries, position, removed);
  if (added->len > 0)
    g_array_insert_vals (entries, position, added->data, added->len);
  if (groups_changed)
    update_groups (self);
}

void
gw_sidebar_buckets_recheck (GwSidebarBuckets *self)
{
  for (guint list = 0; list < self->lists->len; list++)
    {
      GArray *entries = g_ptr_array_index (self->lists, list);
      g_autoptr (GPtrArray) instances = g_ptr_array_new ();
      guint first = G_MAXUINT, last = 0;

      for (guint i = 0; i < entries->len; i++)
        {
          Entry *entry = &g_array_index (entries, Entry, i);
          const char *key = self->key_func (entry->instance, self->user_data);

          if (g_str_equal (key, entry->bucket->key))
            continue;
          first = MIN (first, i);
          last = i;
        }
      if (first == G_MAXUINT)
        continue;
      for (guint i = first; i <= last; i++)
        g_ptr_array_add (instances, g_array_index (entries, Entry, i).instance);
      gw_sidebar_buckets_splice (self, list, first, instances->len, instances);
    }
}

void
gw_sidebar_buckets_retitle (GwSidebarBuckets *self)
{
  GHashTableIter iter;
  GwSidebarBucket *bucket;

  g_hash_table_iter_init (&iter, self->buckets);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &bucket))
    {
      g_autofree char *title = self->title_func (bucket->key, self->user_data);

      gw_sidebar_group_set_title (bucket->group, title);
    }
  update_groups (self);
}
