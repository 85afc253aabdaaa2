/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-version.h"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <vte/vte.h>

#define ENGINE_SECONDS 2

typedef struct {
  GSubprocess  *process;
  GCancellable *cancellable;
  char         *text;
  GError       *error;
  gboolean      done;
} Question;

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Question *question = user_data;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &question->text, NULL,
                                        &question->error);
  question->done = TRUE;
}

static gboolean
on_deadline (gpointer user_data)
{
  Question *question = user_data;

  g_cancellable_cancel (question->cancellable);
  g_subprocess_force_exit (question->process);
  return G_SOURCE_REMOVE;
}

/* In a context of its own: there is no main loop yet. */
static void
wait_for_answer (Question *question)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) deadline = g_timeout_source_new_seconds (ENGINE_SECONDS);

  g_main_context_push_thread_default (context);
  g_source_set_callback (deadline, on_deadline, question, NULL);
  g_source_attach (deadline, context);
  g_subprocess_communicate_utf8_async (question->process, NULL, question->cancellable, on_answer,
                                       question);
  while (!question->done)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (deadline);
  g_main_context_pop_thread_default (context);
}

char *
gw_version_ask_engine (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  Question question = { .cancellable = cancellable };
  const char *path = g_getenv ("GANGWAY_ENGINE");

  if (path == NULL || *path == '\0')
    path = GW_LIBEXEC_DIR "/gangway-session";
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, path, "--version", NULL);
  if (process != NULL)
    {
      question.process = process;
      wait_for_answer (&question);
      error = question.error;
    }
  if (error == NULL && question.text != NULL && *question.text != '\0')
    return question.text;
  g_free (question.text);
  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup_printf ("gangway-session: %s\n", _("It does not say its version."));
  return g_strdup_printf ("gangway-session: %s\n", error->message);
}

char *
gw_version_dup_text (void)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "gangway %s\n", GW_VERSION);
  g_string_append_printf (text, "GLib %d.%d.%d (built with %d.%d.%d)\n", glib_major_version,
                          glib_minor_version, glib_micro_version, GLIB_MAJOR_VERSION,
                          GLIB_MINOR_VERSION, GLIB_MICRO_VERSION);
  g_string_append_printf (text, "GTK %u.%u.%u (built with %d.%d.%d)\n", gtk_get_major_version (),
                          gtk_get_minor_version (), gtk_get_micro_version (), GTK_MAJOR_VERSION,
                          GTK_MINOR_VERSION, GTK_MICRO_VERSION);
  g_string_append_printf (text, "libadwaita %u.%u.%u (built with %d.%d.%d)\n",
                          adw_get_major_version (), adw_get_minor_version (),
                          adw_get_micro_version (), ADW_MAJOR_VERSION, ADW_MINOR_VERSION,
                          ADW_MICRO_VERSION);
  g_string_append_printf (text, "VTE %u.%u.%u (built with %d.%d.%d)\n", vte_get_major_version (),
                          vte_get_minor_version (), vte_get_micro_version (), VTE_MAJOR_VERSION,
                          VTE_MINOR_VERSION, VTE_MICRO_VERSION);
  /* It cannot be asked at run time. */
  g_string_append_printf (text, "json-glib (built with %s)\n", JSON_VERSION_S);
  return g_string_free (text, FALSE);
}
