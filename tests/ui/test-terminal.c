/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal and its feeder over a socket pair, without any engine. */

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <adwaita.h>
#include <glib-unix.h>

#include "gw-feeder.h"
#include "gw-find-bar.h"
#include "gw-link.h"
#include "gw-terminal.h"
#include "gw-test.h"

typedef struct {
  GSettings *settings;
  GtkWidget *window;
  GwTerminal *terminal;
  GwFeeder *feeder;
  int server; /* the engine's end */
  gboolean finished;
  guint overflows;
  guint n_size;
  guint columns;
  guint rows;
  char *pasted;
} Fixture;

static void
on_size (GwTerminal *terminal,
         guint       columns,
         guint       rows,
         Fixture    *fixture)
{
  fixture->n_size++;
  fixture->columns = columns;
  fixture->rows = rows;
}

static void
on_paste (GwTerminal *terminal,
          const char *text,
          Fixture    *fixture)
{
  g_free (fixture->pasted);
  fixture->pasted = g_strdup (text);
}

static void
on_finished (GwFeeder *feeder,
             Fixture  *fixture)
{
  fixture->finished = TRUE;
}

static void
on_overflow (GwFeeder *feeder,
             Fixture  *fixture)
{
  fixture->overflows++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  int pair[2];

  fixture->settings = g_settings_new ("org.gangway.Gangway");
  fixture->terminal = g_object_new (GW_TYPE_TERMINAL, NULL);
  g_signal_connect (fixture->terminal, "size-changed", G_CALLBACK (on_size), fixture);
  g_signal_connect (fixture->terminal, "paste", G_CALLBACK (on_paste), fixture);
  gw_terminal_set_settings (fixture->terminal, fixture->settings);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->terminal));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gw_test_wait_until (fixture->n_size > 0);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), ==,
                   0);
  fixture->server = pair[1];
  fixture->feeder = gw_feeder_new (VTE_TERMINAL (fixture->terminal), pair[0], &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->feeder, "finished", G_CALLBACK (on_finished), fixture);
  g_signal_connect (fixture->feeder, "overflow", G_CALLBACK (on_overflow), fixture);
  /* It has an end of its own. */
  close (pair[0]);
  vte_terminal_set_input_enabled (VTE_TERMINAL (fixture->terminal), TRUE);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GwFeeder *feeder = fixture->feeder;

  g_object_add_weak_pointer (G_OBJECT (feeder), (gpointer *) &feeder);
  g_object_unref (fixture->feeder);
  g_assert_null (feeder);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  if (fixture->server >= 0)
    close (fixture->server);
  g_object_unref (fixture->settings);
  g_free (fixture->pasted);
}

static void
say (Fixture    *fixture,
     const char *text)
{
  g_assert_cmpint (write (fixture->server, text, strlen (text)), ==, (gssize) strlen (text));
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  g_autofree char *all = gw_terminal_dump_text (fixture->terminal);

  return strstr (all, text) != NULL;
}

static gsize
hear_some (int      fd,
           GString *heard)
{
  char buffer[65536];
  gssize got;

  while ((got = read (fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (heard, buffer, got);
  return heard->len;
}

/* What has been typed up to now, after waiting for @length bytes. */
static char *
hear (Fixture *fixture,
      gsize    length)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  gw_test_wait_until (hear_some (fixture->server, heard) >= length);
  return g_string_free (g_steal_pointer (&heard), FALSE);
}

/* Real key events, as X names them. */
static void
press (const char *keys)
{
  g_autofree char *line = g_strconcat ("xdotool key --delay 2 ", keys, NULL);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                               &error));
  g_assert_no_error (error);
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  static const struct {
    const char *keys;
    const char *bytes;
  } cases[] = {
    { "BackSpace", "\177" },
    { "Delete", "\033[3~" },
    { "Home End", "\033[H\033[F" },
    { "Up Down Right Left", "\033[A\033[B\033[C\033[D" },
    { "F1 F4 F5 F12", "\033OP\033OS\033[15~\033[24~" },
    { "ctrl+c ctrl+d ctrl+r ctrl+backslash", "\003\004\022\034" },
    { "alt+x alt+b", "\033x\033b" },
    { "a Tab Return Escape", "a\t\r\033" },
    { "shift+Tab Page_Up ctrl+Right", "\033[Z\033[5~\033[1;5C" },
  };

  gtk_widget_grab_focus (GTK_WIDGET (fixture->terminal));
  gw_test_wait_until (gtk_widget_has_focus (GTK_WIDGET (fixture->terminal)));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *heard = NULL;

      press (cases[i].keys);
      heard = hear (fixture, strlen (cases[i].bytes));
      g_test_message ("%s", cases[i].keys);
      g_assert_cmpstr (heard, ==, cases[i].bytes);
    }
  /* These ask before anything is sent. */
  gdk_clipboard_set_text (gtk_widget_get_primary_clipboard (GTK_WIDGET (fixture->terminal)),
                          "from the selection");
  press ("shift+Insert");
  gw_test_wait_until (g_strcmp0 (fixture->pasted, "from the selection") == 0);
  g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), ==, 0);
}

static void
click (GwTerminal *terminal,
       const char *button)
{
  g_autofree char *line = g_strconcat ("xdotool mousemove 200 200 click ", button, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
on_menu (GwTerminal *terminal,
         double      x,
         double      y,
         guint      *count)
{
  (*count)++;
}

/* A click is the server's where it asked for clicks, else it is a paste or a menu. */
static void
test_clicks (Fixture       *fixture,
             gconstpointer  data)
{
  guint menus = 0;
  gboolean enabled = FALSE;
  g_autofree char *heard = NULL;

  g_signal_connect (fixture->terminal, "menu", G_CALLBACK (on_menu), &menus);
  gdk_clipboard_set_text (gtk_widget_get_primary_clipboard (GTK_WIDGET (fixture->terminal)),
                          "from the selection");
  gtk_widget_grab_focus (GTK_WIDGET (fixture->terminal));
  click (fixture->terminal, "2");
  gw_test_wait_until (g_strcmp0 (fixture->pasted, "from the selection") == 0);
  click (fixture->terminal, "3");
  gw_test_wait_until (menus == 1);
  g_object_get (gtk_settings_get_default (), "gtk-enable-primary-paste", &enabled, NULL);
  g_assert_true (enabled);
  g_clear_pointer (&fixture->pasted, g_free);

  say (fixture, "\033[?1000h\033[?1006hready");
  gw_test_wait_until (shows (fixture, "ready"));
  click (fixture->terminal, "2");
  click (fixture->terminal, "3");
  heard = hear (fixture, 4 * strlen ("\033[<1;1;1M"));
  g_assert_true (g_str_has_prefix (heard, "\033[<1;"));
  g_assert_nonnull (strstr (heard, "\033[<2;"));
  g_assert_null (strstr (heard, "selection"));
  g_assert_null (fixture->pasted);
  g_assert_cmpuint (menus, ==, 1);
}

static void
test_size (Fixture       *fixture,
           gconstpointer  data)
{
  guint columns;
  guint rows;
  guint before = fixture->columns;

  gw_terminal_get_size (fixture->terminal, &columns, &rows);
  g_assert_cmpuint (columns, ==, fixture->columns);
  g_assert_cmpuint (rows, ==, fixture->rows);
  g_assert_cmpuint (columns, >, 40);
  g_assert_cmpuint (rows, >, 10);
  gw_terminal_zoom (fixture->terminal, 1);
  gw_terminal_zoom (fixture->terminal, 1);
  gw_test_wait_until (fixture->columns < before);
  gw_terminal_zoom (fixture->terminal, 0);
  gw_test_wait_until (fixture->columns == before);
  /* The server does not decide about it. */
  say (fixture, "\033[8;10;20tresized?");
  gw_test_wait_until (shows (fixture, "resized?"));
  g_assert_cmpuint (fixture->columns, ==, before);
}

static void
test_bytes (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *heard = NULL;

  say (fixture, "Grüße \033[1mfrom\033[0m there");
  gw_test_wait_until (shows (fixture, "Grüße from there"));
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), "\033", 1);
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), "x", 1);
  heard = hear (fixture, 2);
  g_assert_cmpstr (heard, ==, "\033x");
  g_clear_pointer (&heard, g_free);
  /* VTE answers a question of the server. */
  say (fixture, "\r\n\033[6n");
  heard = hear (fixture, 6);
  g_assert_cmpstr (heard, ==, "\033[2;1R");
  close (fixture->server);
  fixture->server = -1;
  gw_test_wait_until (fixture->finished);
}

static void
test_disabled (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *heard = NULL;

  vte_terminal_set_input_enabled (VTE_TERMINAL (fixture->terminal), FALSE);
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), "lost", 4);
  vte_terminal_paste_text (VTE_TERMINAL (fixture->terminal), "lost too");
  say (fixture, "shown");
  gw_test_wait_until (shows (fixture, "shown"));
  vte_terminal_set_input_enabled (VTE_TERMINAL (fixture->terminal), TRUE);
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), "ok", 2);
  heard = hear (fixture, 2);
  g_assert_cmpstr (heard, ==, "ok");
}

typedef struct {
  Fixture *fixture;
  const char *block;
  gsize block_length;
  gsize left;
  guint source;
  guint ticks;
  gint64 last_tick;
  gint64 worst_stall;
  gsize most_unacknowledged;
  gsize most_budget;
} Flood;

static gboolean
on_flood_writable (int          fd,
                   GIOCondition condition,
                   gpointer     user_data)
{
  Flood *flood = user_data;
  gssize sent = write (fd, flood->block, MIN (flood->block_length, flood->left));

  if (sent > 0)
    flood->left -= (gsize) sent;
  if (flood->left > 0)
    return G_SOURCE_CONTINUE;
  flood->source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
on_flood_tick (gpointer user_data)
{
  Flood *flood = user_data;
  gint64 now = g_get_monotonic_time ();
  GwFeeder *feeder = flood->fixture->feeder;

  if (flood->last_tick != 0)
    flood->worst_stall = MAX (flood->worst_stall, now - flood->last_tick);
  flood->last_tick = now;
  flood->ticks++;
  flood->most_unacknowledged = MAX (flood->most_unacknowledged,
                                    gw_feeder_get_unacknowledged (feeder));
  flood->most_budget = MAX (flood->most_budget, gw_feeder_get_budget (feeder));
  return G_SOURCE_CONTINUE;
}

/* Sends @total bytes of @block and waits until all of them were read. */
static void
run_flood (Fixture    *fixture,
           const char *block,
           gsize       total,
           Flood      *flood)
{
  gint64 start = g_get_monotonic_time ();
  guint tick;

  *flood = (Flood) { .fixture = fixture, .block = block, .block_length = strlen (block),
                     .left = total };
  tick = g_timeout_add (5, on_flood_tick, flood);
  flood->source = g_unix_fd_add (fixture->server, G_IO_OUT, on_flood_writable, flood);
  while (flood->left > 0 || gw_feeder_get_unacknowledged (fixture->feeder) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, 120 * G_USEC_PER_SEC);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
  g_test_message ("%.1f MB in %.2f s, worst stall %" G_GINT64_FORMAT " ms, at most %"
                  G_GSIZE_FORMAT " KB not worked off",
                  (double) total / 1e6, (double) (g_get_monotonic_time () - start) / 1e6,
                  flood->worst_stall / 1000, flood->most_unacknowledged / 1024);
}

static void
test_flood (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GString) block = g_string_new (NULL);
  Flood flood;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (block, "%04u the quick brown fox jumps over the lazy dog\r\n", i);
  run_flood (fixture, block->str, 20 * 1024 * 1024, &flood);
  say (fixture, "\r\nthe end");
  gw_test_wait_until (shows (fixture, "the end"));
  /* One read may go over the budget, never more. */
  g_assert_cmpuint (flood.most_unacknowledged, <=, flood.most_budget + 64 * 1024);
  g_assert_cmpuint (flood.most_budget, <=, 16 * 1024 * 1024);
  g_assert_cmpuint (flood.ticks, >, 10);
}

/* Nothing of this is ever acknowledged by VTE. */
static void
test_silent_flood (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *block = g_strnfill (64 * 1024, '\016'); /* SO changes a charset only */
  Flood flood;

  run_flood (fixture, block, 4 * 1024 * 1024, &flood);
  g_assert_cmpuint (flood.most_unacknowledged, <=, flood.most_budget + 64 * 1024);
  say (fixture, "\017the end");
  gw_test_wait_until (shows (fixture, "the end"));
}

/* A server that does not read: what is typed waits, up to a bound, and arrives in order. */
static void
test_queue (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *text = g_malloc (1024 * 1024 + 1);
  g_autofree char *heard = NULL;

  for (gsize i = 0; i < 1024 * 1024; i++)
    text[i] = (char) ('a' + i % 23);
  text[1024 * 1024] = '\0';
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), text, 1024 * 1024);
  gw_test_wait_until (gw_feeder_get_queued (fixture->feeder) < 1024 * 1024);
  g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), >, 0);
  heard = hear (fixture, 1024 * 1024);
  g_assert_true (g_str_equal (heard, text));
  g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), ==, 0);
  g_assert_cmpuint (fixture->overflows, ==, 0);

  /* What is too much is not sent, and said once. */
  for (guint times = 1; times <= 2; times++)
    {
      for (guint i = 0; i < 10; i++)
        vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), text, 1024 * 1024);
      g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), <=, GW_FEEDER_MAX_QUEUE);
      g_assert_cmpuint (fixture->overflows, ==, times);
      g_clear_pointer (&heard, g_free);
      heard = hear (fixture, GW_FEEDER_MAX_QUEUE);
      g_assert_cmpuint (strlen (heard), ==, GW_FEEDER_MAX_QUEUE);
      gw_test_wait_until (gw_feeder_get_queued (fixture->feeder) == 0);
    }
}

static void
type (Fixture    *fixture,
      const char *text)
{
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), text, -1);
}

/* What follows a gap must not run as a command of its own: all is dropped until the server has read
 * what was kept. */
static void
test_gap (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *text = g_strnfill (GW_FEEDER_MAX_QUEUE - 10, 'a');
  g_autofree char *more = g_strnfill (GW_FEEDER_MAX_QUEUE + 1, 'b');
  g_autofree char *heard = NULL;

  type (fixture, text);
  type (fixture, "0123456789A");
  g_assert_cmpuint (fixture->overflows, ==, 1);
  type (fixture, "rm\r");
  g_assert_cmpuint (fixture->overflows, ==, 1);
  heard = hear (fixture, GW_FEEDER_MAX_QUEUE - 10);
  g_assert_true (g_str_equal (heard, text));
  gw_test_wait_until (gw_feeder_get_queued (fixture->feeder) == 0);
  g_clear_pointer (&heard, g_free);
  type (fixture, "again");
  heard = hear (fixture, 5);
  g_assert_cmpstr (heard, ==, "again");

  /* Nothing waits that could be read: the gap ends with this turn. */
  type (fixture, more);
  type (fixture, "no");
  g_assert_cmpuint (fixture->overflows, ==, 2);
  g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&heard, g_free);
  type (fixture, "yes");
  heard = hear (fixture, 3);
  g_assert_cmpstr (heard, ==, "yes");
}

static void
test_engine_gone (Fixture       *fixture,
                  gconstpointer  data)
{
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), "x", 1);
  close (fixture->server);
  fixture->server = -1;
  gw_test_wait_until (fixture->finished);
  vte_terminal_feed_child (VTE_TERMINAL (fixture->terminal), "x", 1);
  g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), ==, 0);
}

static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  VteTerminal *terminal = VTE_TERMINAL (fixture->terminal);

  g_assert_cmpint (vte_terminal_get_scrollback_lines (terminal), ==, 10000);
  g_assert_false (vte_terminal_get_audible_bell (terminal));
  g_settings_set_uint (fixture->settings, "scrollback-lines", 77);
  g_settings_set_boolean (fixture->settings, "audible-bell", TRUE);
  g_settings_set_string (fixture->settings, "font", "Monospace 20");
  g_settings_set_boolean (fixture->settings, "use-system-font", FALSE);
  g_assert_cmpint (vte_terminal_get_scrollback_lines (terminal), ==, 77);
  g_assert_true (vte_terminal_get_audible_bell (terminal));
  g_assert_cmpint (pango_font_description_get_size (vte_terminal_get_font (terminal)), ==,
                   20 * PANGO_SCALE);
  g_settings_reset (fixture->settings, "scrollback-lines");
  g_settings_reset (fixture->settings, "audible-bell");
  g_settings_reset (fixture->settings, "font");
  g_settings_reset (fixture->settings, "use-system-font");
}

static void
test_paste_asks_first (Fixture       *fixture,
                       gconstpointer  data)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->terminal));
  GdkClipboard *primary = gtk_widget_get_primary_clipboard (GTK_WIDGET (fixture->terminal));

  gdk_clipboard_set_text (clipboard, "from the clipboard");
  gdk_clipboard_set_text (primary, "from the selection");
  /* VTE's own way to paste is ours too. */
  vte_terminal_paste_clipboard (VTE_TERMINAL (fixture->terminal));
  g_signal_emit_by_name (fixture->terminal, "paste-clipboard");
  gw_test_wait_until (g_strcmp0 (fixture->pasted, "from the clipboard") == 0);
  gw_terminal_request_paste (fixture->terminal, TRUE);
  gw_test_wait_until (g_strcmp0 (fixture->pasted, "from the selection") == 0);
  g_assert_cmpuint (gw_feeder_get_queued (fixture->feeder), ==, 0);
}

static void
test_title (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *title = NULL;

  say (fixture, "\033]0;a <b> \342\200\256evil\adone");
  gw_test_wait_until (shows (fixture, "done"));
  title = gw_terminal_dup_title (fixture->terminal);
  g_assert_cmpstr (title, ==, "a <b> evil");
}

static char *
match_at (Fixture *fixture,
          guint    column,
          guint    row)
{
  VteTerminal *terminal = VTE_TERMINAL (fixture->terminal);
  double x = 4 + (column + 0.5) * vte_terminal_get_char_width (terminal);
  double y = 4 + (row + 0.5) * vte_terminal_get_char_height (terminal);
  int tag;

  return vte_terminal_check_match_at (terminal, x, y, &tag);
}

static void
test_links (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct {
    const char *text;
    const char *link;
  } cases[] = {
    { "https://example.org/a(b)c.", "https://example.org/a(b)c" },
    { "(https://example.org/x)", NULL }, /* column 0 is the bracket */
    { "http://[2001:db8::1]:80/x, and", "http://[2001:db8::1]:80/x" },
    { "mailto:me@example.org!", "mailto:me@example.org" },
    { "HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG" },
    { "file:///etc/passwd", NULL },
    { "javascript://example.org/x", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      say (fixture, cases[i].text);
      say (fixture, "\r\n");
    }
  gw_test_wait_until (shows (fixture, "javascript:"));
  gtk_test_widget_wait_for_draw (fixture->window);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *link = match_at (fixture, 0, i);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (link, ==, cases[i].link);
    }
}

/* Has whatever is opened noted in a file: no link of this test may reach a real program. */
static char *
install_opener (void)
{
  static const char *const types[] = { "https", "file", "javascript", "ssh", "sftp", "ghelp", NULL };
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "applications", NULL);
  g_autofree char *desktop = g_build_filename (folder, "opener.desktop", NULL);
  g_autofree char *script = g_build_filename (g_get_user_data_dir (), "opener", NULL);
  g_autofree char *list = g_build_filename (g_get_user_config_dir (), "mimeapps.list", NULL);
  g_autofree char *opened = g_build_filename (g_get_user_data_dir (), "opened", NULL);
  g_autofree char *program = g_strdup_printf ("#!/bin/sh\necho \"$1\" >> '%s'\n", opened);
  g_autofree char *entry = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Opener\n"
                                            "Exec=%s %%u\n", script);
  g_autoptr (GString) defaults = g_string_new ("[Default Applications]\n"
                                               "text/plain=opener.desktop\n");

  for (guint i = 0; types[i] != NULL; i++)
    g_string_append_printf (defaults, "x-scheme-handler/%s=opener.desktop\n", types[i]);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (desktop, entry, -1, NULL));
  g_assert_true (g_file_set_contents (script, program, -1, NULL));
  g_assert_cmpint (g_chmod (script, 0700), ==, 0);
  g_assert_true (g_file_set_contents (list, defaults->str, -1, NULL));
  return g_steal_pointer (&opened);
}

/* Ctrl+click on the first cell of a row, as a person does it. */
static void
ctrl_click (Fixture *fixture,
            guint    row)
{
  GtkWidget *widget = GTK_WIDGET (fixture->terminal);
  glong height = vte_terminal_get_char_height (VTE_TERMINAL (widget));
  graphene_point_t point = GRAPHENE_POINT_INIT (8, 4 + ((float) row + 0.5f) * (float) height);
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  double x;
  double y;

  g_assert_true (gtk_widget_compute_point (widget, fixture->window, &point, &point));
  gtk_native_get_surface_transform (GTK_NATIVE (fixture->window), &x, &y);
  line = g_strdup_printf ("xdotool mousemove %d %d keydown ctrl click 1 keyup ctrl",
                          (int) (x + (double) point.x), (int) (y + (double) point.y));
  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* What the server calls a link (OSC 8) is opened by its own scheme, whatever its text says. */
static void
test_hyperlinks (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char *const targets[] = { "file:///etc/passwd", "javascript:alert(1)", "ssh://host",
                                         "sftp://host/x", "ghelp:x" };
  g_autofree char *opened = install_opener ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *line = g_strdup_printf ("\033]8;;%s\033\\https://good.example/%u\033]8;;"
                                               "\033\\\r\n", targets[i], i);

      g_assert_false (gw_link_is_allowed (targets[i]));
      say (fixture, line);
    }
  say (fixture, "\033]8;;https://example.org/x\033\\a link\033]8;;\033\\\r\nthe end");
  gw_test_wait_until (shows (fixture, "the end"));
  gtk_test_widget_wait_for_draw (fixture->window);
  /* The allowed one comes last: once it is there, no other is on its way. */
  for (guint row = 0; row <= G_N_ELEMENTS (targets); row++)
    ctrl_click (fixture, row);
  gw_test_wait_until (g_file_get_contents (opened, &text, NULL, NULL) && *text != '\0');
  g_assert_cmpstr (text, ==, "https://example.org/x\n");
}

static void
test_find (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GwFindBar) bar = g_object_ref_sink (g_object_new (GW_TYPE_FIND_BAR, NULL));
  GtkEditable *entry;
  g_autofree char *selected = NULL;

  say (fixture, "one a.b\r\ntwo axb\r\nthree A.B\r\n");
  gw_test_wait_until (shows (fixture, "three"));
  gw_find_bar_set_terminal (bar, VTE_TERMINAL (fixture->terminal));
  g_assert_false (gw_find_bar_find (bar, TRUE));
  entry = GTK_EDITABLE (gtk_widget_get_template_child (GTK_WIDGET (bar), GW_TYPE_FIND_BAR,
                                                       "entry"));
  gtk_editable_set_text (entry, "a.b");
  /* From the newest line upwards, literally, without regard to case. */
  gw_test_wait_until (vte_terminal_get_has_selection (VTE_TERMINAL (fixture->terminal)));
  selected = vte_terminal_get_text_selected (VTE_TERMINAL (fixture->terminal), VTE_FORMAT_TEXT);
  g_assert_cmpstr (selected, ==, "A.B");
  g_free (selected);
  g_assert_true (gw_find_bar_find (bar, FALSE));
  selected = vte_terminal_get_text_selected (VTE_TERMINAL (fixture->terminal), VTE_FORMAT_TEXT);
  g_assert_cmpstr (selected, ==, "a.b");
  gtk_editable_set_text (entry, "nowhere");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
}

#define ADD(name, function)                                                                   \
  g_test_add ("/terminal/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("size", test_size);
  ADD ("bytes", test_bytes);
  ADD ("keys", test_keys);
  ADD ("clicks", test_clicks);
  ADD ("disabled", test_disabled);
  ADD ("flood", test_flood);
  ADD ("silent-flood", test_silent_flood);
  ADD ("queue", test_queue);
  ADD ("gap", test_gap);
  ADD ("engine-gone", test_engine_gone);
  ADD ("settings", test_settings);
  ADD ("paste-asks-first", test_paste_asks_first);
  ADD ("title", test_title);
  ADD ("links", test_links);
  ADD ("hyperlinks", test_hyperlinks);
  ADD ("find", test_find);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
