/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-filter-menu.h"

#include "config.h"
#include "gw-ecs-source.h"
#include "gw-sidebar-groups.h"

#include <glib/gi18n.h>
#include <string.h>

/* More keys than this make no menu: those that most instances have are offered. */
#define MAX_TAGS 20

#define TAG_PREFIX "tag:"

static const struct {
  const char      *value;
  GwInstanceStatus status;
  const char      *title; /* NULL: that of the state */
} statuses[] = {
  { "any", GW_INSTANCE_STATUS_UNKNOWN, N_("Any Status") },
  { "running", GW_INSTANCE_STATUS_RUNNING, NULL },
  { "starting", GW_INSTANCE_STATUS_STARTING, NULL },
  { "stopping", GW_INSTANCE_STATUS_STOPPING, NULL },
  { "stopped", GW_INSTANCE_STATUS_STOPPED, NULL },
  { "pending", GW_INSTANCE_STATUS_PENDING, NULL },
  { "locked", GW_INSTANCE_STATUS_UNKNOWN, N_("Locked or Expired") },
};

static guint
find_status (const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_str_equal (statuses[i].value, value))
      return i;
  return 0;
}

GwInstanceStatus
gw_sidebar_filter_menu_get_status (const char *value)
{
  return statuses[find_status (value)].status;
}

const char *
gw_sidebar_filter_menu_get_status_title (const char *value)
{
  guint i = find_status (value);

  return statuses[i].title != NULL ? _(statuses[i].title)
                                   : gw_instance_status_title (statuses[i].status);
}

/* @label is what it is: its underscores are no mnemonics. */
static void
add_choice (GMenu      *menu,
            const char *label,
            const char *action,
            const char *target)
{
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);
  g_autoptr (GMenuItem) item = g_menu_item_new (escaped, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

static void
count_tags (GListModel *source,
            GHashTable *counts)
{
  for (guint i = 0; i < g_list_model_get_n_items (source); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (source, i);
      const char *const *tags = gw_instance_get_tags (instance);

      for (guint j = 0; tags[j] != NULL; j++)
        {
          g_autofree char *key = g_strndup (tags[j], strcspn (tags[j], "="));
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

          g_hash_table_insert (counts, g_steal_pointer (&key), GUINT_TO_POINTER (n + 1));
        }
    }
}

/* Most instances first; then by name. */
static int
compare_tags (gconstpointer a,
              gconstpointer b,
              gpointer      counts)
{
  const char *first = *(const char *const *) a;
  const char *second = *(const char *const *) b;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, first));
  guint m = GPOINTER_TO_UINT (g_hash_table_lookup (counts, second));

  return n != m ? (n < m ? 1 : -1) : g_utf8_collate (first, second);
}

static GMenuModel *
make_tags (GwCatalogue *catalogue)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GMenu *menu = g_menu_new ();
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalogue)); i++)
    {
      g_autoptr (GListModel) source = g_list_model_get_item (G_LIST_MODEL (catalogue), i);

      if (GW_IS_ECS_SOURCE (source))
        count_tags (source, counts);
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (keys, key);
  g_ptr_array_sort_with_data (keys, compare_tags, counts);
  for (guint i = 0; i < MIN (keys->len, MAX_TAGS); i++)
    {
      g_autofree char *target = g_strconcat (TAG_PREFIX, g_ptr_array_index (keys, i), NULL);

      add_choice (menu, g_ptr_array_index (keys, i), "filter.group-by", target);
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
gw_sidebar_filter_menu_new (GwCatalogue *catalogue,
                            guint        n_hidden)
{
  g_autoptr (GMenu) status = g_menu_new ();
  g_autoptr (GMenu) group_by = g_menu_new ();
  g_autoptr (GMenuModel) tags = make_tags (catalogue);
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    add_choice (status, gw_sidebar_filter_menu_get_status_title (statuses[i].value),
                "filter.status-filter", statuses[i].value);
  g_menu_append_section (menu, _("Status"), G_MENU_MODEL (status));

  add_choice (group_by, _("Account"), "filter.group-by", GW_GROUP_BY_ACCOUNT);
  add_choice (group_by, _("Region"), "filter.group-by", GW_GROUP_BY_REGION);
  add_choice (group_by, _("Resource Group"), "filter.group-by", GW_GROUP_BY_RESOURCE_GROUP);
  if (g_menu_model_get_n_items (tags) > 0)
    g_menu_append_submenu (group_by, _("Tag"), tags);
  g_menu_append_section (menu, _("Group By"), G_MENU_MODEL (group_by));

  if (n_hidden > 0)
    {
      g_autoptr (GMenu) hidden = g_menu_new ();
      g_autofree char *label = g_strdup_printf (_("Show Hidden (%u)"), n_hidden);

      g_menu_append (hidden, label, "filter.show-hidden");
      g_menu_append_section (menu, NULL, G_MENU_MODEL (hidden));
    }
  return G_MENU_MODEL (menu);
}

static GVariant *
get_group_state (GSettings *settings)
{
  g_autofree char *group_by = g_settings_get_string (settings, "group-by");
  g_autofree char *tag = g_settings_get_string (settings, "group-by-tag");

  if (g_str_equal (group_by, GW_GROUP_BY_TAG))
    return g_variant_new_take_string (g_strconcat (TAG_PREFIX, tag, NULL));
  return g_variant_new_take_string (g_steal_pointer (&group_by));
}

static void
on_group_settings (GSettings     *settings,
                   const char    *key,
                   GSimpleAction *action)
{
  g_simple_action_set_state (action, get_group_state (settings));
}

static void
on_group_by (GSimpleAction *action,
             GVariant      *state,
             GSettings     *settings)
{
  const char *value = g_variant_get_string (state, NULL);

  if (g_str_has_prefix (value, TAG_PREFIX))
    {
      g_settings_set_string (settings, "group-by-tag", value + strlen (TAG_PREFIX));
      value = GW_GROUP_BY_TAG;
    }
  g_settings_set_string (settings, "group-by", value);
}

GAction *
gw_sidebar_filter_menu_create_group_action (GSettings *settings)
{
  GSimpleAction *action = g_simple_action_new_stateful ("group-by", G_VARIANT_TYPE_STRING,
                                                        get_group_state (settings));

  g_signal_connect_object (action, "change-state", G_CALLBACK (on_group_by), settings, 0);
  g_signal_connect_object (settings, "changed::group-by", G_CALLBACK (on_group_settings), action,
                           0);
  g_signal_connect_object (settings, "changed::group-by-tag", G_CALLBACK (on_group_settings),
                           action, 0);
  return G_ACTION (action);
}
