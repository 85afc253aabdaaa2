/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole tab, with the real engine and a real OpenSSH server. */

#include <string.h>

#include <adwaita.h>

#include "gw-failure-page.h"
#include "gw-host-key-page.h"
#include "gw-paste-guard.h"
#include "gw-progress-page.h"
#include "gw-prompt-page.h"
#include "gw-tab-private.h"
#include "gw-test-server.h"
#include "gw-ui-test.h"

typedef struct {
  GwTestServer *server;
  const char *host;
  GSettings *settings;
  GwLogin *login;
  GtkWidget *window;
  GwTab *tab;
  guint edits;
} Fixture;

static void
on_edit_login (GwTab      *tab,
               GwLogin    *login,
               const char *notice,
               Fixture    *fixture)
{
  g_assert_true (login == fixture->login);
  fixture->edits++;
}

static void
open_tab (Fixture    *fixture,
          const char *password,
          guint       port)
{
  g_autoptr (GwConnection) connection = gw_connection_new (GW_CONNECTION_HOST_NAME,
                                                           fixture->host);
  g_autoptr (GwSensitive) secret = NULL;

  if (password != NULL)
    secret = gw_sensitive_new (password, -1, NULL);
  fixture->login = gw_login_new ();
  gw_login_set_connection (fixture->login, connection);
  gw_login_set_port (fixture->login, port);
  gw_login_set_user (fixture->login, "alice");
  gw_login_set_password (fixture->login, secret);
  fixture->settings = g_settings_new ("org.gangway.Gangway");
  fixture->tab = gw_tab_new (fixture->login, NULL, NULL, fixture->settings);
  g_signal_connect (fixture->tab, "edit-login", G_CALLBACK (on_edit_login), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->tab));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->host = data == NULL ? "127.0.2.1" : "127.0.0.1";
  fixture->server = data == NULL ? gw_test_server_new_sshd (NULL, NULL)
                                 : gw_test_server_new_faulty (data);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GwTab *tab = fixture->tab;

  g_object_add_weak_pointer (G_OBJECT (tab), (gpointer *) &tab);
  gw_tab_close (fixture->tab);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  gw_test_wait_until (tab == NULL);
  g_object_unref (fixture->login);
  g_object_unref (fixture->settings);
  gw_test_server_free (fixture->server);
}

static GtkWidget *
get_page (Fixture *fixture)
{
  return adw_bin_get_child (fixture->tab->page_bin);
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  g_autofree char *all = gw_tab_dump_text (fixture->tab);

  return strstr (all, text) != NULL;
}

static void
type (Fixture    *fixture,
      const char *text)
{
  vte_terminal_feed_child (VTE_TERMINAL (fixture->tab->terminal), text, -1);
}

static void
click (GtkWidget  *page,
       GType       type,
       const char *name)
{
  g_signal_emit_by_name (gtk_widget_get_template_child (page, type, name), "clicked");
}

static void
trust (Fixture *fixture)
{
  gw_test_wait_until (GW_IS_HOST_KEY_PAGE (get_page (fixture)));
  click (get_page (fixture), GW_TYPE_HOST_KEY_PAGE, "trust");
}

/* Nothing keeps it once a login has worked, so Reconnect asks. */
static void
answer_password (Fixture    *fixture,
                 const char *password)
{
  g_autoptr (GwSensitive) secret = gw_sensitive_new (password, -1, NULL);
  g_autoptr (GwPrompt) prompt = NULL;

  gw_test_wait_until (gw_session_get_prompt (gw_tab_get_session (fixture->tab)) != NULL);
  prompt = g_object_ref (gw_session_get_prompt (gw_tab_get_session (fixture->tab)));
  gw_prompt_answer (prompt, &secret, 1);
}

static void
test_session (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *size = NULL;
  g_autofree char *title = NULL;
  guint columns;
  guint rows;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  g_assert_true (GW_IS_PROGRESS_PAGE (get_page (fixture)));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  g_assert_null (get_page (fixture));
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (fixture->tab->terminal)));

  /* The size was right from the start. */
  gw_terminal_get_size (fixture->tab->terminal, &columns, &rows);
  size = g_strdup_printf ("size %u %u", rows, columns);
  type (fixture, "echo size $(stty size); printf '\\033]0;a server\\007'\r");
  gw_test_wait_until (shows (fixture, size));
  gw_test_wait_until (strstr (fixture->tab->title, "a server") != NULL);
  g_object_get (fixture->tab, "title", &title, NULL);
  g_assert_true (g_str_has_prefix (title, gw_login_get_title (fixture->login)));

  /* Left in the alternate screen: it must not swallow the text. */
  type (fixture, "printf '\\033[?1049h'; exit 3\r");
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_CLOSED);
  g_assert_true (gtk_widget_get_visible (fixture->tab->end_bar));
  g_assert_nonnull (strchr (gtk_label_get_label (fixture->tab->end_label), '3'));
  type (fixture, "nobody listens");

  /* The host is known now; the text stays. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->tab), "tab.reconnect", NULL);
  answer_password (fixture, "secret");
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  g_assert_false (gtk_widget_get_visible (fixture->tab->end_bar));
  type (fixture, "echo second$((1 + 1))\r");
  gw_test_wait_until (shows (fixture, "second2"));
  g_assert_true (shows (fixture, size));
  g_assert_true (shows (fixture, "Connecting again at"));
  g_assert_false (shows (fixture, "nobody listens"));
}

static void
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  /* Not connected: nothing is kept for later. */
  gw_tab_paste (fixture->tab, "echo too early\n");
  g_assert_false (GW_IS_PASTE_GUARD (get_page (fixture)));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));

  gw_tab_paste (fixture->tab, "echo straight");
  gw_test_wait_until (shows (fixture, "echo straight"));
  type (fixture, "\r");
  gw_tab_paste (fixture->tab, "echo one$((1))\necho two$((2))\033[201~\n");
  g_assert_true (GW_IS_PASTE_GUARD (get_page (fixture)));
  g_signal_emit_by_name (get_page (fixture), "cancel");
  g_assert_null (get_page (fixture));
  gw_tab_paste (fixture->tab, "echo one$((1))\necho two$((2))\033[201~\n");
  g_signal_emit_by_name (get_page (fixture), "paste", "echo one$((1))\necho two$((2))\n");
  g_assert_null (get_page (fixture));
  type (fixture, "\r");
  gw_test_wait_until (shows (fixture, "two2"));
  g_assert_false (shows (fixture, "too early"));
}

static void
test_wrong_password (Fixture       *fixture,
                     gconstpointer  data)
{
  GtkWidget *prompt;

  open_tab (fixture, "wrong", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (GW_IS_PROMPT_PAGE (get_page (fixture)));
  prompt = get_page (fixture);
  /* Nothing reaches the terminal meanwhile, and what was typed stays. */
  g_assert_false (gtk_widget_grab_focus (GTK_WIDGET (fixture->tab->terminal)));
  g_assert_false (vte_terminal_get_input_enabled (VTE_TERMINAL (fixture->tab->terminal)));
  gw_tab_update_pages (fixture->tab);
  g_assert_true (get_page (fixture) == prompt);
  g_signal_emit_by_name (
    gtk_widget_get_first_child (GTK_WIDGET (gtk_widget_get_template_child (
      prompt, GW_TYPE_PROMPT_PAGE, "fields"))),
    "activate");
  /* An empty password is wrong as well. */
  gw_test_wait_until (get_page (fixture) != prompt);
  gw_test_wait_until (GW_IS_PROMPT_PAGE (get_page (fixture))
                      || GW_IS_FAILURE_PAGE (get_page (fixture)));
  gtk_widget_activate_action (GTK_WIDGET (fixture->tab), "tab.cancel", NULL);
  gw_test_wait_until (GW_IS_FAILURE_PAGE (get_page (fixture)));
  g_assert_cmpint (gw_tab_get_state (fixture->tab), ==, GW_SESSION_STATE_CLOSED);
  g_assert_false (gtk_widget_get_visible (fixture->tab->end_bar));
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  gboolean loading = FALSE;

  /* Reserved, and nothing listens there. */
  open_tab (fixture, "secret", 1);
  g_object_get (fixture->tab, "loading", &loading, NULL);
  g_assert_true (loading);
  gw_test_wait_until (GW_IS_FAILURE_PAGE (get_page (fixture)));
  g_object_get (fixture->tab, "loading", &loading, NULL);
  g_assert_false (loading);
  gtk_widget_activate_action (GTK_WIDGET (fixture->tab), "tab.edit-login", NULL);
  g_assert_cmpuint (fixture->edits, ==, 1);

  /* The corrected login goes on in the same tab. */
  gw_login_set_port (fixture->login, gw_test_server_get_port (fixture->server));
  gw_tab_connect (fixture->tab, fixture->login);
  trust (fixture);
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_LOGGING_IN);
  answer_password (fixture, "secret");
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
}

static void
test_engine_killed (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GwSession) session = NULL;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  session = g_object_ref (gw_tab_get_session (fixture->tab));
  g_assert_cmpint (gw_session_get_pid (session), >, 0);
  kill (gw_session_get_pid (session), SIGKILL);
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_CLOSED);
  g_assert_true (gtk_widget_get_visible (fixture->tab->end_bar));
  gtk_widget_activate_action (GTK_WIDGET (fixture->tab), "tab.reconnect", NULL);
  answer_password (fixture, "secret");
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
}

/* Real key events, as X names them. */
static void
press (const char *keys)
{
  g_autofree char *line = g_strconcat ("xdotool key --delay 2 ", keys, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
on_commit (VteTerminal *terminal,
           const char  *text,
           guint        size,
           GString     *sent)
{
  g_string_append_len (sent, text, size);
}

/* The modes of a program that was cut off do not reach the next shell. */
static void
test_modes (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GString) sent = g_string_new (NULL);
  VteTerminal *terminal;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  terminal = VTE_TERMINAL (fixture->tab->terminal);
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  type (fixture, "printf '\\033[?1h\\033[?1002h\\033[?2004hset%d' 1; exit\r");
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_CLOSED);
  gw_test_wait_until (shows (fixture, "set1"));

  g_signal_connect (terminal, "commit", G_CALLBACK (on_commit), sent);
  gw_tab_reconnect (fixture->tab);
  g_assert_cmpuint (sent->len, ==, 0);
  g_assert_false (vte_terminal_get_input_enabled (terminal));
  /* At once: the next shell may want brackets of its own. */
  vte_terminal_set_input_enabled (terminal, TRUE);
  vte_terminal_paste_text (terminal, "pasted");
  vte_terminal_set_input_enabled (terminal, FALSE);
  g_assert_cmpstr (sent->str, ==, "pasted");
  g_assert_true (shows (fixture, "set1"));

  answer_password (fixture, "secret");
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  gw_test_wait_until (gtk_widget_has_focus (GTK_WIDGET (terminal)));
  g_string_truncate (sent, 0);
  press ("Home");
  gw_test_wait_until (sent->len >= 3);
  g_assert_cmpstr (sent->str, ==, "\033[H");
  g_signal_handlers_disconnect_by_data (terminal, sent);
}

static void
on_paste (GwTerminal *terminal,
          const char *text,
          guint      *count)
{
  (*count)++;
}

/* The clipboard may answer late: then what it has was not meant for the session that is there. */
static void
test_late_paste (Fixture       *fixture,
                 gconstpointer  data)
{
  guint count = 0;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  g_signal_connect (fixture->tab->terminal, "paste", G_CALLBACK (on_paste), &count);
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (fixture->window), "for the first");
  gw_terminal_request_paste (fixture->tab->terminal, FALSE);
  gw_tab_connect (fixture->tab, fixture->login);
  answer_password (fixture, "secret");
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  g_assert_cmpuint (count, ==, 0);
  gw_terminal_request_paste (fixture->tab->terminal, FALSE);
  gw_test_wait_until (count == 1);
}

/* Between the size of the terminal and the start of the session there is a turn of the loop. */
static void
test_cancel_before_start (Fixture       *fixture,
                          gconstpointer  data)
{
  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  gw_test_wait_until (fixture->tab->start_id != 0);
  g_assert_cmpint (gw_tab_get_state (fixture->tab), ==, GW_SESSION_STATE_NEW);
  gtk_widget_activate_action (GTK_WIDGET (fixture->tab), "tab.cancel", NULL);
  g_assert_cmpint (gw_tab_get_state (fixture->tab), ==, GW_SESSION_STATE_CLOSED);
  gw_test_wait_until (fixture->tab->start_id == 0);
  g_assert_cmpint (gw_tab_get_state (fixture->tab), ==, GW_SESSION_STATE_CLOSED);
}

/* The tab's own keys, in a window that has none. */
static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  double scale;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  gw_test_wait_until (gtk_widget_has_focus (GTK_WIDGET (fixture->tab->terminal)));
  scale = vte_terminal_get_font_scale (VTE_TERMINAL (fixture->tab->terminal));
  press ("ctrl+plus");
  gw_test_wait_until (vte_terminal_get_font_scale (VTE_TERMINAL (fixture->tab->terminal)) > scale);
  press ("ctrl+0");
  type (fixture, "exit\r");
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_CLOSED);
  press ("ctrl+shift+r");
  answer_password (fixture, "secret");
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  g_assert_true (shows (fixture, "Connecting again at"));
}

static gboolean
needs_attention (Fixture *fixture)
{
  gboolean attention;

  g_object_get (fixture->tab, "needs-attention", &attention, NULL);
  return attention;
}

/* What a tab that nobody looks at asks for, and only such a one. */
static void
test_attention (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *tab;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  tab = GTK_WIDGET (fixture->tab);
  /* The terminal has its size, and with it the session its start. */
  gw_test_wait_until (gw_tab_get_state (fixture->tab) > GW_SESSION_STATE_NEW);
  gtk_widget_set_visible (tab, FALSE);
  g_assert_false (needs_attention (fixture));
  gw_test_wait_until (GW_IS_HOST_KEY_PAGE (get_page (fixture)));
  g_assert_true (needs_attention (fixture));
  gtk_widget_set_visible (tab, TRUE);
  gw_tab_clear_attention (fixture->tab);
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));

  type (fixture, "printf '\\007'; echo rang$((1))\r");
  gw_test_wait_until (shows (fixture, "rang1"));
  g_assert_false (needs_attention (fixture));
  gtk_widget_set_visible (tab, FALSE);
  /* VTE swallows a bell within 100 ms of another. */
  type (fixture, "sleep 0.2; printf '\\007'\r");
  gw_test_wait_until (needs_attention (fixture));
  gw_tab_clear_attention (fixture->tab);
  type (fixture, "exit\r");
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_CLOSED);
  g_assert_true (needs_attention (fixture));
  gtk_widget_set_visible (tab, TRUE);
}

static void
test_control_banner (Fixture       *fixture,
                     gconstpointer  data)
{
  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  gw_test_wait_until (shows (fixture, "ready"));
  g_assert_true (shows (fixture, "Welcome"));
  g_assert_true (shows (fixture, "<b>second</b> line"));
  g_assert_false (shows (fixture, "\342\200\256"));
  /* It has set no title, and rung no bell. */
  g_assert_true (g_str_has_prefix (fixture->tab->title, "127.0.0.1:"));
  g_assert_null (strstr (fixture->tab->title, "–"));
  g_assert_false (needs_attention (fixture));
}

static void
test_huge_banner (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *text = NULL;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  gw_test_wait_until (shows (fixture, "ready"));
  text = gw_tab_dump_text (fixture->tab);
  /* Part of it is shown, and no more than its bound. */
  g_assert_cmpuint (strlen (text), >, 1000);
  g_assert_cmpuint (strlen (text), <, 5 * 16384 + 10000);
}

/* Whoever types to an engine or a server that does not read is told. */
static void
test_overflow (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'a');
  GPid engine;

  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  engine = gw_session_get_pid (gw_tab_get_session (fixture->tab));
  kill (engine, SIGSTOP);
  for (guint i = 0; i <= GW_FEEDER_MAX_QUEUE / (1024 * 1024); i++)
    type (fixture, text);
  gw_test_wait_until (gw_ui_find (fixture->window, GTK_TYPE_LABEL, "label",
                                  "The server does not read its input: what is typed now is lost.")
                      != NULL);
  kill (engine, SIGKILL);
  gw_test_wait_until (gw_tab_get_state (fixture->tab) == GW_SESSION_STATE_CLOSED);
}

/* A key that cannot be stored is trusted for this once, and that is said. */
static void
test_not_stored (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *folder = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  GtkWidget *toast;

  gw_test_delete_tree (folder);
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  open_tab (fixture, "secret", gw_test_server_get_port (fixture->server));
  trust (fixture);
  gw_test_wait_until (gw_tab_is_connected (fixture->tab));
  toast = gtk_widget_get_last_child (GTK_WIDGET (fixture->tab->toasts));
  g_assert_true (toast != gtk_widget_get_first_child (GTK_WIDGET (fixture->tab->toasts)));
  g_remove (folder);
}

#define ADD(name, function) g_test_add ("/tab/" name, Fixture, NULL, set_up, function, tear_down)
#define ADD_FAULTY(mode, function)                                                                \
  g_test_add ("/tab/" mode, Fixture, mode, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("session", test_session);
  ADD ("paste", test_paste);
  ADD ("wrong-password", test_wrong_password);
  ADD ("refused", test_refused);
  ADD ("engine-killed", test_engine_killed);
  ADD ("modes", test_modes);
  ADD ("late-paste", test_late_paste);
  ADD ("cancel-before-start", test_cancel_before_start);
  ADD ("keys", test_keys);
  ADD ("attention", test_attention);
  ADD ("overflow", test_overflow);
  ADD ("not-stored", test_not_stored);
  ADD_FAULTY ("control-banner", test_control_banner);
  ADD_FAULTY ("huge-banner", test_huge_banner);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
