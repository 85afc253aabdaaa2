/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-groups.h"

#include "config.h"
#include "gw-ecs-source.h"
#include "gw-sidebar-buckets.h"
#include "gw-sidebar-shortcut.h"
#include "gw-ssh-config-source.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_RECENT 5
/* In a shorter list everything is found at once, and twice would be once too often. */
#define MIN_FOR_RECENT 12
/* So many of the history are looked for: some may be gone. */
#define MAX_CANDIDATES 50

/* A source and what the sidebar knows of it. */
typedef struct {
  GwSource       *source;
  gboolean        is_account;
  gboolean        is_used;
  GwSidebarGroup *group;   /* of all its instances */
  GArray         *entries; /* of Entry: its instances; their titles are counted where is_used */
} Part;

typedef struct {
  GwInstance *instance;
  guint       title; /* hash, as counted */
} Entry;

struct _GwSidebarGroups
{
  GObject           parent_instance;

  GwCatalogue      *catalogue;
  GwLoginHistory   *history; /* nullable */
  GSettings        *settings;
  GtkFilter        *filter;

  GListStore       *groups;
  GPtrArray        *parts;
  GwSidebarBuckets *buckets; /* NULL: by account */
  char             *tag;     /* by whose values */

  GListStore       *favorites;
  GListStore       *recent;
  GwSidebarGroup   *favorites_group;
  GwSidebarGroup   *recent_group;
  GStrv             favorite_ids;
  GPtrArray        *recent_ids;
  GHashTable       *wanted;  /* id of a favorite or recent one → the instance, or NULL; not owned */
  gboolean          tops_changed;

  GHashTable       *titles;  /* hash → how many */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GwSidebarGroups, gw_sidebar_groups, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return GW_TYPE_SIDEBAR_GROUP;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (GW_SIDEBAR_GROUPS (model)->groups));
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (GW_SIDEBAR_GROUPS (model)->groups), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
part_free (gpointer data)
{
  Part *part = data;

  g_object_unref (part->source);
  g_object_unref (part->group);
  g_array_unref (part->entries);
  g_free (part);
}

static void
entry_clear (gpointer data)
{
  g_object_unref (((Entry *) data)->instance);
}

static guint
hash_title (GwInstance *instance)
{
  return g_str_hash (gw_instance_get_title (instance));
}

static void
count_title (GwSidebarGroups *self,
             guint            hash,
             int              n)
{
  gpointer key = GUINT_TO_POINTER (hash);
  int count = GPOINTER_TO_INT (g_hash_table_lookup (self->titles, key)) + n;

  if (count > 0)
    g_hash_table_insert (self->titles, key, GINT_TO_POINTER (count));
  else
    g_hash_table_remove (self->titles, key);
}

/* What a bucket's key is, see GwBucketKeyFunc. */
static const char *
get_region (GwInstance *instance,
            gpointer    user_data)
{
  const char *region = gw_instance_get_text (instance, GW_INSTANCE_REGION);

  return region != NULL ? region : "";
}

static const char *
get_resource_group (GwInstance *instance,
                    gpointer    user_data)
{
  const char *group = gw_instance_get_text (instance, GW_INSTANCE_RESOURCE_GROUP);

  return group != NULL ? group : "";
}

static const char *
get_tag (GwInstance *instance,
         gpointer    user_data)
{
  GwSidebarGroups *self = user_data;
  const char *const *tags = gw_instance_get_tags (instance);
  gsize length = strlen (self->tag);

  for (guint i = 0; tags[i] != NULL; i++)
    if (strncmp (tags[i], self->tag, length) == 0 && (tags[i][length] == '=' ||
                                                      tags[i][length] == '\0'))
      return tags[i];
  return "";
}

static char *
dup_name (const char *id,
          gpointer    user_data)
{
  GwSidebarGroups *self = user_data;

  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);
      const char *name = part->is_account ? gw_ecs_source_get_name (GW_ECS_SOURCE (part->source), id)
                                          : id;

      if (g_strcmp0 (name, id) != 0)
        return g_strdup (name);
    }
  return g_strdup (id);
}

static char *
dup_region_title (const char *key,
                  gpointer    user_data)
{
  return *key != '\0' ? dup_name (key, user_data) : g_strdup (_("No Region"));
}

static char *
dup_resource_group_title (const char *key,
                          gpointer    user_data)
{
  return *key != '\0' ? dup_name (key, user_data) : g_strdup (_("Default Resource Group"));
}

static char *
dup_tag_title (const char *key,
               gpointer    user_data)
{
  const char *value = strchr (key, '=');

  if (*key == '\0')
    return g_strdup (_("No Tag"));
  return g_strdup (value != NULL && value[1] != '\0' ? value + 1 : key);
}

/* The bucket's number of the @part-th part: only accounts are sorted into buckets. */
static guint
get_list (GwSidebarGroups *self,
          guint            part)
{
  guint n = 0;

  for (guint i = 0; i < part; i++)
    if (((Part *) g_ptr_array_index (self->parts, i))->is_account)
      n++;
  return n;
}

static void
replace_list (GListStore *store,
              GPtrArray  *instances)
{
  g_autoptr (GPtrArray) shortcuts = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  gboolean same = n == instances->len;

  for (guint i = 0; same && i < n; i++)
    {
      g_autoptr (GObject) shortcut = g_list_model_get_item (G_LIST_MODEL (store), i);

      same = gw_sidebar_get_instance (shortcut) == g_ptr_array_index (instances, i);
    }
  if (same)
    return;
  for (guint i = 0; i < instances->len; i++)
    g_ptr_array_add (shortcuts, gw_sidebar_shortcut_new (g_ptr_array_index (instances, i)));
  g_list_store_splice (store, 0, n, shortcuts->pdata, shortcuts->len);
}

static void
update_tops (GwSidebarGroups *self)
{
  g_autoptr (GPtrArray) favorites = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();

  self->tops_changed = FALSE;
  for (guint i = 0; self->favorite_ids[i] != NULL; i++)
    {
      GwInstance *instance = g_hash_table_lookup (self->wanted, self->favorite_ids[i]);

      if (instance != NULL && !g_ptr_array_find (favorites, instance, NULL))
        g_ptr_array_add (favorites, instance);
    }
  for (guint i = 0; i < self->recent_ids->len && recent->len < MAX_RECENT; i++)
    {
      GwInstance *instance = g_hash_table_lookup (self->wanted,
                                                  g_ptr_array_index (self->recent_ids, i));

      if (instance != NULL && !g_ptr_array_find (favorites, instance, NULL))
        g_ptr_array_add (recent, instance);
    }
  if (gw_catalogue_get_n_instances (self->catalogue) < MIN_FOR_RECENT)
    g_ptr_array_set_size (recent, 0);
  replace_list (self->favorites, favorites);
  replace_list (self->recent, recent);
}

/* @instance is there now, or is not any more. */
static void
note_wanted (GwSidebarGroups *self,
             GwInstance      *instance,
             gboolean         is_there)
{
  gpointer id, old;

  if (!g_hash_table_lookup_extended (self->wanted, gw_instance_get_id (instance), &id, &old))
    return;
  if (is_there)
    g_hash_table_insert (self->wanted, id, instance);
  else if (old == instance)
    g_hash_table_insert (self->wanted, id, NULL);
  self->tops_changed = TRUE;
}

static void
find_wanted (GwSidebarGroups *self)
{
  g_hash_table_remove_all (self->wanted);
  for (guint i = 0; self->favorite_ids[i] != NULL; i++)
    g_hash_table_insert (self->wanted, self->favorite_ids[i], NULL);
  for (guint i = 0; i < self->recent_ids->len; i++)
    g_hash_table_insert (self->wanted, g_ptr_array_index (self->recent_ids, i), NULL);

  for (guint i = 0; g_hash_table_size (self->wanted) > 0 && i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);

      for (guint j = 0; part->is_used && j < part->entries->len; j++)
        note_wanted (self, g_array_index (part->entries, Entry, j).instance, TRUE);
    }
  update_tops (self);
}

static void
on_favorites_changed (GwSidebarGroups *self)
{
  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  /* The table's keys are those texts. */
  g_hash_table_remove_all (self->wanted);
  g_strfreev (self->favorite_ids);
  self->favorite_ids = g_settings_get_strv (self->settings, "favorites");
  find_wanted (self);
}

static void
on_history_changed (GwSidebarGroups *self)
{
  g_autoptr (GPtrArray) entries = NULL;

  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  g_hash_table_remove_all (self->wanted);
  g_ptr_array_set_size (self->recent_ids, 0);
  if (self->history != NULL)
    entries = gw_login_history_list (self->history);
  for (guint i = 0; entries != NULL && i < MIN (entries->len, MAX_CANDIDATES); i++)
    {
      const GwLoginEntry *entry = g_ptr_array_index (entries, i);

      if (g_str_has_prefix (entry->key, "instance:"))
        g_ptr_array_add (self->recent_ids, g_strdup (entry->key + strlen ("instance:")));
    }
  find_wanted (self);
}

static guint
find_part (GwSidebarGroups *self,
           gpointer         source)
{
  guint i = 0;

  while (((Part *) g_ptr_array_index (self->parts, i))->source != source)
    i++;
  return i;
}

static void
on_items_changed (GListModel      *source,
                  guint            position,
                  guint            removed,
                  guint            added,
                  GwSidebarGroups *self)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_sized_new (added);
  g_autoptr (GArray) entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), added);
  guint index;
  Part *part;

  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  index = find_part (self, source);
  part = g_ptr_array_index (self->parts, index);
  for (guint i = position; i < position + removed; i++)
    {
      Entry *entry = &g_array_index (part->entries, Entry, i);

      if (part->is_used)
        count_title (self, entry->title, -1);
      note_wanted (self, entry->instance, FALSE);
    }
  for (guint i = position; i < position + added; i++)
    {
      GwInstance *instance = g_list_model_get_item (source, i);
      Entry entry = { instance, hash_title (instance) };

      if (part->is_used)
        {
          count_title (self, entry.title, 1);
          note_wanted (self, instance, TRUE);
        }
      g_array_append_val (entries, entry);
      g_ptr_array_add (instances, instance);
    }
  if (part->is_account && self->buckets != NULL)
    gw_sidebar_buckets_splice (self->buckets, get_list (self, index), position, removed, instances);
  if (removed > 0)
    g_array_remove_range (part->entries, position, removed);
  if (added > 0)
    g_array_insert_vals (part->entries, position, entries->data, added);
  /* Recent is there from a certain number on. */
  if (self->tops_changed || self->recent_ids->len > 0)
    update_tops (self);
}

/* Sets the groups in front of the buckets; what stays keeps its place. */
static void
set_fixed (GwSidebarGroups *self,
           GPtrArray       *groups)
{
  GListModel *model = G_LIST_MODEL (self->groups);
  guint n_old = g_list_model_get_n_items (model);
  guint start = 0;

  for (; start < MIN (n_old, groups->len); start++)
    {
      g_autoptr (GObject) old = g_list_model_get_item (model, start);

      if (old != g_ptr_array_index (groups, start))
        break;
    }
  if (start < MAX (n_old, groups->len))
    g_list_store_splice (self->groups, start, n_old - start, groups->pdata + start,
                         groups->len - start);
}

static void
make_buckets (GwSidebarGroups *self)
{
  g_autofree char *group_by = g_settings_get_string (self->settings, "group-by");

  if (g_str_equal (group_by, GW_GROUP_BY_REGION))
    self->buckets = gw_sidebar_buckets_new (self->groups, self->filter, "region:", get_region,
                                            dup_region_title, self);
  else if (g_str_equal (group_by, GW_GROUP_BY_RESOURCE_GROUP))
    self->buckets = gw_sidebar_buckets_new (self->groups, self->filter, "group:",
                                            get_resource_group, dup_resource_group_title, self);
  else if (g_str_equal (group_by, GW_GROUP_BY_TAG) && *self->tag != '\0')
    self->buckets = gw_sidebar_buckets_new (self->groups, self->filter, "tag:", get_tag,
                                            dup_tag_title, self);
}

static void
fill_buckets (GwSidebarGroups *self)
{
  gw_sidebar_buckets_set_lists (self->buckets, get_list (self, self->parts->len));
  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);
      g_autoptr (GPtrArray) instances = g_ptr_array_sized_new (part->entries->len);

      if (!part->is_account)
        continue;
      for (guint j = 0; j < part->entries->len; j++)
        g_ptr_array_add (instances, g_array_index (part->entries, Entry, j).instance);
      gw_sidebar_buckets_splice (self->buckets, get_list (self, i), 0, 0, instances);
    }
}

/* All anew: sources have come or gone, or the grouping is another. */
static void
update_layout (GwSidebarGroups *self)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  g_autofree char *group_by = g_settings_get_string (self->settings, "group-by");
  gboolean by_account;

  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  g_clear_pointer (&self->buckets, gw_sidebar_buckets_free);
  g_free (self->tag);
  self->tag = g_settings_get_string (self->settings, "group-by-tag");
  by_account = g_str_equal (group_by, GW_GROUP_BY_ACCOUNT) ||
               (g_str_equal (group_by, GW_GROUP_BY_TAG) && *self->tag == '\0');

  g_ptr_array_add (groups, self->favorites_group);
  g_ptr_array_add (groups, self->recent_group);
  for (guint accounts = 0; accounts < (by_account ? 2 : 1); accounts++)
    for (guint i = 0; i < self->parts->len; i++)
      {
        Part *part = g_ptr_array_index (self->parts, i);

        if (part->is_account == (gboolean) accounts)
          g_ptr_array_add (groups, part->group);
      }
  set_fixed (self, groups);
  if (!by_account)
    {
      make_buckets (self);
      fill_buckets (self);
    }
}

static void
count_titles (GwSidebarGroups *self,
              Part            *part,
              int              n)
{
  for (guint i = 0; i < part->entries->len; i++)
    count_title (self, g_array_index (part->entries, Entry, i).title, n);
}

/* Another instance makes a title ambiguous only where it can be seen. */
static void
set_used (GwSidebarGroups *self,
          Part            *part,
          gboolean         used)
{
  gw_sidebar_group_set_hidden (part->group, !used);
  if (part->is_used == used)
    return;
  part->is_used = used;
  count_titles (self, part, used ? 1 : -1);
}

static void
update_used (GwSidebarGroups *self)
{
  gboolean used = g_settings_get_boolean (self->settings, "use-ssh-config");

  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);

      set_used (self, part, used || !GW_IS_SSH_CONFIG_SOURCE (part->source));
    }
  find_wanted (self);
}

static void
on_title_changed (GwSource        *source,
                  GParamSpec      *pspec,
                  GwSidebarGroups *self)
{
  Part *part = g_ptr_array_index (self->parts, find_part (self, source));

  gw_sidebar_group_set_title (part->group, gw_source_get_title (source));
}

static void
on_names_changed (GwSidebarGroups *self)
{
  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  if (self->buckets != NULL)
    gw_sidebar_buckets_retitle (self->buckets);
}

static void
on_state_changed (GwEcsSource     *source,
                  GParamSpec      *pspec,
                  GwSidebarGroups *self)
{
  if (gw_ecs_source_get_state (source) == GW_ECS_SOURCE_IDLE)
    gw_sidebar_groups_recheck (self);
}

static void
add_part (GwSidebarGroups *self,
          guint            position,
          GwSource        *source)
{
  Part *part = g_new0 (Part, 1);

  part->source = g_object_ref (source);
  part->is_account = GW_IS_ECS_SOURCE (source);
  part->group = gw_sidebar_group_new (gw_source_get_id (source), gw_source_get_title (source),
                                      G_LIST_MODEL (source), self->filter);
  part->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (part->entries, entry_clear);
  g_ptr_array_insert (self->parts, (int) position, part);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (source)); i++)
    {
      GwInstance *instance = g_list_model_get_item (G_LIST_MODEL (source), i);
      Entry entry = { instance, hash_title (instance) };

      g_array_append_val (part->entries, entry);
    }
  g_signal_connect_object (source, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  g_signal_connect_object (source, "notify::title", G_CALLBACK (on_title_changed), self, 0);
  if (!part->is_account)
    return;
  g_signal_connect_object (source, "names-changed", G_CALLBACK (on_names_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "notify::state", G_CALLBACK (on_state_changed), self, 0);
}

static void
remove_part (GwSidebarGroups *self,
             guint            position)
{
  Part *part = g_ptr_array_index (self->parts, position);

  g_signal_handlers_disconnect_by_data (part->source, self);
  if (part->is_used)
    count_titles (self, part, -1);
  g_ptr_array_remove_index (self->parts, position);
}

static void
on_sources_changed (GListModel      *catalogue,
                    guint            position,
                    guint            removed,
                    guint            added,
                    GwSidebarGroups *self)
{
  g_assert (GW_IS_SIDEBAR_GROUPS (self));

  for (guint i = 0; i < removed; i++)
    remove_part (self, position);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GwSource) source = g_list_model_get_item (catalogue, i);

      add_part (self, i, source);
    }
  update_used (self);
  update_layout (self);
}

static void
gw_sidebar_groups_dispose (GObject *object)
{
  GwSidebarGroups *self = GW_SIDEBAR_GROUPS (object);

  while (self->parts->len > 0)
    remove_part (self, self->parts->len - 1);
  g_clear_pointer (&self->buckets, gw_sidebar_buckets_free);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->history);
  g_clear_object (&self->settings);
  g_clear_object (&self->filter);

  G_OBJECT_CLASS (gw_sidebar_groups_parent_class)->dispose (object);
}

static void
gw_sidebar_groups_finalize (GObject *object)
{
  GwSidebarGroups *self = GW_SIDEBAR_GROUPS (object);

  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->titles);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->recent_ids);
  g_strfreev (self->favorite_ids);
  g_object_unref (self->groups);
  g_object_unref (self->favorites);
  g_object_unref (self->recent);
  g_clear_object (&self->favorites_group);
  g_clear_object (&self->recent_group);
  g_free (self->tag);

  G_OBJECT_CLASS (gw_sidebar_groups_parent_class)->finalize (object);
}

static void
gw_sidebar_groups_class_init (GwSidebarGroupsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_sidebar_groups_dispose;
  object_class->finalize = gw_sidebar_groups_finalize;
}

static void
gw_sidebar_groups_init (GwSidebarGroups *self)
{
  self->groups = g_list_store_new (GW_TYPE_SIDEBAR_GROUP);
  self->favorites = g_list_store_new (GW_TYPE_SIDEBAR_SHORTCUT);
  self->recent = g_list_store_new (GW_TYPE_SIDEBAR_SHORTCUT);
  self->parts = g_ptr_array_new_with_free_func (part_free);
  self->recent_ids = g_ptr_array_new_with_free_func (g_free);
  self->wanted = g_hash_table_new (g_str_hash, g_str_equal);
  self->titles = g_hash_table_new (NULL, NULL);
  g_signal_connect_object (self->groups, "items-changed", G_CALLBACK (g_list_model_items_changed),
                           self, G_CONNECT_SWAPPED);
}

GwSidebarGroups *
gw_sidebar_groups_new (GwCatalogue    *catalogue,
                       GwLoginHistory *history,
                       GSettings      *settings,
                       GtkFilter      *filter)
{
  GwSidebarGroups *self;

  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (history == NULL || GW_IS_LOGIN_HISTORY (history), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GTK_IS_FILTER (filter), NULL);

  self = g_object_new (GW_TYPE_SIDEBAR_GROUPS, NULL);
  self->catalogue = g_object_ref (catalogue);
  g_set_object (&self->history, history);
  self->settings = g_object_ref (settings);
  self->filter = g_object_ref (filter);
  self->favorites_group = gw_sidebar_group_new ("favorites", _("Favorites"),
                                                G_LIST_MODEL (self->favorites), filter);
  self->recent_group = gw_sidebar_group_new ("recent", _("Recent"), G_LIST_MODEL (self->recent),
                                             filter);
  self->favorite_ids = g_settings_get_strv (settings, "favorites");
  on_history_changed (self);
  on_sources_changed (G_LIST_MODEL (catalogue), 0, 0,
                      g_list_model_get_n_items (G_LIST_MODEL (catalogue)), self);

  g_signal_connect_object (catalogue, "items-changed", G_CALLBACK (on_sources_changed), self, 0);
  if (history != NULL)
    g_signal_connect_object (history, "changed", G_CALLBACK (on_history_changed), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::favorites", G_CALLBACK (on_favorites_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::group-by", G_CALLBACK (update_layout), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::group-by-tag", G_CALLBACK (update_layout), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::use-ssh-config", G_CALLBACK (update_used), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
gw_sidebar_groups_set_searching (GwSidebarGroups *self,
                                 gboolean         searching)
{
  g_return_if_fail (GW_IS_SIDEBAR_GROUPS (self));

  gw_sidebar_group_set_hidden (self->favorites_group, searching);
  gw_sidebar_group_set_hidden (self->recent_group, searching);
}

void
gw_sidebar_groups_recheck (GwSidebarGroups *self)
{
  g_return_if_fail (GW_IS_SIDEBAR_GROUPS (self));

  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);

      for (guint j = 0; j < part->entries->len; j++)
        {
          Entry *entry = &g_array_index (part->entries, Entry, j);
          guint title = hash_title (entry->instance);

          if (title == entry->title)
            continue;
          if (part->is_used)
            {
              count_title (self, entry->title, -1);
              count_title (self, title, 1);
            }
          entry->title = title;
        }
    }
  if (self->buckets != NULL)
    gw_sidebar_buckets_recheck (self->buckets);
}

gboolean
gw_sidebar_groups_is_ambiguous (GwSidebarGroups *self,
                                GwInstance      *instance)
{
  gpointer key;

  g_return_val_if_fail (GW_IS_SIDEBAR_GROUPS (self), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), FALSE);

  key = GUINT_TO_POINTER (hash_title (instance));
  return GPOINTER_TO_INT (g_hash_table_lookup (self->titles, key)) > 1;
}
