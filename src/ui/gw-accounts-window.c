/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-accounts-window.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-accessible.h"
#include "gw-account-dialog.h"
#include "gw-account-offers.h"
#include "gw-accounts-window-row.h"
#include "gw-confirm.h"
#include "gw-error.h"

/* Seconds in which a removal can be undone: the AccessKey is held for as long. */
#define UNDO_SECONDS 10
/* The same where undoing failed: why it did is read first. */
#define RETRY_SECONDS 60
/* Seconds between two looks at how long ago things were. */
#define AGE_SECONDS 30

struct _GwAccountsWindow
{
  AdwWindow        parent_instance;

  GtkWidget       *toasts;
  GtkWidget       *notice;
  GtkWidget       *contents;
  GtkWidget       *list;
  GtkWidget       *offers;
  GtkWidget       *add_button;

  GwCloudAccounts *accounts;
  guint            age_id;
  GPtrArray       *undoable; /* AdwToast: those that can be undone */
  guint            n_clears; /* how often the secrets had to go */
};

G_DEFINE_FINAL_TYPE (GwAccountsWindow, gw_accounts_window, ADW_TYPE_WINDOW)

/* What is removed, or was. */
typedef struct {
  GwAccountsWindow *window; /* NULL while it waits in a toast, which the window owns */
  char *name;
  int position;
  GwRemovedAccount *removed;
  guint n_clears;           /* of the window, when it was undone */
} Removal;

static void offer_undo (GwAccountsWindow *self,
                        Removal          *removal,
                        const GError     *error);

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_clear_object (&removal->window);
  g_clear_pointer (&removal->removed, gw_removed_account_free);
  g_free (removal->name);
  g_free (removal);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_free)

static void
tell (GwAccountsWindow *self,
      const char       *heading,
      GError           *error)
{
  /* Closed meanwhile: nobody is left to be told. */
  if (self->accounts == NULL)
    g_message ("%s: %s", heading, error->message);
  else
    gw_confirm_tell (GTK_WINDOW (self), heading, error->message);
}

static void
on_restored (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GwAccountsWindow) self = g_object_ref (removal->window);
  g_autoptr (GError) error = NULL;
  g_autofree char *heading = NULL;

  if (gw_cloud_accounts_restore_finish (GW_CLOUD_ACCOUNTS (source), result, &error))
    return;
  heading = g_strdup_printf (_("“%s” Was Not Brought Back"), removal->name);
  /* Not where the window was closed or locked meanwhile. */
  if (self->accounts != NULL && removal->n_clears == self->n_clears
      && !gw_removed_account_is_done (removal->removed))
    offer_undo (self, g_steal_pointer (&removal), error);
  tell (self, heading, error);
}

static void
on_undo (AdwToast         *toast,
         GwAccountsWindow *self)
{
  Removal *removal = g_object_steal_data (G_OBJECT (toast), "gw-removal");

  g_assert (GW_IS_ACCOUNTS_WINDOW (self));

  if (removal == NULL)
    return;
  removal->window = g_object_ref (self);
  removal->n_clears = self->n_clears;
  gw_cloud_accounts_restore_async (self->accounts, removal->removed, NULL, on_restored, removal);
}

/* The AccessKey goes with the toast that offers to bring it back. */
static void
on_toast_dismissed (AdwToast         *toast,
                    GwAccountsWindow *self)
{
  g_assert (GW_IS_ACCOUNTS_WINDOW (self));

  g_object_set_data (G_OBJECT (toast), "gw-removal", NULL);
  g_ptr_array_remove (self->undoable, toast);
}

/* Takes @removal. @error: why undoing it failed, %NULL the first time. */
static void
offer_undo (GwAccountsWindow *self,
            Removal          *removal,
            const GError     *error)
{
  gboolean is_back = g_error_matches (error, GW_ERROR, GW_ERROR_NO_SECRET);
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  text = g_strdup_printf (is_back ? _("The AccessKey of “%s” is not back")
                                  : _("Removed “%s”"), removal->name);
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, is_back ? _("Try Again") : _("Undo"));
  adw_toast_set_timeout (toast, error == NULL ? UNDO_SECONDS : RETRY_SECONDS);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
  gw_accessible_name_buttons (gtk_widget_get_last_child (self->toasts));
  g_clear_object (&removal->window);
  g_object_set_data_full (G_OBJECT (toast), "gw-removal", removal, removal_free);
  g_ptr_array_add (self->undoable, g_object_ref (toast));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo), self, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_toast_dismissed), self, 0);
}

/* So that one can go on from where the row was. */
static void
focus_near (GwAccountsWindow *self,
            int               position)
{
  int n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  if (n == 0)
    gtk_widget_grab_focus (self->add_button);
  else
    gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list),
                                                                      MIN (position, n - 1))));
}

static void
on_removed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GwAccountsWindow) self = g_object_ref (removal->window);
  g_autoptr (GError) error = NULL;

  removal->removed
    = gw_cloud_accounts_remove_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
  if (removal->removed == NULL)
    {
      g_autofree char *heading = g_strdup_printf (_("“%s” Was Not Removed"), removal->name);

      tell (self, heading, error);
      return;
    }
  if (self->accounts == NULL)
    return;
  focus_near (self, removal->position);
  offer_undo (self, g_steal_pointer (&removal), NULL);
}

/* The account with the id in @parameter; for "" that of the focused row. */
static GwAccount *
find_account (GwAccountsWindow *self,
              GVariant         *parameter)
{
  const char *id = g_variant_get_string (parameter, NULL);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *row;

  if (*id != '\0')
    return gw_cloud_accounts_lookup (self->accounts, id);
  row = focus != NULL ? gtk_widget_get_ancestor (focus, GW_TYPE_ACCOUNTS_WINDOW_ROW) : NULL;
  return row != NULL ? gw_accounts_window_row_get_account (GW_ACCOUNTS_WINDOW_ROW (row)) : NULL;
}

static void
action_remove (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwAccountsWindow *self = GW_ACCOUNTS_WINDOW (widget);
  GwAccount *account = find_account (self, parameter);
  GtkListBoxRow *row;
  Removal *removal;

  if (account == NULL)
    return;
  removal = g_new0 (Removal, 1);
  removal->window = g_object_ref (self);
  removal->name = g_strdup (gw_account_get_name (account));
  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL; i++)
    if (gw_accounts_window_row_get_account (GW_ACCOUNTS_WINDOW_ROW (row)) == account)
      removal->position = i;
  /* Without a cancellable: a removal that has begun goes on when the window is closed. */
  gw_cloud_accounts_remove_async (self->accounts, account, NULL, on_removed, removal);
}

static void
action_edit (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GwAccountsWindow *self = GW_ACCOUNTS_WINDOW (widget);
  GwAccount *account = find_account (self, parameter);

  if (account != NULL)
    gtk_window_present (
      GTK_WINDOW (gw_account_dialog_new (GTK_WINDOW (self), self->accounts, account)));
}

static void
action_refresh (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  GwAccountsWindow *self = GW_ACCOUNTS_WINDOW (widget);
  GwAccount *account = find_account (self, parameter);
  GwEcsSource *source = NULL;

  if (account != NULL)
    source = gw_cloud_accounts_get_source (self->accounts, account);
  if (source != NULL)
    gw_ecs_source_refresh (source);
}

static void
action_add (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  GwAccountsWindow *self = GW_ACCOUNTS_WINDOW (widget);
  GwAccountDialog *dialog
    = gw_account_dialog_new (GTK_WINDOW (self), self->accounts, NULL);

  if (g_str_equal (action_name, "accounts.use-profile"))
    gw_account_dialog_use_profile (dialog, g_variant_get_string (parameter, NULL));
  else if (g_str_equal (action_name, "accounts.use-environment"))
    gw_account_dialog_use_environment (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
update (GwAccountsWindow *self)
{
  const char *notice = gw_cloud_accounts_get_notice (self->accounts);
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) == 0;

  gtk_label_set_text (GTK_LABEL (self->notice), notice != NULL ? notice : "");
  gtk_widget_set_visible (self->notice, notice != NULL);
  if (is_empty)
    gw_account_offers_fill (GTK_BOX (self->offers), self->add_button, "accounts.use-profile",
                            "accounts.use-environment");
  gtk_stack_set_visible_child_name (GTK_STACK (self->contents), is_empty ? "status" : "list");
}

static void
on_accounts_changed (GwAccountsWindow *self)
{
  g_assert (GW_IS_ACCOUNTS_WINDOW (self));

  update (self);
}

static void
on_row_activated (GwAccountsWindow *self,
                  GtkListBoxRow    *row)
{
  GwAccount *account = gw_accounts_window_row_get_account (GW_ACCOUNTS_WINDOW_ROW (row));

  g_assert (GW_IS_ACCOUNTS_WINDOW (self));

  gtk_widget_activate_action (GTK_WIDGET (self), "accounts.edit", "s",
                              gw_account_get_id (account));
}

static gboolean
on_age (gpointer user_data)
{
  GwAccountsWindow *self = user_data;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL; i++)
    gw_accounts_window_row_update (GW_ACCOUNTS_WINDOW_ROW (row));
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  GwAccountsWindow *self = user_data;

  return gw_accounts_window_row_new (item, gw_cloud_accounts_get_source (self->accounts, item));
}

static void
gw_accounts_window_dispose (GObject *object)
{
  GwAccountsWindow *self = GW_ACCOUNTS_WINDOW (object);

  g_clear_handle_id (&self->age_id, g_source_remove);
  gw_accounts_window_clear_secrets (self);
  g_clear_object (&self->accounts);

  G_OBJECT_CLASS (gw_accounts_window_parent_class)->dispose (object);
}

static void
gw_accounts_window_finalize (GObject *object)
{
  g_ptr_array_unref (GW_ACCOUNTS_WINDOW (object)->undoable);

  G_OBJECT_CLASS (gw_accounts_window_parent_class)->finalize (object);
}

static void
gw_accounts_window_class_init (GwAccountsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_accounts_window_dispose;
  object_class->finalize = gw_accounts_window_finalize;

  gtk_widget_class_install_action (widget_class, "accounts.add", NULL, action_add);
  gtk_widget_class_install_action (widget_class, "accounts.use-profile", "s", action_add);
  gtk_widget_class_install_action (widget_class, "accounts.use-environment", NULL, action_add);
  gtk_widget_class_install_action (widget_class, "accounts.refresh", "s", action_refresh);
  gtk_widget_class_install_action (widget_class, "accounts.edit", "s", action_edit);
  gtk_widget_class_install_action (widget_class, "accounts.remove", "s", action_remove);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-accounts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindow, contents);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindow, list);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindow, offers);
  gtk_widget_class_bind_template_child (widget_class, GwAccountsWindow, add_button);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
gw_accounts_window_init (GwAccountsWindow *self)
{
  self->undoable = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
gw_accounts_window_new (GtkWindow       *parent,
                        GwCloudAccounts *accounts)
{
  GwAccountsWindow *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts), NULL);

  self = g_object_new (GW_TYPE_ACCOUNTS_WINDOW, "transient-for", parent, NULL);
  self->accounts = g_object_ref (accounts);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (accounts), make_row, self,
                           NULL);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "notify::notice", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED);
  self->age_id = g_timeout_add_seconds (AGE_SECONDS, on_age, self);
  update (self);
  return GTK_WINDOW (self);
}

void
gw_accounts_window_clear_secrets (GwAccountsWindow *self)
{
  g_return_if_fail (GW_IS_ACCOUNTS_WINDOW (self));

  self->n_clears++;
  /* Not dismissed: libadwaita 1.2 crashes where that falls into the toast's first moments. */
  for (guint i = 0; i < self->undoable->len; i++)
    {
      g_object_set_data (self->undoable->pdata[i], "gw-removal", NULL);
      adw_toast_set_button_label (self->undoable->pdata[i], NULL);
    }
  g_ptr_array_set_size (self->undoable, 0);
}
