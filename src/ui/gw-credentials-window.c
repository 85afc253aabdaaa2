/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credentials-window.h"

#include "config.h"
#include "gw-accessible.h"
#include "gw-credential-row.h"
#include "gw-credentials-window-private.h"
#include "gw-keyring-row.h"
#include "gw-search.h"

G_DEFINE_FINAL_TYPE (GwCredentialsWindow, gw_credentials_window, ADW_TYPE_WINDOW)

/* As the template has them. */
static const char *const names[GW_N_ENTRY_KINDS] = {
  [GW_ENTRY_CREDENTIAL] = "credentials",
  [GW_ENTRY_LOGIN] = "logins",
  [GW_ENTRY_STRAY] = "strays",
};

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
  _gw_credentials_window_show_contents (self);
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
  _gw_credentials_window_refresh (self);
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
  if (!_gw_credentials_window_focus_row (self, entry, self->opened_position))
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
