/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credentials-window.h"

#include "config.h"
#include "gw-accessible.h"
#include "gw-credential-row.h"
#include "gw-credentials-window-private.h"
#include "gw-keyring-row.h"
#include "gw-search.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (GwCredentialsWindow, gw_credentials_window, ADW_TYPE_WINDOW)

/* As the template has them. */
static const char *const names[GW_N_ENTRY_KINDS] = {
  [GW_ENTRY_CREDENTIAL] = "credentials",
  [GW_ENTRY_LOGIN] = "logins",
  [GW_ENTRY_STRAY] = "strays",
};

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

/* To the row of @entry; where it has none, to the one at @position or before it, so that one can
 * go on deleting; FALSE if its list has no row at all. */
static gboolean
focus_row (GwCredentialsWindow *self,
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

static void
show_contents (GwCredentialsWindow *self)
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

static void
refresh (GwCredentialsWindow *self)
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
  show_contents (self);
  check_details (self);
  /* For GTK a row that was taken out keeps the focus for a while. */
  if (row != NULL && gtk_widget_get_root (row) == NULL && !focus_row (self, entry, position))
    gtk_widget_child_focus (self->contents, GTK_DIR_TAB_FORWARD);
}

static gboolean
on_refresh (gpointer user_data)
{
  GwCredentialsWindow *self = user_data;

  self->refresh_id = 0;
  if (self->n_busy == 0)
    refresh (self);
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

static void
on_search_changed (GwCredentialsWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autofree char *folded = gw_search_fold (text);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_assert (GW_IS_CREDENTIALS_WINDOW (self));

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  g_strfreev (self->words);
  self->words = g_strv_builder_end (builder);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_contents (self);
}

static gboolean
is_found (gpointer item,
          gpointer user_data)
{
  GwCredentialsWindow *self = user_data;

  return gw_credential_entry_matches (item, (const char *const *) self->words);
}

static GtkWidget *
make_row (gpointer item,
          gpointer unused)
{
  return gw_credential_row_new (item);
}

static void
on_row_activated (GwCredentialsWindow *self,
                  GtkListBoxRow       *row)
{
  g_assert (GW_IS_CREDENTIALS_WINDOW (self));

  self->opened_position = (guint) gtk_list_box_row_get_index (row);
  gw_credential_page_set_entry (GW_CREDENTIAL_PAGE (self->details),
                                gw_credential_row_get_entry (GW_CREDENTIAL_ROW (row)));
  gtk_stack_set_visible_child (GTK_STACK (self->pages), self->details);
  gtk_widget_grab_focus (self->details);
}

static void
gw_credentials_window_dispose (GObject *object)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  gw_credentials_window_clear_secrets (self);
  for (guint i = 0; i < GW_N_ENTRY_KINDS; i++)
    {
      g_clear_object (&self->stores[i]);
      g_clear_object (&self->found[i]);
    }
  g_clear_object (&self->filter);
  g_clear_object (&self->logins);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (gw_credentials_window_parent_class)->dispose (object);
}

static void
gw_credentials_window_finalize (GObject *object)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (object);

  g_ptr_array_unref (self->undoable);
  g_strfreev (self->words);

  G_OBJECT_CLASS (gw_credentials_window_parent_class)->finalize (object);
}

static void
gw_credentials_window_class_init (GwCredentialsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_credentials_window_dispose;
  object_class->finalize = gw_credentials_window_finalize;

  g_type_ensure (GW_TYPE_CREDENTIAL_PAGE);
  g_type_ensure (GW_TYPE_KEYRING_ROW);
  _gw_credentials_window_install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-credentials-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, details);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, list_page);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, contents);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, state_group);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, keyring_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, memory_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, status);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, status_group);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, status_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialsWindow, status_create);
  for (guint i = 0; i < GW_N_ENTRY_KINDS; i++)
    {
      g_autofree char *group = g_strconcat (names[i], "_group", NULL);
      g_autofree char *box = g_strconcat (names[i], "_box", NULL);

      gtk_widget_class_bind_template_child_full (
        widget_class, group, FALSE,
        G_STRUCT_OFFSET (GwCredentialsWindow, groups) + (gssize) (i * sizeof (GtkWidget *)));
      gtk_widget_class_bind_template_child_full (
        widget_class, box, FALSE,
        G_STRUCT_OFFSET (GwCredentialsWindow, boxes) + (gssize) (i * sizeof (GtkWidget *)));
    }
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
gw_credentials_window_init (GwCredentialsWindow *self)
{
  self->undoable = g_ptr_array_new_with_free_func (g_object_unref);
  self->words = g_new0 (char *, 1);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_found, self, NULL));
  for (guint i = 0; i < GW_N_ENTRY_KINDS; i++)
    {
      self->stores[i] = g_list_store_new (GW_TYPE_CREDENTIAL_ENTRY);
      self->found[i] = G_LIST_MODEL (
        gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->stores[i])),
                                   g_object_ref (self->filter)));
      gtk_list_box_bind_model (GTK_LIST_BOX (self->boxes[i]), self->found[i], make_row, NULL,
                               NULL);
    }
}

GtkWindow *
gw_credentials_window_new (GtkWindow     *parent,
                           GwSavedLogins *logins,
                           GwCatalogue   *catalogue)
{
  GwCredentialsWindow *self;
  GwKeyring *keyring;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_SAVED_LOGINS (logins), NULL);
  g_return_val_if_fail (GW_IS_CATALOGUE (catalogue), NULL);

  self = g_object_new (GW_TYPE_CREDENTIALS_WINDOW, "transient-for", parent, NULL);
  self->logins = g_object_ref (logins);
  self->catalogue = g_object_ref (catalogue);
  keyring = gw_saved_logins_get_keyring (logins);
  gw_keyring_row_set_keyring (GW_KEYRING_ROW (self->keyring_row), keyring);
  gw_keyring_row_set_keyring (GW_KEYRING_ROW (self->status_row), keyring);
  gw_credential_page_set_sources (GW_CREDENTIAL_PAGE (self->details), logins, catalogue);
  g_signal_connect_object (logins, "changed",
                           G_CALLBACK (_gw_credentials_window_queue_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gw_saved_logins_get_credentials (logins), "items-changed",
                           G_CALLBACK (_gw_credentials_window_queue_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (keyring, "notify::state",
                           G_CALLBACK (_gw_credentials_window_queue_refresh), self,
                           G_CONNECT_SWAPPED);
  refresh (self);
  return GTK_WINDOW (self);
}

void
gw_credentials_window_clear_secrets (GwCredentialsWindow *self)
{
  g_return_if_fail (GW_IS_CREDENTIALS_WINDOW (self));

  /* Not dismissed: libadwaita 1.2 crashes where that falls into the toast's first moments. */
  for (guint i = 0; i < self->undoable->len; i++)
    {
      g_object_set_data (self->undoable->pdata[i], "gw-removal", NULL);
      adw_toast_set_button_label (self->undoable->pdata[i], NULL);
    }
  g_ptr_array_set_size (self->undoable, 0);
}

GwCredentialEntry *
_gw_credentials_window_get_current (GwCredentialsWindow *self)
{
  GwCredentialEntry *entry = gw_credential_page_get_entry (GW_CREDENTIAL_PAGE (self->details));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *row;

  if (entry != NULL)
    return entry;
  row = focus != NULL ? gtk_widget_get_ancestor (focus, GW_TYPE_CREDENTIAL_ROW) : NULL;
  return row != NULL ? gw_credential_row_get_entry (GW_CREDENTIAL_ROW (row)) : NULL;
}

void
_gw_credentials_window_show_list (GwCredentialsWindow *self)
{
  g_autoptr (GwCredentialEntry) entry = NULL;

  g_set_object (&entry, gw_credential_page_get_entry (GW_CREDENTIAL_PAGE (self->details)));
  if (entry == NULL)
    return;
  gw_credential_page_set_entry (GW_CREDENTIAL_PAGE (self->details), NULL);
  gtk_stack_set_visible_child (GTK_STACK (self->pages), self->list_page);
  if (!focus_row (self, entry, self->opened_position))
    gtk_widget_child_focus (self->contents, GTK_DIR_TAB_FORWARD);
}

AdwToast *
_gw_credentials_window_toast (GwCredentialsWindow *self,
                              const char          *text,
                              const char          *button)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, button);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
  gw_accessible_name_buttons (gtk_widget_get_last_child (self->toasts));
  return toast;
}
