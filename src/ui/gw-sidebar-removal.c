/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-sidebar-private.h"

#include "config.h"

#include <glib/gi18n.h>

/* Removing a host takes what is saved for it along, at once: what a person deletes is gone even if
 * the program ends. Until the toast goes or auto-lock comes, memory holds what Undo puts back. */

/* As for credentials. */
#define UNDO_SECONDS 10

typedef enum {
  LOGIN_NONE,
  LOGIN_REMOVING,
  LOGIN_WANTED_BACK, /* undone before the keyring was ready */
  LOGIN_REMOVED,
  LOGIN_FORGOTTEN,   /* by auto-lock: Undo brings back the host alone */
} LoginState;

/* Shared by the toast and the call that is under way. */
typedef struct {
  GwSidebar      *sidebar; /* weak */
  GwFileSource   *saved;
  GwSavedLogins  *logins;
  GwInstance     *instance;
  guint           position;
  LoginState      state;
  GwRemovedLogin *login;
} Removal;

static void
removal_clear (gpointer data)
{
  Removal *removal = data;

  if (removal->sidebar != NULL)
    g_ptr_array_remove_fast (removal->sidebar->removals, removal);
  g_clear_weak_pointer (&removal->sidebar);
  g_object_unref (removal->saved);
  g_clear_object (&removal->logins);
  g_object_unref (removal->instance);
  g_clear_pointer (&removal->login, gw_removed_login_free);
}

static void
removal_release (Removal *removal)
{
  g_rc_box_release_full (removal, removal_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_release)

static void
tell (Removal      *removal,
      const char   *heading,
      const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (removal->sidebar != NULL)
    gw_sidebar_tell_error (removal->sidebar, heading, error);
  else
    g_message ("%s: %s", heading, error->message);
}

static void
on_login_restored (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GError) error = NULL;

  if (!gw_saved_logins_restore_finish (GW_SAVED_LOGINS (source), result, &error))
    tell (removal, _("The Saved Login Was Not Restored"), error);
}

/* From here on the secret is on its way into the keyring. */
static void
restore_login (Removal *removal)
{
  g_autoptr (GwRemovedLogin) login = g_steal_pointer (&removal->login);

  if (login != NULL)
    gw_saved_logins_restore_async (removal->logins, login, NULL, on_login_restored,
                                   g_rc_box_acquire (removal));
}

static void
on_login_removed (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GError) error = NULL;
  LoginState state = removal->state;

  if (state == LOGIN_REMOVING)
    removal->state = LOGIN_REMOVED;
  if (!gw_saved_logins_remove_finish (GW_SAVED_LOGINS (source), result, &removal->login, &error)
      && state != LOGIN_WANTED_BACK)
    tell (removal, _("The Saved Secret Was Not Removed"), error);
  if (state == LOGIN_WANTED_BACK)
    restore_login (removal);
  else if (state == LOGIN_FORGOTTEN)
    g_clear_pointer (&removal->login, gw_removed_login_free);
}

static void
remove_login (Removal *removal)
{
  g_autofree char *key = NULL;

  if (removal->logins == NULL)
    return;
  key = g_strconcat ("instance:", gw_instance_get_id (removal->instance), NULL);
  removal->state = LOGIN_REMOVING;
  gw_saved_logins_remove_async (removal->logins, key, TRUE, NULL, on_login_removed,
                                g_rc_box_acquire (removal));
}

static void
on_undo (AdwToast *toast,
         Removal  *removal)
{
  g_autoptr (GError) error = NULL;

  if (!gw_file_source_restore (removal->saved, removal->instance, removal->position, &error))
    {
      tell (removal, _("The Host Was Not Restored"), error);
      return;
    }
  if (removal->sidebar != NULL)
    gw_sidebar_select (removal->sidebar, removal->instance);
  if (removal->state == LOGIN_REMOVING)
    removal->state = LOGIN_WANTED_BACK;
  else if (removal->state == LOGIN_REMOVED)
    restore_login (removal);
  else if (removal->state == LOGIN_FORGOTTEN && removal->sidebar != NULL)
    gw_sidebar_add_toast (removal->sidebar, adw_toast_new (_("Restored without its saved login")));
}

/* Whoever else may hold the toast: what Undo needs goes when there is nothing left to press. */
static void
on_dismissed (AdwToast *toast,
              Removal  *removal)
{
  g_autoptr (Removal) held = g_rc_box_acquire (removal);

  g_signal_handlers_disconnect_by_func (toast, on_undo, removal);
  g_signal_handlers_disconnect_by_func (toast, on_dismissed, removal);
}

void
gw_sidebar_remove (GwSidebar  *self,
                   GwInstance *instance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Removal) removal = g_rc_box_new0 (Removal);
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  g_set_weak_pointer (&removal->sidebar, self);
  g_ptr_array_add (self->removals, removal);
  removal->saved = g_object_ref (self->saved);
  g_set_object (&removal->logins, self->logins);
  removal->instance = g_object_ref (instance);
  if (!gw_file_source_remove (self->saved, instance, &removal->position, &error))
    {
      gw_sidebar_tell_error (self, _("The Host Was Not Removed"), error);
      return;
    }
  remove_login (removal);

  /* Translators: the argument is the name of a host */
  title = g_strdup_printf (_("“%s” removed"), gw_instance_get_title (instance));
  escaped = g_markup_escape_text (title, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo),
                         g_rc_box_acquire (removal), (GClosureNotify) removal_release, 0);
  g_signal_connect_data (toast, "dismissed", G_CALLBACK (on_dismissed),
                         g_rc_box_acquire (removal), (GClosureNotify) removal_release, 0);
  gw_sidebar_add_toast (self, toast);
}

void
gw_sidebar_clear_secrets (GwSidebar *self)
{
  g_return_if_fail (GW_IS_SIDEBAR (self));

  /* The toasts stay: libadwaita 1.2 crashes where one that is just coming up is dismissed. */
  for (guint i = 0; i < self->removals->len; i++)
    {
      Removal *removal = g_ptr_array_index (self->removals, i);

      if (removal->state == LOGIN_REMOVING || removal->login != NULL)
        removal->state = LOGIN_FORGOTTEN;
      g_clear_pointer (&removal->login, gw_removed_login_free);
    }
}
