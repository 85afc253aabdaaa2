/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Private keys for tests, and pressing keys that a widget's class binds. */

#include <gtk/gtk.h>

#include "gw-test.h"

/* Has ssh-keygen make a key at @path; @format NULL is OpenSSH's own, or "PEM". */
static inline void
gw_test_make_key (const char *path,
                  const char *type,
                  const char *format,
                  const char *passphrase)
{
  const char *argv[] = { "ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path,
                         format != NULL ? "-m" : NULL, format, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* "SHA256:…" as ssh-keygen prints it for the key at @path. */
static inline char *
gw_test_fingerprint (const char *path)
{
  const char *argv[] = { "ssh-keygen", "-l", "-f", path, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL,
                &error);
  g_assert_no_error (error);
  words = g_strsplit (output, " ", 3);
  g_assert_cmpuint (g_strv_length (words), ==, 3);
  return g_strdup (words[1]);
}

/* Presses a key ("<Control>v") that @widget binds. FALSE if it binds none such. */
static inline gboolean
gw_test_press (GtkWidget  *widget,
               const char *accelerator)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *trigger =
            gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_strcmp0 (trigger, accelerator) == 0)
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                 gtk_shortcut_get_arguments (shortcut));
        }
    }
  return FALSE;
}
