/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-secret-entry.h"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gw-accessible.h"
#include "gw-error.h"

/* GtkEntryBuffer holds less than 64 KiB and cuts off the rest without a word: whatever comes near
 * that may be the beginning of something longer. */
#define MAX_BYTES 65000

/* Set on a text that is hidden only while it is selected. */
#define VEILED "gw-veiled"

static void
stop_copying (GtkText    *text,
              const char *signal)
{
  g_signal_stop_emission_by_name (text, signal);
  gtk_widget_error_bell (GTK_WIDGET (text));
}

static void
on_copy (GtkText *text)
{
  g_assert (GTK_IS_TEXT (text));

  stop_copying (text, "copy-clipboard");
}

static void
on_cut (GtkText *text)
{
  g_assert (GTK_IS_TEXT (text));

  stop_copying (text, "cut-clipboard");
}

/* What is selected is what the primary selection gives, what can be dragged, and what the menu
 * would copy: as the text while that is shown, as bullets otherwise. To take the primary selection
 * away again takes the selection itself. So what is shown is hidden for as long as a part of it is
 * selected: it can be typed over, but not be got at. GtkText tells before it hands it over. */
static void
on_selection_changed (GtkText *text)
{
  gboolean is_selected;

  g_assert (GTK_IS_TEXT (text));

  is_selected = gtk_editable_get_selection_bounds (GTK_EDITABLE (text), NULL, NULL);
  if (is_selected && gtk_text_get_visibility (text))
    {
      gtk_text_set_visibility (text, FALSE);
      g_object_set_data (G_OBJECT (text), VEILED, text);
    }
  else if (!is_selected && g_object_get_data (G_OBJECT (text), VEILED) != NULL)
    gtk_text_set_visibility (text, TRUE);
}

/* The eye ends the selection: what gives bullets before it is pressed would give the text after. */
static void
on_visibility_changed (GtkText *text)
{
  g_assert (GTK_IS_TEXT (text));

  g_object_set_data (G_OBJECT (text), VEILED, NULL);
  if (gtk_text_get_visibility (text)
      && gtk_editable_get_selection_bounds (GTK_EDITABLE (text), NULL, NULL))
    gtk_editable_set_position (GTK_EDITABLE (text),
                               gtk_editable_get_position (GTK_EDITABLE (text)));
}

/* GtkText 4.8 turns the history on whenever its text is shown; turning it off empties it. */
static void
on_changed (GtkText *text)
{
  g_assert (GTK_IS_TEXT (text));

  gtk_editable_set_enable_undo (GTK_EDITABLE (text), FALSE);
}

static GtkText *
find_text (GtkEditable *entry)
{
  while (entry != NULL && !GTK_IS_TEXT (entry))
    entry = gtk_editable_get_delegate (entry);
  g_return_val_if_fail (entry != NULL, NULL);
  return GTK_TEXT (entry);
}

/* In memory that is locked, left out of core dumps, and wiped when the buffer goes, which is when
 * @text drops it: AdwPasswordEntryRow never lets go of the one that it makes itself. */
static void
renew_buffer (GtkText *text)
{
  g_autoptr (GtkEntryBuffer) buffer = gtk_password_entry_buffer_new ();

  gtk_entry_buffer_set_max_length (buffer, gtk_text_get_max_length (text));
  gtk_text_set_buffer (text, buffer);
}

void
gw_secret_entry_clear (GtkEditable *entry)
{
  g_return_if_fail (GTK_IS_EDITABLE (entry));

  gtk_editable_set_text (entry, "");
  /* To delete text only moves its end to the front: the old bytes stay where they were. */
  renew_buffer (find_text (entry));
}

void
gw_secret_entry_protect (GtkEditable *entry)
{
  GtkText *text;

  g_return_if_fail (GTK_IS_EDITABLE (entry));

  text = find_text (entry);
  renew_buffer (text);
  gtk_editable_set_enable_undo (GTK_EDITABLE (text), FALSE);
  gtk_text_set_truncate_multiline (text, TRUE);
  gtk_text_set_input_purpose (text, GTK_INPUT_PURPOSE_PASSWORD);
  gtk_text_set_input_hints (text, GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK
                                  | GTK_INPUT_HINT_NO_EMOJI);
  gw_accessible_name_by_tooltip (GTK_WIDGET (entry));
  g_signal_connect (text, "copy-clipboard", G_CALLBACK (on_copy), NULL);
  g_signal_connect (text, "cut-clipboard", G_CALLBACK (on_cut), NULL);
  g_signal_connect (text, "changed", G_CALLBACK (on_changed), NULL);
  g_signal_connect (text, "notify::cursor-position", G_CALLBACK (on_selection_changed), NULL);
  g_signal_connect (text, "notify::selection-bound", G_CALLBACK (on_selection_changed), NULL);
  g_signal_connect (text, "notify::visibility", G_CALLBACK (on_visibility_changed), NULL);
}

GwSensitive *
gw_secret_entry_take (GtkEditable  *entry,
                      GError      **error)
{
  const char *text;
  gsize length;

  g_return_val_if_fail (GTK_IS_EDITABLE (entry), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  text = gtk_editable_get_text (entry);
  length = strlen (text);
  if (length == 0)
    return NULL;
  if (length > MAX_BYTES)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_TOO_LARGE,
                   _("This is too long: it may have at most %d bytes."), MAX_BYTES);
      return NULL;
    }
  return gw_sensitive_new (text, (gssize) length, error);
}
