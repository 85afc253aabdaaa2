/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-ssh-link.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <libssh/callbacks.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gw-text.h"

/* libssh reads 4 KiB at a time; more of them in one turn save turns of the main loop, fewer leave
 * room for the other sources. */
#define READS_PER_TURN 16
#define MAX_WORDS 1000

typedef struct {
  GSource    source;
  GwSshLink *link; /* borrowed: the link destroys the source */
} LinkSource;

typedef struct {
  GTask     *task;
  GwSshStep  step;
  gpointer   data;
  gint64     allowed; /* µs */
} Operation;

struct _GwSshLink {
  GObject parent_instance;

  ssh_session  session;
  ssh_event    event;  /* NULL until libssh has a poll context of its own */
  GSource     *source;
  gpointer     fd_tag; /* NULL while the socket is not watched */
  GQueue       operations;
  struct ssh_counter_struct counter;
  ssh_key      host_key; /* the one that was accepted, or NULL */
  gboolean     betrayed; /* another one came */
  guint        holds;
  gboolean     end_held; /* the end of the connection waits for a release */
  gboolean     end_seen; /* it comes next */
  gboolean     poked;
  gboolean     lost_said;
};

G_DEFINE_FINAL_TYPE (GwSshLink, gw_ssh_link, G_TYPE_OBJECT)

enum {
  SIGNAL_ACTIVITY,
  SIGNAL_LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Operations */

static void
operation_free (Operation *operation)
{
  g_clear_object (&operation->task);
  g_free (operation);
}

static void
start_deadline (GwSshLink *self)
{
  Operation *operation = g_queue_peek_head (&self->operations);

  g_source_set_ready_time (self->source,
                           operation != NULL ? g_get_monotonic_time () + operation->allowed : -1);
  self->poked = operation != NULL;
}

static void
finish_operation (GwSshLink *self,
                  GError    *error)
{
  Operation *operation = g_queue_pop_head (&self->operations);

  /* The callback may run at once, and may close the link. */
  start_deadline (self);
  if (error != NULL)
    g_task_return_error (operation->task, error);
  else
    g_task_return_boolean (operation->task, TRUE);
  operation_free (operation);
}

static void
run_operation (GwSshLink *self)
{
  Operation *operation = g_queue_peek_head (&self->operations);
  gint64 before, after, deadline;
  gboolean through;

  if (operation == NULL)
    return;
  before = g_get_monotonic_time ();
  through = operation->step (self->session, operation->data);
  after = g_get_monotonic_time ();
  /* An agent that asks its person blocks inside libssh: that is no silence of the server. */
  deadline = g_source_get_ready_time (self->source) + (after - before);
  if (through)
    finish_operation (self, NULL);
  else if (!gw_ssh_link_is_alive (self))
    finish_operation (self, gw_ssh_link_get_loss (self));
  else if (after >= deadline)
    finish_operation (self, g_error_new_literal (GW_ERROR, GW_ERROR_TIMED_OUT,
                                                 _("The server did not answer in time.")));
  else
    g_source_set_ready_time (self->source, deadline);
}

/* The source */

/* Whether the next thing to read is the end of the connection. */
static gboolean
is_at_end (int fd)
{
  char byte;
  gssize n = recv (fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static gboolean
source_prepare (GSource *source,
                int     *timeout)
{
  GwSshLink *self = ((LinkSource *) source)->link;
  int fd = ssh_get_fd (self->session);
  GIOCondition wanted = G_IO_IN;

  *timeout = -1;
  /* libssh closes its socket itself when the connection breaks. */
  if (self->fd_tag != NULL && (fd < 0 || self->end_held))
    {
      g_source_remove_unix_fd (source, self->fd_tag);
      self->fd_tag = NULL;
    }
  if (ssh_get_poll_flags (self->session) & SSH_WRITE_PENDING)
    wanted |= G_IO_OUT;
  if (fd >= 0 && !self->end_held)
    {
      if (self->fd_tag == NULL)
        self->fd_tag = g_source_add_unix_fd (source, fd, wanted);
      else
        g_source_modify_unix_fd (source, self->fd_tag, wanted);
    }
  return self->poked || (!gw_ssh_link_is_alive (self) && !self->lost_said);
}

static gboolean
source_check (GSource *source)
{
  GwSshLink *self = ((LinkSource *) source)->link;

  return self->poked ||
         (self->fd_tag != NULL && g_source_query_unix_fd (source, self->fd_tag) != 0);
}

static void
feed_session (GwSshLink *self)
{
  /* An operation reads by itself, and only as far as its answer: a server that goes away right
   * behind it must not take that answer with it. */
  if (self->event == NULL || !g_queue_is_empty (&self->operations))
    return;
  for (guint i = 0; i < READS_PER_TURN; i++)
    if ((i > 0 && is_at_end (ssh_get_fd (self->session)))
        || ssh_event_dopoll (self->event, 0) != SSH_OK)
      break;
}

/* Whether the end comes next and libssh may hold output that nobody has taken yet: once it has read
 * the end it gives away none. */
static gboolean
must_drain (GwSshLink *self)
{
  int fd = ssh_get_fd (self->session);
  gboolean was_seen = self->end_seen;

  self->end_seen = fd >= 0 && is_at_end (fd);
  return self->end_seen && (!was_seen || self->poked);
}

static void
check_host_key (GwSshLink *self)
{
  ssh_key key = NULL;

  if (self->host_key == NULL || ssh_get_server_publickey (self->session, &key) != SSH_OK)
    return;
  self->betrayed = ssh_key_cmp (key, self->host_key, SSH_KEY_CMP_PUBLIC) != 0;
  ssh_key_free (key);
}

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  g_autoptr (GwSshLink) self = g_object_ref (((LinkSource *) source)->link);

  if (self->holds > 0 && self->fd_tag != NULL && is_at_end (ssh_get_fd (self->session)))
    self->end_held = TRUE;
  if (!self->end_held && !must_drain (self))
    feed_session (self);
  self->poked = FALSE;
  check_host_key (self);
  if (!self->betrayed)
    run_operation (self);
  if (self->session != NULL && !self->betrayed)
    g_signal_emit (self, signals[SIGNAL_ACTIVITY], 0);
  if (self->session != NULL && !gw_ssh_link_is_alive (self) && !self->lost_said)
    {
      self->lost_said = TRUE;
      while (!g_queue_is_empty (&self->operations))
        finish_operation (self, gw_ssh_link_get_loss (self));
      if (self->session != NULL)
        g_signal_emit (self, signals[SIGNAL_LOST], 0);
    }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {
  .prepare = source_prepare,
  .check = source_check,
  .dispatch = source_dispatch,
};

/* The session */

static gboolean
set_options (ssh_session  session,
             int          fd,
             const char  *user,
             const char  *host_key_types)
{
  const gboolean yes = TRUE, no = FALSE;
  const struct {
    enum ssh_options_e option;
    const void        *value;
  } options[] = {
    { SSH_OPTIONS_PROCESS_CONFIG, &no },
    /* Nobody is called by this name; without one libssh notes an error where none is. */
    { SSH_OPTIONS_HOST, "localhost" },
    { SSH_OPTIONS_USER, user },
    /* Without one libssh looks up the user's home, which can go as far as a directory server. */
    { SSH_OPTIONS_SSH_DIR, "/dev/null" },
    { SSH_OPTIONS_FD, &fd },
    { SSH_OPTIONS_NODELAY, &yes },
    { SSH_OPTIONS_KNOWNHOSTS, "/dev/null" },
    { SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null" },
    { SSH_OPTIONS_GSSAPI_AUTH, &no },
    { SSH_OPTIONS_COMPRESSION, "no" },
    { SSH_OPTIONS_HOSTKEYS, host_key_types },
    /* No SHA-1, no DSA. */
    { SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES,
      "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
      "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (ssh_options_set (session, options[i].option, options[i].value) != SSH_OK)
      {
        g_debug ("libssh refuses option %d: %s", options[i].option, ssh_get_error (session));
        return FALSE;
      }
  return TRUE;
}

static void
gw_ssh_link_finalize (GObject *object)
{
  gw_ssh_link_close (GW_SSH_LINK (object));
  G_OBJECT_CLASS (gw_ssh_link_parent_class)->finalize (object);
}

static void
gw_ssh_link_class_init (GwSshLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_ssh_link_finalize;

  signals[SIGNAL_ACTIVITY] = g_signal_new ("activity", GW_TYPE_SSH_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LOST] = g_signal_new ("lost", GW_TYPE_SSH_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
gw_ssh_link_init (GwSshLink *self)
{
  g_queue_init (&self->operations);
}

GwSshLink *
gw_ssh_link_new (int          fd,
                 const char  *user,
                 const char  *host_key_types,
                 GError     **error)
{
  g_autoptr (GwSshLink) self = NULL;
  ssh_session session = ssh_new ();

  g_return_val_if_fail (fd >= 0, NULL);

  if (session == NULL || !set_options (session, fd, user, host_key_types))
    {
      g_set_error (error, GW_ERROR, GW_ERROR_FAILED, _("libssh cannot be set up: %s"),
                   session != NULL ? ssh_get_error (session) : g_strerror (ENOMEM));
      g_clear_pointer (&session, ssh_free);
      close (fd);
      return NULL;
    }
  self = g_object_new (GW_TYPE_SSH_LINK, NULL);
  self->session = session;
  ssh_set_blocking (session, 0);
  ssh_set_counters (session, &self->counter, NULL);
  self->source = g_source_new (&source_funcs, sizeof (LinkSource));
  ((LinkSource *) self->source)->link = self;
  g_source_set_name (self->source, "gw-ssh-link");
  g_source_attach (self->source, NULL);
  return g_steal_pointer (&self);
}

ssh_session
gw_ssh_link_get_session (GwSshLink *self)
{
  g_return_val_if_fail (GW_IS_SSH_LINK (self), NULL);

  return self->session;
}

void
gw_ssh_link_run_async (GwSshLink           *self,
                       GwSshStep            step,
                       gpointer             data,
                       guint                timeout,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Operation *operation;

  g_return_if_fail (GW_IS_SSH_LINK (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, gw_ssh_link_run_async);
  if (self->session == NULL || self->lost_said)
    {
      g_task_return_error (task, gw_ssh_link_get_loss (self));
      return;
    }
  operation = g_new0 (Operation, 1);
  operation->task = g_steal_pointer (&task);
  operation->step = step;
  operation->data = data;
  operation->allowed = timeout * G_USEC_PER_SEC;
  g_queue_push_tail (&self->operations, operation);
  if (self->operations.length == 1)
    start_deadline (self);
}

gboolean
gw_ssh_link_run_finish (GwSshLink     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  /* Before its first poll libssh has nothing that an event could take over. */
  if (self->session != NULL && self->event == NULL && ssh_is_connected (self->session))
    {
      self->event = ssh_event_new ();
      ssh_event_add_session (self->event, self->session);
    }
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
gw_ssh_link_poke (GwSshLink *self)
{
  g_return_if_fail (GW_IS_SSH_LINK (self));

  self->poked = TRUE;
  g_main_context_wakeup (NULL);
}

void
gw_ssh_link_hold (GwSshLink *self)
{
  g_return_if_fail (GW_IS_SSH_LINK (self));

  self->holds++;
}

void
gw_ssh_link_release (GwSshLink *self)
{
  g_return_if_fail (GW_IS_SSH_LINK (self) && self->holds > 0);

  self->holds--;
  if (self->holds == 0)
    self->end_held = FALSE;
}

void
gw_ssh_link_pin_host_key (GwSshLink *self)
{
  g_return_if_fail (GW_IS_SSH_LINK (self) && self->host_key == NULL);

  if (self->session != NULL && ssh_get_server_publickey (self->session, &self->host_key) != SSH_OK)
    self->betrayed = TRUE;
}

gboolean
gw_ssh_link_is_alive (GwSshLink *self)
{
  g_return_val_if_fail (GW_IS_SSH_LINK (self), FALSE);

  return self->session != NULL && !self->betrayed &&
         (ssh_get_status (self->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

gboolean
gw_ssh_link_has_heard (GwSshLink *self)
{
  g_return_val_if_fail (GW_IS_SSH_LINK (self), FALSE);

  return self->counter.in_bytes > 0;
}

/* What the server said when it ended the connection, or NULL. ssh_get_disconnect_message() never
 * finds the session in the state that it wants, and overwrites the error. */
static const char *
find_last_words (GwSshLink *self)
{
  static const char prefix[] = "Received SSH_MSG_DISCONNECT: ";
  const char *text = ssh_get_error (self->session);

  if (!g_str_has_prefix (text, prefix))
    return NULL;
  text = strchr (text + strlen (prefix), ':');
  return text != NULL ? text + 1 : NULL;
}

char *
gw_ssh_link_get_words (GwSshLink *self)
{
  const char *said;

  g_return_val_if_fail (GW_IS_SSH_LINK (self), NULL);

  if (self->session == NULL)
    return g_strdup ("");
  said = find_last_words (self);
  return gw_text_clean_line (said != NULL ? said : ssh_get_error (self->session), MAX_WORDS);
}

GError *
gw_ssh_link_get_loss (GwSshLink *self)
{
  g_autofree char *words = gw_ssh_link_get_words (self);

  if (self->session == NULL)
    return g_error_new_literal (GW_ERROR, GW_ERROR_CANCELLED, _("Disconnected."));
  if (self->betrayed)
    return g_error_new_literal (GW_ERROR, GW_ERROR_KEY_EXCHANGE,
                                _("The server showed another host key in the middle of the "
                                  "connection, which was therefore ended."));
  if (find_last_words (self) != NULL)
    return g_error_new (GW_ERROR, GW_ERROR_CONNECTION_LOST,
                        _("The server ended the connection: “%s”"), words);
  /* libssh's words for a plain end of file */
  if (strcmp (words, "Socket error: disconnected") == 0 || *words == '\0')
    return g_error_new_literal (GW_ERROR, GW_ERROR_CONNECTION_LOST,
                                _("The server closed the connection."));
  return g_error_new (GW_ERROR, GW_ERROR_CONNECTION_LOST, _("The connection broke: %s"), words);
}

void
gw_ssh_link_close (GwSshLink *self)
{
  Operation *operation;
  int fd;

  g_return_if_fail (GW_IS_SSH_LINK (self));

  if (self->session == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  self->fd_tag = NULL;
  g_clear_pointer (&self->event, ssh_event_free);
  /* After ssh_disconnect() a descriptor that was handed in is ours again. */
  fd = ssh_get_fd (self->session);
  ssh_disconnect (self->session);
  if (fd >= 0)
    close (fd);
  /* The agent's descriptor, if there is one, belongs to who is logging in. */
  ssh_set_agent_socket (self->session, SSH_INVALID_SOCKET);
  g_clear_pointer (&self->session, ssh_free);
  g_clear_pointer (&self->host_key, ssh_key_free);
  while ((operation = g_queue_pop_head (&self->operations)) != NULL)
    {
      g_task_return_error (operation->task, gw_ssh_link_get_loss (self));
      operation_free (operation);
    }
}
