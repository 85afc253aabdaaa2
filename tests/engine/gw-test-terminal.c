/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Test"

#include "gw-test-terminal.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>

#include "gw-bus.h"
#include "gw-test.h"

#define PATIENCE (15 * G_USEC_PER_SEC)
#define KEEP (64 * 1024) /* of the output; a flood is only counted */

struct _GwTestTerminal {
  GwBusSession1 *session;
  guint number;
  int fd;
  guint source;
  GString *output;
  gsize count;
  GChecksum *checksum;
  gboolean ended;
  char *closed;
  GVariant *handle; /* of the socket in the list */
  GUnixFDList *list;
  GError *error;
  gboolean opened;
};

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer data)
{
  GwTestTerminal *self = data;
  char bytes[65536];
  gssize length = read (fd, bytes, sizeof bytes);

  if (length < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (length <= 0)
    {
      self->ended = TRUE;
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  self->count += length;
  g_checksum_update (self->checksum, (guchar *) bytes, length);
  g_string_append_len (self->output, bytes, length);
  if (self->output->len > KEEP)
    g_string_erase (self->output, 0, self->output->len - KEEP);
  return G_SOURCE_CONTINUE;
}

/* Some bytes now and then, as a window that has other things to do. */
static gboolean
on_slow_tick (gpointer data)
{
  GwTestTerminal *self = data;

  return on_readable (self->fd, G_IO_IN, self);
}

static void
on_terminal_closed (GwBusSession1 *session, guint number, const char *how, guint status,
                    const char *signal_name, gpointer data)
{
  GwTestTerminal *self = data;

  if (number != self->number)
    return;
  g_assert_null (self->closed);
  if (g_str_equal (how, "exit"))
    self->closed = g_strdup_printf ("exit %u", status);
  else if (g_str_equal (how, "signal"))
    self->closed = g_strdup_printf ("signal %s", signal_name);
  else
    self->closed = g_strdup (how);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  GwTestTerminal *self = data;

  /* At once: TerminalClosed may be dispatched next, and is known by the number. */
  self->opened = TRUE;
  gw_bus_session1_call_open_terminal_finish (self->session, &self->number, &self->handle,
                                             &self->list, result, &self->error);
}

GwTestTerminal *
gw_test_terminal_new (GwEngineDriver *driver, guint columns, guint rows, const char *term,
                      const char *lang, GError **error)
{
  g_autoptr (GwTestTerminal) self = g_new0 (GwTestTerminal, 1);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  self->fd = -1;
  self->output = g_string_new (NULL);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->session = GW_BUS_SESSION1 (g_object_ref (gw_engine_driver_get_proxy (driver)));
  g_signal_connect (self->session, "terminal-closed", G_CALLBACK (on_terminal_closed), self);
  if (term != NULL)
    g_variant_dict_insert (&dict, "term", "s", term);
  if (lang != NULL)
    g_variant_dict_insert (&dict, "lang", "s", lang);
  gw_bus_session1_call_open_terminal (self->session, columns, rows, g_variant_dict_end (&dict),
                                      NULL, NULL, on_opened, self);
  gw_test_wait_until (self->opened);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return NULL;
    }
  self->fd = g_unix_fd_list_get (self->list, g_variant_get_handle (self->handle), error);
  g_clear_object (&self->list);
  if (self->fd < 0 || !g_unix_set_fd_nonblocking (self->fd, TRUE, error))
    return NULL;
  gw_test_terminal_set_paused (self, FALSE);
  return g_steal_pointer (&self);
}

void
gw_test_terminal_free (GwTestTerminal *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->list);
  g_clear_pointer (&self->handle, g_variant_unref);
  g_object_unref (self->session);
  g_string_free (self->output, TRUE);
  g_checksum_free (self->checksum);
  g_free (self->closed);
  g_free (self);
}

guint
gw_test_terminal_get_number (GwTestTerminal *self)
{
  return self->number;
}

void
gw_test_terminal_type (GwTestTerminal *self, const char *text)
{
  gsize length = strlen (text);

  while (length > 0)
    {
      gssize written = 0;

      gw_test_wait_until ((written = write (self->fd, text, length)) >= 0 || errno != EAGAIN);
      g_assert_cmpint (written, >, 0);
      text += written;
      length -= written;
    }
}

void
gw_test_terminal_resize (GwTestTerminal *self, guint columns, guint rows)
{
  gw_bus_session1_call_resize_terminal (self->session, self->number, columns, rows, NULL, NULL,
                                        NULL);
}

void
gw_test_terminal_close (GwTestTerminal *self)
{
  gw_bus_session1_call_close_terminal (self->session, self->number, NULL, NULL, NULL);
}

void
gw_test_terminal_expect (GwTestTerminal *self, const char *text)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  char *found;

  gw_test_wait_until (strstr (self->output->str, text) != NULL || self->ended
                      || g_get_monotonic_time () > deadline);
  found = strstr (self->output->str, text);
  if (found == NULL)
    g_error ("%s without “%s”, but with “%s”", self->ended ? "ended" : "stopped", text,
             self->output->str);
  g_string_erase (self->output, 0, found + strlen (text) - self->output->str);
}

const char *
gw_test_terminal_get_output (GwTestTerminal *self)
{
  return self->output->str;
}

gsize
gw_test_terminal_get_count (GwTestTerminal *self)
{
  return self->count;
}

void
gw_test_terminal_set_paused (GwTestTerminal *self, gboolean paused)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (!paused)
    self->source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP, on_readable, self);
}

void
gw_test_terminal_set_slow (GwTestTerminal *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (2, on_slow_tick, self);
}

void
gw_test_terminal_start_sum (GwTestTerminal *self)
{
  g_checksum_reset (self->checksum);
  self->count = 0;
}

const char *
gw_test_terminal_get_sum (GwTestTerminal *self)
{
  return g_checksum_get_string (self->checksum);
}

int
gw_test_terminal_get_socket (GwTestTerminal *self)
{
  return self->fd;
}

char *
gw_test_terminal_wait_end (GwTestTerminal *self)
{
  gw_test_wait_until (self->ended);
  gw_test_wait_until (self->closed != NULL);
  return g_strdup (self->closed);
}
