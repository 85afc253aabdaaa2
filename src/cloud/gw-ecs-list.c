/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "gw-ecs-list.h"

#include "gw-text.h"

/* Two changes with at most so many instances between them are one splice: for those between, being
 * announced again costs a list less than one more change. */
#define MAX_GAP 16

typedef struct {
  GwInstance *instance;
  char *key;      /* by which it is sorted */
  guint round;    /* the last in which it was put */
  gboolean added; /* waits in @added for its place */
  gboolean moved; /* its place in @order is not right any more, or it goes */
} Entry;

/* From @start to @end of the new order, in the place of @n_removed of the old. */
typedef struct {
  guint start;
  guint end;
  guint n_removed;
} Run;

struct _GwEcsList
{
  GListStore *store;
  GHashTable *entries; /* id → Entry; owns them */
  GPtrArray *order;    /* Entry, as in @store */
  GPtrArray *added;    /* Entry */
  GPtrArray *removed;  /* Entry, which are in @order and not in @entries; owns them */
  gboolean dirty;      /* an entry of @order is marked as moved */
  gboolean flushing;
  gboolean again;      /* flush once more after the one that runs */
};

static void
entry_free (Entry *entry)
{
  g_object_unref (entry->instance);
  g_free (entry->key);
  g_free (entry);
}

static char *
make_key (GwInstance *instance)
{
  g_autofree char *folded = gw_text_fold (gw_instance_get_title (instance));

  return g_utf8_collate_key_for_filename (folded, -1);
}

static int
compare_entries (const Entry *a,
                 const Entry *b)
{
  int order = strcmp (a->key, b->key);

  if (order != 0)
    return order;
  return strcmp (gw_instance_get_id (a->instance), gw_instance_get_id (b->instance));
}

static int
compare_pointers (gconstpointer a,
                  gconstpointer b)
{
  return compare_entries (*(Entry *const *) a, *(Entry *const *) b);
}

GwEcsList *
gw_ecs_list_new (GListStore *store)
{
  GwEcsList *self = g_new0 (GwEcsList, 1);

  self->store = g_object_ref (store);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) entry_free);
  self->order = g_ptr_array_new ();
  self->added = g_ptr_array_new ();
  self->removed = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  return self;
}

void
gw_ecs_list_free (GwEcsList *self)
{
  g_ptr_array_unref (self->order);
  g_ptr_array_unref (self->added);
  g_ptr_array_unref (self->removed);
  g_hash_table_unref (self->entries);
  g_object_unref (self->store);
  g_free (self);
}

guint
gw_ecs_list_get_size (GwEcsList *self)
{
  return g_hash_table_size (self->entries);
}

GwInstance *
gw_ecs_list_lookup (GwEcsList  *self,
                    const char *id)
{
  Entry *entry = g_hash_table_lookup (self->entries, id);

  return entry != NULL ? entry->instance : NULL;
}

static void
add_entry (GwEcsList  *self,
           GwInstance *instance,
           guint       round)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->instance = g_object_ref (instance);
  entry->key = make_key (instance);
  entry->round = round;
  entry->added = TRUE;
  g_hash_table_insert (self->entries, (gpointer) gw_instance_get_id (instance), entry);
  g_ptr_array_add (self->added, entry);
}

static void
assign_entry (GwEcsList  *self,
              Entry      *entry,
              GwInstance *instance)
{
  gboolean renamed = !g_str_equal (gw_instance_get_title (entry->instance),
                                   gw_instance_get_title (instance));

  if (entry->instance != instance)
    gw_instance_assign (entry->instance, instance);
  if (!renamed)
    return;
  /* Its place in the old order is looked for by its address, so the key may change now. */
  g_free (entry->key);
  entry->key = make_key (entry->instance);
  if (entry->added)
    return;
  entry->added = entry->moved = self->dirty = TRUE;
  g_ptr_array_add (self->added, entry);
}

gboolean
gw_ecs_list_put (GwEcsList  *self,
                 GwInstance *instance,
                 guint       round)
{
  Entry *entry = g_hash_table_lookup (self->entries, gw_instance_get_id (instance));

  if (entry == NULL)
    {
      add_entry (self, instance, round);
      return TRUE;
    }
  if (entry->round >= round)
    return FALSE;
  entry->round = round;
  assign_entry (self, entry, instance);
  return TRUE;
}

void
gw_ecs_list_renew (GwEcsList  *self,
                   GwInstance *instance)
{
  Entry *entry = g_hash_table_lookup (self->entries, gw_instance_get_id (instance));

  if (entry == NULL)
    add_entry (self, instance, 0);
  else
    assign_entry (self, entry, instance);
}

/* @entry has left the hash table. */
static void
drop_entry (GwEcsList *self,
            Entry     *entry)
{
  if (entry->added)
    g_ptr_array_remove_fast (self->added, entry);
  if (entry->added && !entry->moved)
    {
      entry_free (entry);
      return;
    }
  entry->added = FALSE;
  entry->moved = self->dirty = TRUE;
  g_ptr_array_add (self->removed, entry);
}

void
gw_ecs_list_remove (GwEcsList  *self,
                    const char *id)
{
  gpointer entry;

  if (g_hash_table_steal_extended (self->entries, id, NULL, &entry))
    drop_entry (self, entry);
}

void
gw_ecs_list_filter (GwEcsList     *self,
                    GwEcsListFunc  func,
                    gpointer       user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (func (entry->instance, user_data))
        continue;
      g_hash_table_iter_steal (&iter);
      drop_entry (self, entry);
    }
}

void
gw_ecs_list_sweep (GwEcsList  *self,
                   const char *region,
                   guint       round)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (entry->round >= round ||
          g_strcmp0 (gw_instance_get_text (entry->instance, GW_INSTANCE_REGION), region) != 0)
        continue;
      g_hash_table_iter_steal (&iter);
      drop_entry (self, entry);
    }
}

/* What the order is to be: @order without those that leave their places, and @added, which is
 * sorted. */
static GPtrArray *
merge (GwEcsList *self)
{
  GPtrArray *merged = g_ptr_array_sized_new (g_hash_table_size (self->entries));
  guint next = 0;

  for (guint i = 0; i < self->order->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->order, i);

      if (entry->moved)
        continue;
      while (next < self->added->len &&
             compare_entries (g_ptr_array_index (self->added, next), entry) < 0)
        g_ptr_array_add (merged, g_ptr_array_index (self->added, next++));
      g_ptr_array_add (merged, entry);
    }
  while (next < self->added->len)
    g_ptr_array_add (merged, g_ptr_array_index (self->added, next++));
  return merged;
}

/* The differences of the two orders: what both have, has the same sequence in both. (element-type
 * Run) */
static GArray *
find_runs (GPtrArray *old,
           GPtrArray *merged)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  guint i = 0, j = 0, gap = MAX_GAP + 1;

  while (i < old->len || j < merged->len)
    {
      Entry *entry = i < old->len ? g_ptr_array_index (old, i) : NULL;
      gboolean leaves = entry != NULL && entry->moved;
      Run *run;

      if (entry != NULL && !leaves && g_ptr_array_index (merged, j) == entry)
        {
          i++, j++, gap++;
          continue;
        }
      if (gap > MAX_GAP)
        {
          Run new_run = { .start = j };

          g_array_append_val (runs, new_run);
          gap = 0;
        }
      run = &g_array_index (runs, Run, runs->len - 1);
      run->n_removed += gap + (leaves ? 1 : 0);
      gap = 0;
      if (leaves)
        i++;
      else
        j++;
      run->end = j;
    }
  return runs;
}

/* What a cache gives comes in order: then nobody has to walk through what is there. */
static gboolean
is_appended (GwEcsList *self)
{
  guint n = self->order->len;

  return !self->dirty && n > 0 &&
         compare_entries (g_ptr_array_index (self->order, n - 1),
                          g_ptr_array_index (self->added, 0)) < 0;
}

static GArray *
append (GwEcsList *self)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  Run run = { .start = self->order->len };

  g_ptr_array_extend (self->order, self->added, NULL, NULL);
  run.end = self->order->len;
  g_array_append_val (runs, run);
  return runs;
}

static GArray *
insert (GwEcsList *self)
{
  GPtrArray *merged = merge (self);
  GArray *runs = find_runs (self->order, merged);

  g_ptr_array_unref (self->order);
  self->order = merged;
  return runs;
}

static void
settle (GPtrArray *added)
{
  for (guint i = 0; i < added->len; i++)
    {
      Entry *entry = g_ptr_array_index (added, i);

      entry->added = entry->moved = FALSE;
    }
}

static void
splice (GwEcsList *self,
        const Run *run)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_sized_new (run->end - run->start);

  for (guint i = run->start; i < run->end; i++)
    g_ptr_array_add (instances, ((Entry *) g_ptr_array_index (self->order, i))->instance);
  g_list_store_splice (self->store, run->start, run->n_removed, instances->pdata, instances->len);
}

static void
flush_once (GwEcsList *self)
{
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GArray) runs = NULL;

  if (self->added->len == 0 && !self->dirty)
    return;
  g_ptr_array_sort (self->added, compare_pointers);
  runs = is_appended (self) ? append (self) : insert (self);
  settle (self->added);
  g_ptr_array_set_size (self->added, 0);
  removed = g_steal_pointer (&self->removed);
  self->removed = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->dirty = FALSE;

  for (guint i = 0; i < runs->len; i++)
    splice (self, &g_array_index (runs, Run, i));
}

void
gw_ecs_list_flush (GwEcsList *self)
{
  /* The store tells others, who may ask for the next change: that waits, so that @order stays as it
   * is until the last of them was told. */
  if (self->flushing)
    {
      self->again = TRUE;
      return;
    }
  self->flushing = TRUE;
  do
    {
      self->again = FALSE;
      flush_once (self);
    }
  while (self->again);
  self->flushing = FALSE;
}
