/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-application.h"

#include "config.h"
#include "gw-accounts-window.h"
#include "gw-auto-lock.h"
#include "gw-confirm.h"
#include "gw-credentials-window.h"
#include "gw-preferences-window.h"
#include "gw-ssh-config-source.h"
#include "gw-toplevels.h"
#include "gw-version.h"
#include "gw-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

struct _GwApplication
{
  AdwApplication     parent_instance;

  GSettings         *settings;
  GwCatalogue       *catalogue;
  GwFileSource      *saved;
  GwSavedLogins     *logins;
  GwCloudAccounts   *accounts;
  GwAutoLock        *auto_lock;
  GtkWindow         *preferences; /* weak */
  GtkWindow         *credentials; /* weak */
  GtkWindow         *account_list; /* weak */
  guint              signal_ids[3];
};

G_DEFINE_FINAL_TYPE (GwApplication, gw_application, ADW_TYPE_APPLICATION)

/* None of these is a key that a shell or an editor in a terminal needs: Ctrl with Shift and a
 * letter is the same byte as without Shift there, and Ctrl+Page Up and Page Down are what all
 * terminal windows of the desktop take. */
static const struct {
  const char *action;
  const char *accels[3];
} accels[] = {
  { "app.preferences", { "<Control>comma" } },
  { "app.quit", { "<Control><Shift>q" } },
  { "win.search", { "<Control><Shift>o" } },
  { "win.toggle-sidebar", { "<Control><Shift>b" } },
  { "win.new-tab", { "<Control><Shift>t" } },
  { "win.close-tab", { "<Control><Shift>w" } },
  { "win.next-tab", { "<Control>Page_Down" } },
  { "win.previous-tab", { "<Control>Page_Up" } },
  { "win.fullscreen", { "F11" } },
  /* GtkApplication would give it Ctrl+F1 too. */
  { "win.show-help-overlay", { "<Control>question" } },
};

static const int end_signals[] = { SIGTERM, SIGINT, SIGHUP };

static GwWindow *
get_window (GwApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (GW_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static GwWindow *
ensure_window (GwApplication *self)
{
  GwWindow *window = get_window (self);

  if (window == NULL)
    window = gw_window_new (GTK_APPLICATION (self), self->catalogue, self->saved, self->logins,
                            self->accounts, self->settings);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
action_preferences (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  GwApplication *self = user_data;

  if (self->preferences == NULL)
    g_set_weak_pointer (&self->preferences,
                        gw_preferences_window_new (GTK_WINDOW (get_window (self)),
                                                   self->settings));
  gtk_window_present (self->preferences);
}

static void
action_credentials (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  GwApplication *self = user_data;

  if (self->credentials == NULL)
    g_set_weak_pointer (&self->credentials,
                        gw_credentials_window_new (GTK_WINDOW (get_window (self)), self->logins,
                                                   self->catalogue));
  gtk_window_present (self->credentials);
}

static void
action_accounts (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  GwApplication *self = user_data;

  if (self->account_list == NULL)
    g_set_weak_pointer (&self->account_list,
                        gw_accounts_window_new (GTK_WINDOW (get_window (self)), self->accounts));
  gtk_window_present (self->account_list);
}

static void
action_about (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  g_autofree char *versions = gw_version_dup_text ();

  adw_show_about_window (GTK_WINDOW (get_window (user_data)),
                         "application-name", _("Gangway"),
                         "application-icon", GW_APPLICATION_ID,
                         "version", GW_VERSION,
                         "comments", _("Log in to your instances over SSH"),
                         "developer-name", _("The Gangway developers"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "debug-info", versions,
                         "debug-info-filename", "gangway.txt",
                         NULL);
}

/* Closing each window asks about its sessions; the last one ends the program. */
static void
action_quit (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  GwWindow *window = get_window (user_data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (user_data);
}

/* The end of the desktop session, or of the terminal that Gangway was started from. */
static gboolean
on_end_signal (gpointer user_data)
{
  GwWindow *window = get_window (user_data);

  if (window != NULL)
    gw_window_end (window);
  else
    g_application_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
  { .name = "preferences", .activate = action_preferences },
  { .name = "credentials", .activate = action_credentials },
  { .name = "accounts", .activate = action_accounts },
  { .name = "about", .activate = action_about },
  { .name = "quit", .activate = action_quit },
};

static void
apply_color_scheme (GwApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");
  AdwColorScheme value = ADW_COLOR_SCHEME_DEFAULT;

  g_assert (GW_IS_APPLICATION (self));

  if (g_str_equal (scheme, "light"))
    value = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (scheme, "dark"))
    value = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_application_get_style_manager (ADW_APPLICATION (self)),
                                      value);
}

/* Nobody is there: what only memory holds goes. Sessions go on. */
static void
on_lock (GwApplication *self)
{
  g_assert (GW_IS_APPLICATION (self));

  gw_keyring_wipe_memory (gw_saved_logins_get_keyring (self->logins));
  gw_saved_logins_wipe (self->logins);
  gw_toplevels_clear_secrets ();
}

static void
apply_auto_lock (GwApplication *self)
{
  g_assert (GW_IS_APPLICATION (self));

  gw_auto_lock_set_minutes (self->auto_lock,
                            g_settings_get_uint (self->settings, "auto-lock-minutes"));
}

static void
make_logins (GwApplication *self)
{
  g_autoptr (GwLoginHistory) history = gw_login_history_new (NULL);
  g_autoptr (GwKeyring) keyring = gw_keyring_new ();
  g_autoptr (GwCredentials) credentials = gw_credentials_new (keyring);

  self->logins = gw_saved_logins_new (history, credentials);
  self->auto_lock = gw_auto_lock_new (NULL, NULL);
  g_signal_connect_object (self->auto_lock, "lock", G_CALLBACK (on_lock), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::auto-lock-minutes",
                           G_CALLBACK (apply_auto_lock), self, G_CONNECT_SWAPPED);
  apply_auto_lock (self);
  gw_toplevels_watch (self->auto_lock);
}

static void
add_source (GwApplication *self,
            GwSource      *source)
{
  gw_source_load (source);
  gw_catalogue_add_source (self->catalogue, source);
}

static void
gw_application_startup (GApplication *application)
{
  GwApplication *self = GW_APPLICATION (application);
  g_autoptr (GwSshConfigSource) ssh_config = gw_ssh_config_source_new (NULL);

  G_APPLICATION_CLASS (gw_application_parent_class)->startup (application);

  self->settings = g_settings_new (GW_APPLICATION_ID);
  make_logins (self);
  self->saved = gw_file_source_new (NULL);
  self->catalogue = gw_catalogue_new ();
  add_source (self, GW_SOURCE (self->saved));
  add_source (self, GW_SOURCE (ssh_config));
  self->accounts = gw_cloud_accounts_new (self->catalogue,
                                          gw_saved_logins_get_keyring (self->logins), NULL, NULL);

  g_signal_connect_object (self->settings, "changed::color-scheme",
                           G_CALLBACK (apply_color_scheme), self, G_CONNECT_SWAPPED);
  apply_color_scheme (self);
  for (guint i = 0; i < G_N_ELEMENTS (end_signals); i++)
    self->signal_ids[i] = g_unix_signal_add (end_signals[i], on_end_signal, self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
}

static void
gw_application_shutdown (GApplication *application)
{
  GwApplication *self = GW_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (end_signals); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_weak_pointer (&self->preferences);
  g_clear_weak_pointer (&self->credentials);
  g_clear_weak_pointer (&self->account_list);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->saved);
  g_clear_object (&self->accounts);
  g_clear_object (&self->logins);
  g_clear_object (&self->auto_lock);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (gw_application_parent_class)->shutdown (application);
}

static void
gw_application_activate (GApplication *application)
{
  ensure_window (GW_APPLICATION (application));
}

static gboolean
on_first_frame (GtkWidget     *widget,
                GdkFrameClock *clock,
                gpointer       user_data)
{
  g_application_quit (user_data);
  return G_SOURCE_REMOVE;
}

/* Exit status 2, as for all usage errors. A link that was clicked in a browser has nobody who reads
 * what is printed: so the window says it too. */
static int
refuse (GApplicationCommandLine *command_line,
        GwWindow                *window,
        const char              *message)
{
  g_application_command_line_printerr (command_line, "gangway: %s\n", message);
  gw_confirm_tell (GTK_WINDOW (window), _("Nothing Was Opened"), message);
  return 2;
}

static int
gw_application_command_line (GApplication            *application,
                             GApplicationCommandLine *command_line)
{
  GwApplication *self = GW_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  g_autofree const char **arguments = NULL;
  g_autoptr (GwEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;
  GwWindow *window = ensure_window (self);
  int status = 0;

  g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &arguments);
  if (arguments != NULL && arguments[0] != NULL && arguments[1] != NULL)
    status = refuse (command_line, window, _("Only one host can be opened at a time."));
  else if (arguments != NULL && arguments[0] != NULL)
    {
      endpoint = gw_endpoint_parse (arguments[0], &error);
      if (endpoint != NULL)
        gw_window_open_endpoint (window, endpoint);
      else
        status = refuse (command_line, window, error->message);
    }
  if (g_variant_dict_contains (options, "exit-after-startup"))
    gtk_widget_add_tick_callback (GTK_WIDGET (window), on_first_frame, self, NULL);
  return status;
}

static int
gw_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_autofree char *text = gw_version_dup_text ();
      g_autofree char *engine = gw_version_ask_engine ();

      printf ("%s%s", text, engine);
      return 0;
    }
  return -1;
}

static void
gw_application_class_init (GwApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = gw_application_startup;
  application_class->shutdown = gw_application_shutdown;
  application_class->activate = gw_application_activate;
  application_class->command_line = gw_application_command_line;
  application_class->handle_local_options = gw_application_handle_local_options;
}

static void
gw_application_init (GwApplication *self)
{
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the versions and exit"), NULL },
    { "exit-after-startup", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL,
      N_("[[USER@]HOST[:PORT] | ssh://…]") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

GwApplication *
gw_application_new (void)
{
  return g_object_new (GW_TYPE_APPLICATION,
                       "application-id", GW_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       NULL);
}
