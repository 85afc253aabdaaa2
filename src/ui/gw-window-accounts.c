/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "gw-account-dialog.h"
#include "gw-sidebar.h"

static GwInstance *
lookup_in_source (GListModel *source,
                  const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (source); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (source, i);

      if (g_str_equal (gw_instance_get_id (instance), id))
        return instance; /* the source keeps it alive */
    }
  return NULL;
}

/* (nullable) (transfer none): the instance that the action is for. Several sources may have one
 * with this id, as two accounts that see the same: the selected one is meant, or that of an
 * account, of which most is known. */
static GwInstance *
lookup_instance (GwWindow *self,
                 GVariant *parameter)
{
  const char *id = g_variant_get_string (parameter, NULL);
  GwInstance *instance = gw_sidebar_get_selected (GW_SIDEBAR (self->sidebar));

  if (instance != NULL && g_str_equal (gw_instance_get_id (instance), id))
    return instance;
  instance = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (GwAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      GwEcsSource *source = gw_cloud_accounts_get_source (self->accounts, account);

      if (source != NULL)
        instance = lookup_in_source (G_LIST_MODEL (source), id);
      if (instance != NULL)
        return instance;
    }
  return gw_catalogue_lookup (self->catalogue, id, NULL);
}

static void
action_add_account (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  GwWindow *self = user_data;

  gtk_window_present (GTK_WINDOW (gw_account_dialog_new (GTK_WINDOW (self), self->accounts,
                                                         NULL)));
}

static void
action_add_account_profile (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  GwWindow *self = user_data;
  GwAccountDialog *dialog = gw_account_dialog_new (GTK_WINDOW (self), self->accounts, NULL);

  gw_account_dialog_use_profile (dialog, g_variant_get_string (parameter, NULL));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
action_add_account_environment (GSimpleAction *action,
                                GVariant      *parameter,
                                gpointer       user_data)
{
  GwWindow *self = user_data;
  GwAccountDialog *dialog = gw_account_dialog_new (GTK_WINDOW (self), self->accounts, NULL);

  gw_account_dialog_use_environment (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
action_edit_account (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  GwWindow *self = user_data;
  GwAccount *account = gw_cloud_accounts_lookup (self->accounts,
                                                 g_variant_get_string (parameter, NULL));

  if (account != NULL)
    gtk_window_present (GTK_WINDOW (gw_account_dialog_new (GTK_WINDOW (self), self->accounts,
                                                           account)));
}

static void
action_show_details (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  GwInstance *instance = lookup_instance (user_data, parameter);

  if (instance != NULL)
    gw_window_show_details (user_data, instance);
}

static void
action_open_in_browser (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  GwInstance *instance = lookup_instance (user_data, parameter);

  if (instance != NULL)
    gw_window_open_in_browser (user_data, instance);
}

static void
action_refresh (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  gw_sidebar_refresh (GW_SIDEBAR (GW_WINDOW (user_data)->sidebar));
}

static const GActionEntry actions[] = {
  { .name = "add-account", .activate = action_add_account },
  { .name = "add-account-profile", .activate = action_add_account_profile, .parameter_type = "s" },
  { .name = "add-account-environment", .activate = action_add_account_environment },
  { .name = "edit-account", .activate = action_edit_account, .parameter_type = "s" },
  { .name = "show-details", .activate = action_show_details, .parameter_type = "s" },
  { .name = "open-in-browser", .activate = action_open_in_browser, .parameter_type = "s" },
  { .name = "refresh", .activate = action_refresh },
};

/* There is something to refresh. */
static void
update_refresh (GwWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "refresh");

  g_assert (GW_IS_WINDOW (self));

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action),
                               g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) > 0);
}

void
gw_window_setup_accounts (GwWindow *self)
{
  if (self->accounts == NULL)
    return;
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (update_refresh), self,
                           G_CONNECT_SWAPPED);
  update_refresh (self);
}
