/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "config.h"

#include "gw-accessible.h"
#include "gw-instance-details.h"
#include "gw-link.h"
#include "gw-login-dialog.h"
#include "gw-obstacle.h"
#include "gw-sidebar.h"
#include "gw-ssh-config-source.h"

#include <glib/gi18n.h>

static void
on_login (GwLoginDialog *dialog,
          GwLogin       *login,
          GwWindow      *self)
{
  g_assert (GW_IS_WINDOW (self));

  gw_sidebar_clear_search (GW_SIDEBAR (self->sidebar));
  gw_window_add_tab (self, login);
}

static GwLoginDialog *
make_dialog (GwWindow *self)
{
  return gw_login_dialog_new (GTK_WINDOW (self), self->catalogue, self->logins, self->accounts,
                              self->settings);
}

static gboolean
has_jump (GwWindow   *self,
          GwInstance *instance,
          const char *host)
{
  g_autoptr (GwInstance) config = NULL;

  if (gw_instance_get_text (instance, GW_INSTANCE_PROXY_JUMP) != NULL)
    return TRUE;
  config = gw_ssh_config_source_find (self->catalogue, instance, host);
  return config != NULL && gw_instance_get_text (config, GW_INSTANCE_PROXY_JUMP) != NULL;
}

/* The saved login of @instance, if it can be used without a question. The dialog has something to
 * say of a detour that cannot be followed. */
static GwLogin *
get_saved_login (GwWindow   *self,
                 GwInstance *instance)
{
  g_autoptr (GwLogin) login = gw_saved_logins_lookup (self->logins, instance);

  if (login == NULL || has_jump (self, instance, gw_login_get_host (login)))
    return NULL;
  if (g_settings_get_boolean (self->settings, "send-locale"))
    gw_login_set_lang (login, g_getenv ("LANG"));
  return g_steal_pointer (&login);
}

/* Why a saved login does not connect at once any more. %NULL if that is not so. Free with
 * g_free(). */
static char *
dup_refusal (GwWindow   *self,
             GwInstance *instance)
{
  GwLoginHistory *history = gw_saved_logins_get_history (self->logins);
  g_autofree char *key = g_strconcat ("instance:", gw_instance_get_id (instance), NULL);
  const GwLoginEntry *entry = gw_login_history_lookup (history, key);

  if (entry == NULL || !entry->saved || !entry->refused || entry->user == NULL)
    return NULL;
  /* Translators: %s is a username */
  return g_strdup_printf (_("The server refused the saved login of %s. It is not tried again by "
                            "itself."), entry->user);
}

static void
open_dialog (GwWindow   *self,
             GwInstance *instance)
{
  g_autofree char *refusal = dup_refusal (self, instance);
  GwLoginDialog *dialog = make_dialog (self);

  gw_login_dialog_set_instance (dialog, instance);
  gw_login_dialog_set_notice (dialog, refusal);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* By what is known now. */
static void
connect_or_say_why (GwWindow   *self,
                    GwInstance *instance)
{
  g_autoptr (GwLogin) login = get_saved_login (self, instance);

  if (login == NULL
      || gw_obstacle_find (instance, g_get_real_time () / G_USEC_PER_SEC) != GW_OBSTACLE_NONE)
    {
      open_dialog (self, instance);
      return;
    }
  gw_sidebar_clear_search (GW_SIDEBAR (self->sidebar));
  gw_window_add_tab (self, login);
}

/* Milliseconds of asking for a state before it is said. */
#define QUIET 400

typedef struct {
  GwWindow   *window; /* %NULL once it is closed */
  GwInstance *instance;
  AdwToast   *toast; /* once it is there */
  guint       quiet_id;
} Asking;

/* (element-type Asking): what waits for an answer; each goes with it. */
static GPtrArray *
get_asking (GwWindow *self)
{
  GPtrArray *list = g_object_get_data (G_OBJECT (self), "gw-asking");

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_object_set_data_full (G_OBJECT (self), "gw-asking", list,
                              (GDestroyNotify) g_ptr_array_unref);
    }
  return list;
}

static void
asking_free (Asking *asking)
{
  g_clear_handle_id (&asking->quiet_id, g_source_remove);
  if (asking->toast != NULL)
    adw_toast_dismiss (asking->toast);
  g_clear_object (&asking->toast);
  if (asking->window != NULL)
    g_ptr_array_remove (get_asking (asking->window), asking);
  g_clear_weak_pointer (&asking->window);
  g_object_unref (asking->instance);
  g_free (asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static gboolean
on_quiet_over (gpointer user_data)
{
  Asking *asking = user_data;
  GwWindow *self = asking->window;
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;

  asking->quiet_id = 0;
  if (self == NULL)
    return G_SOURCE_REMOVE;
  /* Translators: name of an instance. */
  text = g_strdup_printf (_("Checking the state of “%s”…"),
                          gw_instance_get_title (asking->instance));
  escaped = g_markup_escape_text (text, -1);
  asking->toast = adw_toast_new (escaped);
  adw_toast_set_timeout (asking->toast, 0);
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (asking->toast));
  gw_accessible_name_buttons (gtk_widget_get_last_child (GTK_WIDGET (self->toasts)));
  return G_SOURCE_REMOVE;
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Asking) asking = user_data;
  GwCloudAccounts *accounts = GW_CLOUD_ACCOUNTS (source);
  GwWindow *self = asking->window;
  g_autoptr (GError) error = NULL;
  gboolean told = gw_cloud_accounts_ask_finish (accounts, result, &error);

  if (self == NULL)
    return;
  if (told && gw_cloud_accounts_find_source (accounts, asking->instance) == NULL)
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf (_("“%s” does not exist any more."),
                              gw_instance_get_title (asking->instance));
      gw_window_toast (self, text);
    }
  else
    {
      /* Without an answer the old state is all there is. */
      if (!told)
        g_debug ("The state of an instance could not be asked for: %s", error->message);
      connect_or_say_why (self, asking->instance);
    }
}

static void
ask_state (GwWindow   *self,
           GwInstance *instance)
{
  GPtrArray *list = get_asking (self);
  Asking *asking;

  for (guint i = 0; i < list->len; i++)
    if (((Asking *) list->pdata[i])->instance == instance)
      return;
  asking = g_new0 (Asking, 1);
  g_set_weak_pointer (&asking->window, self);
  asking->instance = g_object_ref (instance);
  asking->quiet_id = g_timeout_add (QUIET, on_quiet_over, asking);
  g_ptr_array_add (list, asking);
  gw_cloud_accounts_ask_async (self->accounts, instance, self->cancellable, on_asked, asking);
}

void
gw_window_open_instance (GwWindow   *self,
                         GwInstance *instance,
                         gboolean    ask)
{
  g_autoptr (GwLogin) login = ask ? NULL : get_saved_login (self, instance);

  /* Without a saved login it is the dialog that asks. */
  if (login == NULL)
    open_dialog (self, instance);
  else if (self->accounts != NULL && gw_cloud_accounts_needs_asking (self->accounts, instance))
    ask_state (self, instance);
  else
    connect_or_say_why (self, instance);
}

void
gw_window_open_endpoint (GwWindow   *self,
                         GwEndpoint *endpoint)
{
  GwLoginDialog *dialog;

  g_return_if_fail (GW_IS_WINDOW (self));
  g_return_if_fail (endpoint != NULL);

  dialog = make_dialog (self);
  gw_login_dialog_set_endpoint (dialog, endpoint->user, endpoint->host, endpoint->port);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_login_again (GwLoginDialog *dialog,
                GwLogin       *login,
                GwTab         *tab)
{
  g_assert (GW_IS_TAB (tab));

  gw_tab_connect (tab, login);
  gtk_widget_grab_focus (GTK_WIDGET (tab));
}

void
gw_window_edit_login (GwWindow   *self,
                      GwTab      *tab,
                      GwLogin    *login,
                      const char *notice)
{
  GwLoginDialog *dialog = make_dialog (self);

  gw_login_dialog_set_login (dialog, login);
  gw_login_dialog_set_notice (dialog, notice);
  /* If the tab is closed meanwhile there is nothing left to connect in. */
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login_again), tab, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_shown (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GwWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!gw_link_open_finish (result, &error))
    gw_window_toast (self, error->message);
}

void
gw_window_open_in_browser (GwWindow   *self,
                           GwInstance *instance)
{
  g_autofree char *uri = gw_cloud_console_uri (instance);

  /* It is no instance of the cloud, or its region is not known. */
  if (uri == NULL)
    return;
  gw_link_open_async (GTK_WIDGET (self), uri, self->cancellable, on_shown, g_object_ref (self));
}

static void
on_details_connect (GtkWindow  *details,
                    GwInstance *instance,
                    GwWindow   *self)
{
  g_assert (GW_IS_WINDOW (self));

  gtk_window_close (details);
  gw_window_open_instance (self, instance, FALSE);
}

void
gw_window_show_details (GwWindow   *self,
                        GwInstance *instance)
{
  GtkWindow *details = gw_instance_details_new (GTK_WINDOW (self), self->catalogue,
                                                self->accounts, self->settings, instance);

  g_signal_connect_object (details, "connect-instance", G_CALLBACK (on_details_connect), self, 0);
  gtk_window_present (details);
}
