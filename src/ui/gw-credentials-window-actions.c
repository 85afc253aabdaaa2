/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credentials-window.h"

#include "config.h"
#include "gw-confirm.h"
#include "gw-credential-dialog.h"
#include "gw-credentials-window-private.h"
#include "gw-error.h"
#include "gw-login-defaults.h"
#include "gw-replace-dialog.h"

#include <glib/gi18n.h>

/* Names in a question; more are only counted. */
#define MAX_NAMES 8
/* Seconds in which a removal can be undone: the secret is held for as long. */
#define UNDO_SECONDS 10

/* What is removed, or was. */
typedef struct {
  GwCredentialsWindow *window; /* NULL while it waits in a toast, which the window owns */
  GwEntryKind kind;
  char *id;
  char *title;

  GwCredential *credential;
  GwSecrets *secrets;
  GwRemovedLogin *login;
} Removal;

static void
removal_free (Removal *removal)
{
  g_clear_object (&removal->window);
  g_free (removal->id);
  g_free (removal->title);
  g_clear_object (&removal->credential);
  g_clear_pointer (&removal->secrets, gw_secrets_free);
  g_clear_pointer (&removal->login, gw_removed_login_free);
  g_free (removal);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_free)

static void
tell (GwCredentialsWindow *self,
      const char          *heading,
      GError              *error)
{
  /* Closed meanwhile: nobody is left to be told. */
  if (self->logins == NULL)
    g_message ("%s: %s", heading, error->message);
  else
    gw_confirm_tell (GTK_WINDOW (self), heading, error->message);
}

static void
end_work (GwCredentialsWindow *self)
{
  self->n_busy--;
  if (self->logins != NULL)
    _gw_credentials_window_queue_refresh (self);
}

static void
on_restored (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *heading = NULL;
  gboolean ok;

  if (removal->kind == GW_ENTRY_CREDENTIAL)
    ok = gw_credentials_save_finish (GW_CREDENTIALS (source), result, &error);
  else
    ok = gw_saved_logins_restore_finish (GW_SAVED_LOGINS (source), result, &error);
  end_work (removal->window);
  if (ok)
    return;
  heading = g_strdup_printf (_("“%s” Was Not Brought Back"), removal->title);
  tell (removal->window, heading, error);
}

static void
on_undo (AdwToast            *toast,
         GwCredentialsWindow *self)
{
  Removal *removal = g_object_steal_data (G_OBJECT (toast), "gw-removal");

  g_assert (GW_IS_CREDENTIALS_WINDOW (self));

  if (removal == NULL)
    return;
  removal->window = g_object_ref (self);
  self->n_busy++;
  if (removal->kind == GW_ENTRY_CREDENTIAL)
    gw_credentials_save_async (gw_saved_logins_get_credentials (self->logins),
                               removal->credential, removal->secrets, NULL, on_restored, removal);
  else
    gw_saved_logins_restore_async (self->logins, removal->login, NULL, on_restored, removal);
}

/* The secret goes with the toast that offers to bring it back. */
static void
on_toast_dismissed (AdwToast            *toast,
                    GwCredentialsWindow *self)
{
  g_assert (GW_IS_CREDENTIALS_WINDOW (self));

  g_object_set_data (G_OBJECT (toast), "gw-removal", NULL);
  g_ptr_array_remove (self->undoable, toast);
}

static void
offer_undo (GwCredentialsWindow *self,
            Removal             *removal,
            const char          *text)
{
  AdwToast *toast = _gw_credentials_window_toast (self, text, _("Undo"));

  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_clear_object (&removal->window);
  g_object_set_data_full (G_OBJECT (toast), "gw-removal", removal,
                          (GDestroyNotify) removal_free);
  g_ptr_array_add (self->undoable, g_object_ref (toast));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo), self, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_toast_dismissed), self, 0);
}

static void
on_removed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GwCredentialsWindow) self = g_object_ref (removal->window);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  GwCredentialEntry *entry;
  gboolean ok, undoable, is_pending;

  if (removal->kind == GW_ENTRY_CREDENTIAL)
    ok = gw_credentials_remove_finish (GW_CREDENTIALS (source), result, &removal->credential,
                                       &removal->secrets, &error);
  else
    ok = gw_saved_logins_remove_finish (GW_SAVED_LOGINS (source), result, &removal->login,
                                        &error);
  end_work (self);
  /* The login is not saved any more, only its secret could not be reached yet. */
  is_pending = !ok && removal->kind == GW_ENTRY_LOGIN
               && (g_error_matches (error, GW_ERROR, GW_ERROR_KEYRING_LOCKED)
                   || g_error_matches (error, GW_ERROR, GW_ERROR_KEYRING_ABSENT));
  if (!ok)
    {
      g_autofree char *heading
        = g_strdup_printf (is_pending ? _("The Secret of “%s” Is Still in the Keyring")
                                      : _("“%s” Was Not Removed"),
                           removal->title);

      tell (self, heading, error);
    }
  if (self->logins == NULL || !(ok || is_pending))
    return;

  entry = gw_credential_page_get_entry (GW_CREDENTIAL_PAGE (self->details));
  if (entry != NULL && g_str_equal (gw_credential_entry_get_id (entry), removal->id))
    _gw_credentials_window_show_list (self);
  undoable = removal->kind == GW_ENTRY_CREDENTIAL ? removal->secrets != NULL
                                                  : removal->login != NULL
                                                      && gw_removed_login_can_restore (
                                                        removal->login);
  text = g_strdup_printf (_("Removed “%s”"), removal->title);
  if (undoable)
    offer_undo (self, g_steal_pointer (&removal), text);
  else
    _gw_credentials_window_toast (self, text, NULL);
}

static void
on_remove_answer (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  GwCredentialsWindow *self = removal->window;

  if (!gw_confirm_ask_finish (result, NULL) || self->logins == NULL)
    return;
  self->n_busy++;
  /* Without a cancellable: a removal that has begun goes on when the window is closed. */
  if (removal->kind == GW_ENTRY_CREDENTIAL)
    gw_credentials_remove_async (gw_saved_logins_get_credentials (self->logins), removal->id,
                                 NULL, on_removed, removal);
  else
    gw_saved_logins_remove_async (self->logins, removal->id, FALSE, NULL, on_removed, removal);
  g_steal_pointer (&removal);
}

/* Whose login uses it. Free with g_free(). */
static char *
describe_users (GwCredentialsWindow *self,
                const char          *id)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_auto (GStrv) users = NULL;
  gint64 used;
  guint n;

  users = gw_saved_logins_list_users (self->logins, id, &used);
  n = g_strv_length (users);
  if (n == 0)
    return g_strdup (_("No instance has been logged in to with it yet."));
  for (guint i = 0; i < n && i < MAX_NAMES; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", users[i]);
  if (n > MAX_NAMES)
    {
      guint more = n - MAX_NAMES;

      g_string_append_c (names, ' ');
      /* Translators: follows a list of names */
      g_string_append_printf (names, ngettext ("and %u more", "and %u more", more), more);
    }
  return g_strdup_printf (ngettext ("This instance loses it, and asks for a login from now on: %s",
                                    "These instances lose it, and ask for a login from now on: %s",
                                    n),
                          names->str);
}

/* Who loses it. Free with g_free(). */
static char *
describe_loss (GwCredentialsWindow *self,
               GwCredentialEntry   *entry)
{
  const char *id = gw_credential_entry_get_id (entry);
  g_autofree char *users = NULL;
  g_autofree char *defaults = NULL;
  guint n;

  if (gw_credential_entry_get_kind (entry) == GW_ENTRY_STRAY)
    return g_strdup (_("No saved login uses this secret."));
  if (gw_credential_entry_get_kind (entry) == GW_ENTRY_LOGIN)
    return g_strdup_printf (_("“%s” itself stays, and asks for the login from now on."),
                            gw_credential_entry_get_title (entry));

  users = describe_users (self, id);
  n = gw_login_count_defaults (self->catalogue, gw_saved_logins_get_credentials (self->logins), id);
  if (n == 0)
    return g_steal_pointer (&users);
  defaults = g_strdup_printf (ngettext ("It is the default of %u instance.",
                                        "It is the default of %u instances.", n), n);
  return g_strconcat (users, "\n\n", defaults, NULL);
}

static void
action_remove (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (widget);
  GwCredentialEntry *entry = _gw_credentials_window_get_current (self);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  Removal *removal;

  if (entry == NULL)
    return;
  heading = g_strdup_printf (_("Delete “%s”?"), gw_credential_entry_get_title (entry));
  body = describe_loss (self, entry);
  removal = g_new0 (Removal, 1);
  removal->window = g_object_ref (self);
  removal->kind = gw_credential_entry_get_kind (entry);
  removal->id = g_strdup (gw_credential_entry_get_id (entry));
  removal->title = g_strdup (gw_credential_entry_get_title (entry));
  gw_confirm_ask_async (GTK_WINDOW (self), heading, body, _("Delete"), GW_CONFIRM_DESTRUCTIVE,
                        NULL, on_remove_answer, removal);
}

static void
on_replaced (GwCredentialsWindow *self)
{
  g_assert (GW_IS_CREDENTIALS_WINDOW (self));

  _gw_credentials_window_toast (self, _("Replaced"), NULL);
}

static void
action_change (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (widget);
  GwCredentialEntry *entry = _gw_credentials_window_get_current (self);
  GtkWidget *dialog;

  if (entry == NULL || gw_credential_page_get_change (entry) == NULL)
    return;
  if (gw_credential_entry_get_kind (entry) == GW_ENTRY_CREDENTIAL)
    dialog = GTK_WIDGET (gw_credential_dialog_new (
      GTK_WINDOW (self), gw_saved_logins_get_credentials (self->logins), self->catalogue,
      gw_credential_entry_get_credential (entry)));
  else
    {
      dialog = GTK_WIDGET (gw_replace_dialog_new (GTK_WINDOW (self), self->logins,
                                                  gw_credential_entry_get_login (entry)));
      g_signal_connect_object (dialog, "replaced", G_CALLBACK (on_replaced), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
action_create (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (gw_credential_dialog_new (
    GTK_WINDOW (self), gw_saved_logins_get_credentials (self->logins), self->catalogue, NULL)));
}

/* From the details to the list, from the list out. */
static void
action_back (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (widget);

  if (gw_credential_page_get_entry (GW_CREDENTIAL_PAGE (self->details)) != NULL)
    _gw_credentials_window_show_list (self);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
action_search (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GwCredentialsWindow *self = GW_CREDENTIALS_WINDOW (widget);

  _gw_credentials_window_show_list (self);
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->search_bar), TRUE);
  gtk_widget_grab_focus (self->search_entry);
}

void
_gw_credentials_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "credentials.create", NULL, action_create);
  gtk_widget_class_install_action (widget_class, "credentials.change", NULL, action_change);
  gtk_widget_class_install_action (widget_class, "credentials.remove", NULL, action_remove);
  gtk_widget_class_install_action (widget_class, "credentials.back", NULL, action_back);
  gtk_widget_class_install_action (widget_class, "credentials.search", NULL, action_search);
}
