/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-feeder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#define READ_SIZE (64 * 1024)
#define MIN_BUDGET (256 * 1024)
#define MAX_BUDGET (16 * 1024 * 1024)
#define TARGET_SECONDS 0.1
/* Until it is measured: what VTE does at least, in bytes a second. */
#define FIRST_RATE (10.0 * 1024 * 1024)
/* Rounds smaller than this say nothing about the rate. */
#define MIN_SAMPLE (64 * 1024)
#define FALLBACK_MS 250

/* Notes when the turn of the main loop began: VTE says when a round of work is done, not when it
 * began, and a round is the first thing that its source does. */
typedef struct {
  GSource source;
  gint64  started;
} TurnSource;

struct _GwFeeder {
  GObject parent_instance;

  VteTerminal *terminal;
  int fd;
  GSource *turn;
  guint in_id;
  guint out_id;
  guint flush_id;
  guint fallback_id;

  gsize unacknowledged;
  double rate;
  GByteArray *queue;
  gboolean dropping; /* input was dropped since the queue was empty */
};

G_DEFINE_FINAL_TYPE (GwFeeder, gw_feeder, G_TYPE_OBJECT)

enum {
  SIGNAL_FINISHED,
  SIGNAL_OVERFLOW,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static gboolean on_readable (int fd, GIOCondition condition, gpointer user_data);

static gboolean
turn_prepare (GSource *source,
              int     *timeout)
{
  *timeout = -1;
  return FALSE;
}

static gboolean
turn_check (GSource *source)
{
  ((TurnSource *) source)->started = g_get_monotonic_time ();
  return FALSE;
}

static gboolean
turn_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs turn_funcs = {
  .prepare = turn_prepare,
  .check = turn_check,
  .dispatch = turn_dispatch,
};

gsize
gw_feeder_get_budget (GwFeeder *self)
{
  g_return_val_if_fail (GW_IS_FEEDER (self), 0);

  return (gsize) CLAMP (self->rate * TARGET_SECONDS, (double) MIN_BUDGET, (double) MAX_BUDGET);
}

static void
watch_input (GwFeeder *self)
{
  if (self->fd >= 0 && self->in_id == 0 && self->unacknowledged < gw_feeder_get_budget (self))
    self->in_id = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
}

static void
acknowledge (GwFeeder *self)
{
  self->unacknowledged = 0;
  g_clear_handle_id (&self->fallback_id, g_source_remove);
  watch_input (self);
}

static void
on_contents_changed (VteTerminal *terminal,
                     GwFeeder    *self)
{
  gint64 elapsed;

  g_assert (GW_IS_FEEDER (self));

  /* A round works off the whole queue. */
  elapsed = g_get_monotonic_time () - ((TurnSource *) self->turn)->started;
  if (self->unacknowledged >= MIN_SAMPLE && elapsed > 0)
    {
      double sample = (double) self->unacknowledged * G_USEC_PER_SEC / (double) elapsed;

      self->rate = (3 * self->rate + sample) / 4;
    }
  acknowledge (self);
}

/* Output that changes nothing on the screen is never acknowledged by VTE. This runs after VTE's own
 * source had its turns, so the bytes are worked off. */
static gboolean
on_fallback (gpointer user_data)
{
  GwFeeder *self = user_data;

  g_assert (GW_IS_FEEDER (self));

  self->fallback_id = 0;
  acknowledge (self);
  return G_SOURCE_REMOVE;
}

static void
feed (GwFeeder   *self,
      const char *bytes,
      gsize       length)
{
  vte_terminal_feed (self->terminal, bytes, (gssize) length);
  self->unacknowledged += length;
  if (self->fallback_id == 0)
    self->fallback_id = g_timeout_add_full (G_PRIORITY_LOW, FALLBACK_MS, on_fallback, self, NULL);
}

static void
finish (GwFeeder *self)
{
  gw_feeder_stop (self);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static gboolean
on_readable (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  g_autoptr (GwFeeder) self = g_object_ref (user_data);
  char buffer[READ_SIZE];
  gssize got;

  g_assert (GW_IS_FEEDER (self));

  got = read (fd, buffer, sizeof buffer);
  if (got > 0)
    {
      feed (self, buffer, (gsize) got);
      if (self->unacknowledged < gw_feeder_get_budget (self))
        return G_SOURCE_CONTINUE;
      self->in_id = 0;
      return G_SOURCE_REMOVE;
    }
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (got < 0)
    g_debug ("Reading the terminal's socket: %s", g_strerror (errno));
  self->in_id = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

/* What is typed may be a password: nothing of it stays behind. */
static void
drop_queued (GwFeeder *self,
             gsize     length)
{
  gsize rest = self->queue->len - length;

  if (length == 0)
    return;
  memmove (self->queue->data, self->queue->data + length, rest);
  explicit_bzero (self->queue->data + rest, length);
  g_byte_array_set_size (self->queue, (guint) rest);
}

static gboolean
flush (GwFeeder *self)
{
  while (self->queue->len > 0)
    {
      /* Never SIGPIPE: the engine may be gone. */
      gssize sent = send (self->fd, self->queue->data, self->queue->len, MSG_NOSIGNAL);

      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0 && errno == EAGAIN)
        return FALSE;
      if (sent < 0)
        {
          /* The reading side sees the end and says so; nobody is left to type to. */
          g_debug ("Writing to the terminal's socket: %s", g_strerror (errno));
          drop_queued (self, self->queue->len);
          return TRUE;
        }
      drop_queued (self, (gsize) sent);
    }
  self->dropping = FALSE;
  return TRUE;
}

static gboolean
on_writable (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  GwFeeder *self = user_data;

  g_assert (GW_IS_FEEDER (self));

  if (!flush (self))
    return G_SOURCE_CONTINUE;
  self->out_id = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
on_flush (gpointer user_data)
{
  GwFeeder *self = user_data;

  g_assert (GW_IS_FEEDER (self));

  self->flush_id = 0;
  if (!flush (self))
    self->out_id = g_unix_fd_add (self->fd, G_IO_OUT | G_IO_HUP | G_IO_ERR, on_writable, self);
  return G_SOURCE_REMOVE;
}

static void
on_commit (VteTerminal *terminal,
           const char  *text,
           guint        length,
           GwFeeder    *self)
{
  g_assert (GW_IS_FEEDER (self));

  if (self->fd < 0)
    return;
  /* After a gap all is dropped until the queue is empty: the end of a line without its beginning
   * is another command. */
  if (self->dropping || length > GW_FEEDER_MAX_QUEUE - self->queue->len)
    {
      g_debug ("The server does not read: %u bytes of input are dropped", length);
      if (!self->dropping)
        {
          self->dropping = TRUE;
          g_signal_emit (self, signals[SIGNAL_OVERFLOW], 0);
        }
    }
  else
    g_byte_array_append (self->queue, (const guint8 *) text, length);
  /* Alt with a letter arrives as two commits; together they are one write. Also where all was
   * dropped: it ends the gap if nothing waits. */
  if (self->flush_id == 0 && self->out_id == 0)
    self->flush_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_flush, self, NULL);
}

static void
gw_feeder_dispose (GObject *object)
{
  GwFeeder *self = GW_FEEDER (object);

  gw_feeder_stop (self);
  g_clear_object (&self->terminal);

  G_OBJECT_CLASS (gw_feeder_parent_class)->dispose (object);
}

static void
gw_feeder_finalize (GObject *object)
{
  GwFeeder *self = GW_FEEDER (object);

  g_byte_array_unref (self->queue);

  G_OBJECT_CLASS (gw_feeder_parent_class)->finalize (object);
}

static void
gw_feeder_class_init (GwFeederClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = gw_feeder_dispose;
  object_class->finalize = gw_feeder_finalize;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", GW_TYPE_FEEDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OVERFLOW] = g_signal_new ("overflow", GW_TYPE_FEEDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_feeder_init (GwFeeder *self)
{
  self->fd = -1;
  self->rate = FIRST_RATE;
  self->queue = g_byte_array_new ();
}

GwFeeder *
gw_feeder_new (VteTerminal  *terminal,
               int           fd,
               GError      **error)
{
  g_autoptr (GwFeeder) self = NULL;

  g_return_val_if_fail (VTE_IS_TERMINAL (terminal), NULL);
  g_return_val_if_fail (fd >= 0, NULL);

  self = g_object_new (GW_TYPE_FEEDER, NULL);
  self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  if (self->fd < 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, (int) g_file_error_from_errno (errno),
                           g_strerror (errno));
      return NULL;
    }
  self->terminal = g_object_ref (terminal);
  self->turn = g_source_new (&turn_funcs, sizeof (TurnSource));
  g_source_set_priority (self->turn, G_PRIORITY_HIGH);
  g_source_attach (self->turn, NULL);
  g_signal_connect (terminal, "contents-changed", G_CALLBACK (on_contents_changed), self);
  g_signal_connect (terminal, "commit", G_CALLBACK (on_commit), self);
  watch_input (self);
  return g_steal_pointer (&self);
}

void
gw_feeder_stop (GwFeeder *self)
{
  g_return_if_fail (GW_IS_FEEDER (self));

  g_clear_handle_id (&self->in_id, g_source_remove);
  g_clear_handle_id (&self->out_id, g_source_remove);
  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_clear_handle_id (&self->fallback_id, g_source_remove);
  if (self->turn != NULL)
    g_source_destroy (self->turn);
  g_clear_pointer (&self->turn, g_source_unref);
  if (self->terminal != NULL)
    g_signal_handlers_disconnect_by_data (self->terminal, self);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  drop_queued (self, self->queue->len);
}

gsize
gw_feeder_get_unacknowledged (GwFeeder *self)
{
  g_return_val_if_fail (GW_IS_FEEDER (self), 0);

  return self->unacknowledged;
}

gsize
gw_feeder_get_queued (GwFeeder *self)
{
  g_return_val_if_fail (GW_IS_FEEDER (self), 0);

  return self->queue->len;
}
