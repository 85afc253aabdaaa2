/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What every test program leans on: a home of its own, and waiting for a condition. */

#include <gio/gio.h>
#include <glib/gstdio.h>

/* Iterates the default main context until @condition holds; fails the test after 20 s. */
#define gw_test_wait_until(condition)                                                         \
  G_STMT_START                                                                                \
  {                                                                                           \
    gint64 gw_deadline_ = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;                      \
    guint gw_tick_ = g_timeout_add (20, G_SOURCE_FUNC (gw_test_tick_), NULL);                 \
    while (!(condition))                                                                      \
      {                                                                                       \
        if (g_get_monotonic_time () > gw_deadline_)                                           \
          g_error ("%s:%d: waited in vain for: %s", __FILE__, __LINE__, #condition);          \
        g_main_context_iteration (NULL, TRUE);                                                \
      }                                                                                       \
    g_source_remove (gw_tick_);                                                               \
  }                                                                                           \
  G_STMT_END

static inline gboolean
gw_test_tick_ (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Deletes a file or folder with all that is in it. Does not follow links. */
static inline void
gw_test_delete_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_chmod (path, 0700);
      dir = g_dir_open (path, 0, NULL);
      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          gw_test_delete_tree (child);
        }
    }
  g_remove (path);
}

/* Makes a temporary folder and points HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CONFIG_HOME,
 * XDG_CACHE_HOME and XDG_RUNTIME_DIR into it. Call first in main(), before GLib has looked at
 * them. Free with gw_test_home_free(). */
static inline char *
gw_test_home_new (void)
{
  static const char *const names[] = { "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
                                       "XDG_CACHE_HOME", "XDG_RUNTIME_DIR" };
  g_autoptr (GError) error = NULL;
  char *home = g_dir_make_tmp ("gw-test-XXXXXX", &error);

  g_assert_no_error (error);
  g_setenv ("HOME", home, TRUE);
  g_unsetenv ("SSH_AUTH_SOCK");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *dir = g_build_filename (home, names[i] + 4, NULL);

      g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
      g_setenv (names[i], dir, TRUE);
    }
  return home;
}

static inline void
gw_test_home_free (char *home)
{
  gw_test_delete_tree (home);
  g_free (home);
}
