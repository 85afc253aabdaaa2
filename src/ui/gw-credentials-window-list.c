/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credentials-window-private.h"

#include "config.h"
#include "gw-credential-row.h"

#include <glib/gi18n.h>

static guint
find_position (GListModel        *model,
               GwCredentialEntry *entry)
{
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GwCredentialEntry) other = g_list_model_get_item (model, i);

      if (other == entry)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

gboolean
_gw_credentials_window_focus_row (GwCredentialsWindow *self,
                                  GwCredentialEntry   *entry,
                                  guint                position)
{
  GwEntryKind kind = gw_credential_entry_get_kind (entry);
  guint n = g_list_model_get_n_items (self->found[kind]);
  guint found = find_position (self->found[kind], entry);
  GtkListBoxRow *row;

  if (n == 0)
    return FALSE;
  if (found == GTK_INVALID_LIST_POSITION)
    found = MIN (position, n - 1);
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->boxes[kind]), (int) found);
  return gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* The texts of the page that stands where there is no list. */
static void
show_status (GwCredentialsWindow *self,
             gboolean             searching)
{
  AdwStatusPage *page = ADW_STATUS_PAGE (self->status);
  GwKeyringState state = gw_keyring_get_state (gw_saved_logins_get_keyring (self->logins));
  gboolean usable = state == GW_KEYRING_STATE_OPEN || state == GW_KEYRING_STATE_SESSION_ONLY;
  const char *icon = "dialog-password-symbolic";
  const char *title;
  const char *description = NULL;

  if (searching)
    {
      icon = "system-search-symbolic";
      title = _("No Results Found");
      description = _("Try a different search.");
    }
  else if (usable)
    {
      title = _("No Credentials Yet");
      description = state == GW_KEYRING_STATE_OPEN
                      ? _("A credential is a username with its password or private key, for any "
                          "number of instances. It is kept in your keyring.")
                      : _("A credential is a username with its password or private key, for any "
                          "number of instances. There is no keyring: it is kept in memory only, "
                          "and goes when Gangway is closed.");
    }
  else if (state == GW_KEYRING_STATE_UNKNOWN)
    title = _("Asking the Keyring…");
  else
    {
      title = _("Nothing to Show");
      description = _("Credentials and the secrets of saved logins are kept in your keyring.");
    }
  adw_status_page_set_icon_name (page, icon);
  adw_status_page_set_title (page, title);
  adw_status_page_set_description (page, description);
  gtk_widget_set_visible (self->status_group,
                          !searching && !usable && state != GW_KEYRING_STATE_UNKNOWN);
  gtk_widget_set_visible (self->status_create, !searching && usable);
}

void
_gw_credentials_window_show_contents (GwCredentialsWindow *self)
{
  GwKeyring *keyring = gw_saved_logins_get_keyring (self->logins);
  GwKeyringState state = gw_keyring_get_state (keyring);
  gboolean is_open = state == GW_KEYRING_STATE_OPEN || state == GW_KEYRING_STATE_UNKNOWN;
  gboolean searching = self->words[0] != NULL;
  guint n = 0, n_found = 0;

  for (guint i = 0; i < GW_N_ENTRY_KINDS; i++)
    {
      n += g_list_model_get_n_items (G_LIST_MODEL (self->stores[i]));
      n_found += g_list_model_get_n_items (self->found[i]);
      gtk_widget_set_visible (self->groups[i], g_list_model_get_n_items (self->found[i]) > 0);
    }
  gtk_widget_set_visible (self->state_group, !is_open && !searching);
  gtk_widget_set_visible (self->memory_row, state == GW_KEYRING_STATE_SESSION_ONLY);
  gtk_widget_set_sensitive (self->search_button, n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "credentials.search", n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "credentials.create",
                                 gw_keyring_is_usable (keyring));
  show_status (self, searching && n > 0);
  gtk_stack_set_visible_child_name (GTK_STACK (self->contents), n_found > 0 ? "list" : "status");
}

/* Makes @store hold what @entries does, keeping the objects, and so the rows, of what stays. */
static void
merge (GListStore *store,
       GPtrArray  *entries)
{
  g_autoptr (GHashTable) known
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  GPtrArray *old = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  guint first = 0, last = 0;

  for (guint i = 0; i < n; i++)
    {
      GwCredentialEntry *entry = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_ptr_array_add (old, entry);
      g_hash_table_insert (known, g_strdup (gw_credential_entry_get_id (entry)),
                           g_object_ref (entry));
    }
  for (guint i = 0; i < entries->len; i++)
    {
      GwCredentialEntry *entry = entries->pdata[i];
      GwCredentialEntry *same
        = g_hash_table_lookup (known, gw_credential_entry_get_id (entry));

      if (same == NULL)
        continue;
      gw_credential_entry_assign (same, entry);
      entries->pdata[i] = g_object_ref (same);
      g_object_unref (entry);
    }
  while (first < n && first < entries->len && old->pdata[first] == entries->pdata[first])
    first++;
  while (last < n - first && last < entries->len - first &&
         old->pdata[n - 1 - last] == entries->pdata[entries->len - 1 - last])
    last++;
  if (n != entries->len || first < n)
    g_list_store_splice (store, first, n - first - last, entries->pdata + first,
                         entries->len - first - last);
  g_ptr_array_unref (old);
}

static void
read_entries (GwCredentialsWindow *self)
{
  GListModel *credentials = G_LIST_MODEL (gw_saved_logins_get_credentials (self->logins));
  g_autoptr (GPtrArray) logins = gw_saved_logins_list (self->logins);
  GPtrArray *entries[GW_N_ENTRY_KINDS];

  for (guint i = 0; i < GW_N_ENTRY_KINDS; i++)
    entries[i] = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (credentials); i++)
    {
      g_autoptr (GwCredential) credential = g_list_model_get_item (credentials, i);
      gint64 used;
      g_auto (GStrv) users = gw_saved_logins_list_users (
        self->logins, gw_credential_get_id (credential), &used);

      g_ptr_array_add (entries[GW_ENTRY_CREDENTIAL],
                       gw_credential_entry_new_credential (credential, g_strv_length (users)));
    }
  for (guint i = 0; i < logins->len; i++)
    {
      GwCredentialEntry *entry
        = gw_credential_entry_new_login (gw_saved_login_copy (logins->pdata[i]));

      g_ptr_array_add (entries[gw_credential_entry_get_kind (entry)], entry);
    }
  for (guint i = 0; i < GW_N_ENTRY_KINDS; i++)
    {
      merge (self->stores[i], entries[i]);
      g_ptr_array_unref (entries[i]);
    }
}

/* What the details show may have been removed by another window or program. */
static void
check_details (GwCredentialsWindow *self)
{
  GwCredentialEntry *entry = gw_credential_page_get_entry (GW_CREDENTIAL_PAGE (self->details));
  g_autofree char *gone = NULL;

  if (entry == NULL ||
      find_position (G_LIST_MODEL (self->stores[gw_credential_entry_get_kind (entry)]), entry) !=
        GTK_INVALID_LIST_POSITION)
    return;
  gone = g_strdup_printf (_("“%s” is not there any more"), gw_credential_entry_get_title (entry));
  _gw_credentials_window_show_list (self);
  if (gw_keyring_is_usable (gw_saved_logins_get_keyring (self->logins)))
    _gw_credentials_window_toast (self, gone, NULL);
}

void
_gw_credentials_window_refresh (GwCredentialsWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  g_autoptr (GtkWidget) row = NULL;
  g_autoptr (GwCredentialEntry) entry = NULL;
  guint position = 0;

  if (focus != NULL)
    g_set_object (&row, gtk_widget_get_ancestor (focus, GW_TYPE_CREDENTIAL_ROW));
  if (row != NULL)
    {
      g_set_object (&entry, gw_credential_row_get_entry (GW_CREDENTIAL_ROW (row)));
      position = (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));
    }
  read_entries (self);
  if (self->words[0] != NULL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  _gw_credentials_window_show_contents (self);
  check_details (self);
  /* For GTK a row that was taken out keeps the focus for a while. */
  if (row != NULL && gtk_widget_get_root (row) == NULL
      && !_gw_credentials_window_focus_row (self, entry, position))
    gtk_widget_child_focus (self->contents, GTK_DIR_TAB_FORWARD);
}

static gboolean
on_refresh (gpointer user_data)
{
  GwCredentialsWindow *self = user_data;

  self->refresh_id = 0;
  if (self->n_busy == 0)
    _gw_credentials_window_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Changes come in bursts: a write changes the keyring, the credentials and the saved logins. */
void
_gw_credentials_window_queue_refresh (GwCredentialsWindow *self)
{
  g_assert (GW_IS_CREDENTIALS_WINDOW (self));

  if (self->refresh_id == 0 && self->n_busy == 0)
    self->refresh_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_refresh, self, NULL);
}
