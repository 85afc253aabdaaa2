/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Finding and pressing things in a widget tree. */

#include <adwaita.h>

#include "gw-saved-logins.h"
#include "gw-test.h"

/* The first widget of @type under @root (depth first) whose property @property (nullable) is
 * @value; NULL if there is none. Only what is mapped counts. */
static inline GtkWidget *
gw_ui_find (GtkWidget  *root,
            GType       type,
            const char *property,
            const char *value)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    {
      g_autofree char *text = NULL;

      if (property == NULL)
        return root;
      g_object_get (root, property, &text, NULL);
      if (g_strcmp0 (text, value) == 0)
        return root;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gw_ui_find (child, type, property, value);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline guint
gw_ui_count (GtkWidget *root,
             GType      type)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (root))
    return 0;
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    n++;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += gw_ui_count (child, type);
  return n;
}

/* The button with this label (mnemonic included). Fails if there is none. */
static inline void
gw_ui_click (GtkWidget  *root,
             const char *label)
{
  GtkWidget *button = gw_ui_find (root, GTK_TYPE_BUTTON, "label", label);

  if (button == NULL)
    g_error ("there is no button “%s”", label);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

/* The newest mapped toplevel of @type but @other (nullable); NULL if there is none. */
static inline GtkWidget *
gw_ui_find_window (GType      type,
                   GtkWidget *other)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());
  GtkWidget *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != other && g_type_is_a (G_OBJECT_TYPE (window), type) &&
          gtk_widget_get_mapped (window))
        found = window;
    }
  return found;
}

/* Runs the loop for @n frames of the window's clock; no waiting by the wall clock. */
static inline gboolean
gw_ui_count_frame_ (GtkWidget     *widget,
                    GdkFrameClock *clock,
                    gpointer       user_data)
{
  int *left = user_data;

  return --*left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static inline void
gw_ui_frames (GtkWidget *widget,
              int        n)
{
  gtk_widget_add_tick_callback (widget, gw_ui_count_frame_, &n, NULL);
  gw_test_wait_until (n <= 0);
}

/* What is kept of logins, with a keyring that holds secrets in memory: tests have no bus. @path
 * (nullable): of the history. */
static inline GwSavedLogins *
gw_ui_logins_new (const char *path)
{
  g_autoptr (GwLoginHistory) history = gw_login_history_new (path);
  g_autoptr (GwKeyring) keyring = gw_keyring_new ();
  g_autoptr (GwCredentials) credentials = gw_credentials_new (keyring);

  gw_test_wait_until (gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT);
  gw_keyring_use_memory (keyring);
  return gw_saved_logins_new (history, credentials);
}
