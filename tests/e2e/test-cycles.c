/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 200 times connect and close in one window, with the real engine and a real server: afterwards
 * there are no more descriptors, processes, tabs or (beyond noise) memory than before. */
#include <adwaita.h>
#include <unistd.h>

#include "gw-known-hosts.h"
#include "gw-tab.h"
#include "gw-test-server.h"
#include "gw-test.h"

#define WARM_UP 20
#define CYCLES 200
/* A tab that leaked would cost 0.4 MB a cycle, a buffer of 64 KiB in each of them 13 MB. */
#define NOISE_KB (8 * 1024)

static GwTestServer *server;
static guint living_tabs;

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
count_children (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", getpid ());
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    n += words[i][0] != '\0';
  return n;
}

static gsize
resident_kb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10);
}

static void
on_tab_gone (gpointer unused,
             GObject *tab)
{
  living_tabs--;
}

static void
cycle (AdwTabView    *view,
       GwSavedLogins *logins,
       GSettings     *settings)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME, "127.0.2.1");
  g_autoptr (GwSensitive) password = gw_sensitive_new ("secret", -1, NULL);
  GwTab *tab;
  AdwTabPage *page;

  gw_login_set_connection (login, connection);
  gw_login_set_port (login, gw_test_server_get_port (server));
  gw_login_set_user (login, "alice");
  gw_login_set_method (login, GW_METHOD_PASSWORD);
  gw_login_set_password (login, password);

  tab = gw_tab_new (login, logins, NULL, settings);
  g_object_weak_ref (G_OBJECT (tab), on_tab_gone, NULL);
  living_tabs++;
  page = adw_tab_view_append (view, GTK_WIDGET (tab));
  gw_test_wait_until (gw_tab_get_state (tab) == GW_SESSION_STATE_CONNECTED);
  gw_tab_close (tab);
  adw_tab_view_close_page (view, page);
  gw_test_wait_until (living_tabs == 0 && count_children () == 1); /* the server's script */
}

static void
test_cycles (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.gangway.Gangway");
  g_autoptr (GwLoginHistory) history = gw_login_history_new (NULL);
  g_autoptr (GwKeyring) keyring = gw_keyring_new ();
  g_autoptr (GwCredentials) credentials = gw_credentials_new (keyring);
  g_autoptr (GwSavedLogins) logins = gw_saved_logins_new (history, credentials);
  GtkWidget *window = adw_window_new ();
  AdwTabView *view = ADW_TAB_VIEW (adw_tab_view_new ());
  guint descriptors;
  gsize memory;

  gtk_window_set_default_size (GTK_WINDOW (window), 800, 500);
  adw_window_set_content (ADW_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));

  for (guint i = 0; i < WARM_UP; i++)
    cycle (view, logins, settings);
  descriptors = count_entries ("/proc/self/fd");
  memory = resident_kb ();
  for (guint i = 0; i < CYCLES; i++)
    cycle (view, logins, settings);

  g_test_message ("%u descriptors before, %u after; %" G_GSIZE_FORMAT " KiB before, %"
                  G_GSIZE_FORMAT " KiB after", descriptors, count_entries ("/proc/self/fd"),
                  memory, resident_kb ());
  /* The bus of the last engine may still be on its way out. */
  gw_test_wait_until (count_entries ("/proc/self/fd") <= descriptors);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (resident_kb (), <, memory + NOISE_KB);
#endif
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *known_hosts = NULL;
  char *home = gw_test_home_new ();
  int status;

  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  adw_init ();
  server = gw_test_server_new_sshd ("--addresses", "1", NULL);
  /* The host is known: no question. */
  known_hosts = gw_test_server_get_known_hosts (server);
  g_setenv ("GANGWAY_GLOBAL_KNOWN_HOSTS", known_hosts, TRUE);

  g_test_add_func ("/e2e/cycles", test_cycles);
  status = g_test_run ();
  gw_test_server_free (server);
  gw_test_home_free (home);
  return status;
}
