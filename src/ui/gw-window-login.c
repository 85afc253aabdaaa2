/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "config.h"

#include "gw-login-dialog.h"
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
 * say of an instance that does not run and of a detour that cannot be followed. */
static GwLogin *
get_saved_login (GwWindow   *self,
                 GwInstance *instance)
{
  GwInstanceStatus status = gw_instance_get_status (instance);
  g_autoptr (GwLogin) login = gw_saved_logins_lookup (self->logins, instance);

  if (login == NULL
      || (status != GW_INSTANCE_STATUS_UNKNOWN && status != GW_INSTANCE_STATUS_RUNNING)
      || has_jump (self, instance, gw_login_get_host (login)))
    return NULL;
  if (g_settings_get_boolean (self->settings, "send-locale"))
    gw_login_set_lang (login, g_getenv ("LANG"));
  return g_steal_pointer (&login);
}

/* Why a saved login does not connect at once any more. %NULL if that is not so. Free with g_free(). */
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

void
gw_window_open_instance (GwWindow   *self,
                         GwInstance *instance,
                         gboolean    ask)
{
  g_autoptr (GwLogin) login = ask ? NULL : get_saved_login (self, instance);
  g_autofree char *refusal = NULL;
  GwLoginDialog *dialog;

  if (login != NULL)
    {
      gw_sidebar_clear_search (GW_SIDEBAR (self->sidebar));
      gw_window_add_tab (self, login);
      return;
    }
  dialog = make_dialog (self);
  gw_login_dialog_set_instance (dialog, instance);
  refusal = dup_refusal (self, instance);
  gw_login_dialog_set_notice (dialog, refusal);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
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
