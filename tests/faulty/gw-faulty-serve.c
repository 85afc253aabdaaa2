/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Faulty"

#include "gw-faulty.h"

#include <libssh/callbacks.h>
#include <libssh/server.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  const FaultyPlan *plan;
  ssh_session session;
  ssh_event event;
  ssh_channel channel;
  guint round;        /* of keyboard-interactive questions */
  gboolean greeted;   /* the banner was sent: with the first login request */
  gboolean running;   /* the shell was started */
  gboolean stopped;   /* ^C was typed */
  GString *line;      /* what was typed since the last Return */
} Faulty;

static struct ssh_channel_callbacks_struct channel_callbacks;

static void
send_banner (Faulty *self, const char *text)
{
  ssh_string banner = ssh_string_from_char (text);

  ssh_send_issue_banner (self->session, banner);
  ssh_string_free (banner);
}

static void
send_banners (Faulty *self)
{
  g_autofree char *long_text = NULL;

  if (self->greeted)
    return;
  self->greeted = TRUE;
  switch ((int) self->plan->mode)
    {
    case FAULTY_HUGE_BANNER:
      long_text = g_strnfill (200 * 1000, 'B');
      for (guint i = 0; i < 5; i++)
        send_banner (self, long_text);
      break;
    case FAULTY_GIANT_BANNER:
      long_text = g_strnfill (1000 * 1000, 'B');
      send_banner (self, long_text);
      break;
    case FAULTY_CONTROL_BANNER:
      send_banner (self, "Welcome\033]0;owned\007\033[2J \xe2\x80\xaegnp.exe\xe2\x80\xac\xff!\r\n"
                         "<b>second</b> line\n");
      break;
    default:
      break;
    }
}

static int
judge (gboolean right)
{
  faulty_report ("answer %s", right ? "right" : "wrong");
  return right ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

static int
on_none (ssh_session session, const char *user, void *data)
{
  send_banners (data);
  faulty_report ("auth none %s", user);
  return SSH_AUTH_DENIED;
}

static int
on_password (ssh_session session, const char *user, const char *password, void *data)
{
  Faulty *self = data;

  send_banners (self);
  faulty_report ("auth password %s", user);
  if (self->plan->mode == FAULTY_DISCONNECT)
    {
      ssh_session_set_disconnect_message (session, "Go away: \033[31mtoo many friends");
      ssh_disconnect (session);
      _exit (EXIT_SUCCESS);
    }
  if (self->plan->mode == FAULTY_KBD_ONLY || self->plan->mode == FAULTY_KBD_SHOWN
      || self->plan->mode == FAULTY_PROMPTS || self->plan->mode == FAULTY_MANY_PROMPTS)
    return SSH_AUTH_DENIED;
  return judge (g_str_equal (user, "alice") && g_str_equal (password, "secret"));
}

static void
ask (Faulty *self, ssh_message message)
{
  static const char *three[] = { "Badge number: ", "PIN: ", "Colour\033[2J: " };
  const char *one[] = { self->round == 0 ? "Password: " : "Once more: " };
  char echo[200] = { 1, 0, 1 };
  const char *many[G_N_ELEMENTS (echo)];

  switch ((int) self->plan->mode)
    {
    case FAULTY_PROMPTS:
      if (self->round == 0)
        ssh_message_auth_interactive_request (message, "The gate", "Three things, please.", 3,
                                              three, echo);
      else
        {
          echo[0] = 0;
          ssh_message_auth_interactive_request (message, "", "", 1, one, echo);
        }
      break;
    case FAULTY_MANY_PROMPTS:
      for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
        many[i] = "And? ";
      ssh_message_auth_interactive_request (message, "", "", G_N_ELEMENTS (many), many, echo);
      break;
    default:
      echo[0] = self->plan->mode == FAULTY_KBD_SHOWN;
      ssh_message_auth_interactive_request (message, "", "", 1, one, echo);
      break;
    }
}

static gboolean
answers_are (Faulty *self, const char *const *expected)
{
  int count = ssh_userauth_kbdint_getnanswers (self->session);

  if (count != (int) g_strv_length ((char **) expected))
    return FALSE;
  for (int i = 0; i < count; i++)
    if (g_strcmp0 (ssh_userauth_kbdint_getanswer (self->session, i), expected[i]) != 0)
      return FALSE;
  return TRUE;
}

/* The server callbacks of libssh 0.10 know no keyboard-interactive: it comes as a message. */
static int
on_message (ssh_session session, ssh_message message, void *data)
{
  static const char *const three[] = { "4711", "0000", "blau grün", NULL };
  static const char *const one[] = { "secret", NULL };
  Faulty *self = data;
  gboolean right;

  if (ssh_message_type (message) != SSH_REQUEST_AUTH
      || ssh_message_subtype (message) != SSH_AUTH_METHOD_INTERACTIVE)
    return 1;

  if (!ssh_message_auth_kbdint_is_response (message))
    {
      send_banners (self);
      faulty_report ("auth keyboard-interactive %s", ssh_message_auth_user (message));
      self->round = 0;
      ask (self, message);
      return 0;
    }

  right = answers_are (self, self->plan->mode == FAULTY_PROMPTS && self->round == 0 ? three : one);
  faulty_report ("answer %s", right ? "right" : "wrong");
  if (!right)
    return 1;
  if (self->plan->mode == FAULTY_PROMPTS && self->round++ == 0)
    ask (self, message);
  else
    ssh_message_auth_reply_success (message, 0);
  return 0;
}

static int
on_data (ssh_session session, ssh_channel channel, void *bytes, uint32_t length, int is_stderr,
         void *data)
{
  Faulty *self = data;

  g_string_append_len (self->line, bytes, length);
  if (memchr (bytes, '\003', length) != NULL)
    self->stopped = TRUE;
  else if (self->plan->mode == FAULTY_OK)
    ssh_channel_write (channel, bytes, length);
  if (self->plan->mode == FAULTY_OK && g_str_has_suffix (self->line->str, "\n"))
    {
      if (g_str_has_prefix (self->line->str, "exit "))
        {
          ssh_channel_request_send_exit_status (channel, atoi (self->line->str + 5));
          ssh_channel_close (channel);
        }
      g_string_truncate (self->line, 0);
    }
  return length;
}

static int
on_pty (ssh_session session, ssh_channel channel, const char *term, int columns, int rows,
        int width, int height, void *data)
{
  Faulty *self = data;

  faulty_reach (self->plan, FAULTY_STAGE_CHANNEL);
  faulty_report ("pty %s %dx%d", term, columns, rows);
  return self->plan->mode == FAULTY_REFUSE_PTY ? SSH_ERROR : SSH_OK;
}

static int
on_window_change (ssh_session session, ssh_channel channel, int columns, int rows, int width,
                  int height, void *data)
{
  faulty_report ("window %dx%d", columns, rows);
  return SSH_OK;
}

static int
on_env (ssh_session session, ssh_channel channel, const char *name, const char *value, void *data)
{
  faulty_report ("env %s %s", name, value);
  return SSH_OK;
}

static int
on_shell (ssh_session session, ssh_channel channel, void *data)
{
  Faulty *self = data;

  faulty_reach (self->plan, FAULTY_STAGE_PTY);
  if (self->plan->mode == FAULTY_REFUSE_SHELL)
    return SSH_ERROR;
  if (self->plan->mode == FAULTY_REKEY_OTHER)
    ssh_options_set (session, SSH_OPTIONS_HOSTKEYS, "ecdsa-sha2-nistp256");
  self->running = TRUE;
  return SSH_OK;
}

static ssh_channel
on_channel_open (ssh_session session, void *data)
{
  Faulty *self = data;

  faulty_reach (self->plan, FAULTY_STAGE_AUTH);
  if (self->plan->mode == FAULTY_REFUSE_CHANNEL)
    return NULL;
  self->channel = ssh_channel_new (session);
  channel_callbacks.userdata = self;
  channel_callbacks.channel_data_function = on_data;
  channel_callbacks.channel_pty_request_function = on_pty;
  channel_callbacks.channel_pty_window_change_function = on_window_change;
  channel_callbacks.channel_env_request_function = on_env;
  channel_callbacks.channel_shell_request_function = on_shell;
  ssh_callbacks_init (&channel_callbacks);
  ssh_set_channel_callbacks (self->channel, &channel_callbacks);
  return self->channel;
}

/* Unread input would turn the end of the connection into a reset and lose what was sent. */
static void
wait_for_the_client (int fd)
{
  char bytes[4096];

  shutdown (fd, SHUT_WR);
  while (read (fd, bytes, sizeof bytes) > 0)
    ;
}

/* 100,000 numbered lines. */
static void
write_numbers (Faulty *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 1; i <= 100000; i++)
    g_string_append_printf (text, "%u\n", i);
  for (gsize done = 0; done < text->len; done += 4096)
    if (ssh_channel_write (self->channel, text->str + done, MIN (4096, text->len - done))
        == SSH_ERROR)
      return;
}

static void
run_shell (Faulty *self)
{
  g_autofree char *yes = g_strnfill (16384, 'y');

  for (gsize i = 1; i < 16384; i += 2)
    yes[i] = '\n';
  switch ((int) self->plan->mode)
    {
    case FAULTY_EXIT_SIGNAL:
      ssh_channel_request_send_exit_signal (self->channel, "TERM", 0, "", "");
      ssh_channel_close (self->channel);
      break;
    case FAULTY_EXIT_NOTHING:
      ssh_channel_close (self->channel);
      break;
    case FAULTY_SLOW_READER:
      ssh_channel_write (self->channel, "ready\r\n", 7);
      ssh_blocking_flush (self->session, 1000);
      for (;;)
        pause ();
    case FAULTY_ENDLESS:
      while (!self->stopped && ssh_channel_is_open (self->channel))
        {
          guint32 room = ssh_channel_window_size (self->channel);

          /* Without room a write would block inside libssh, deaf to ^C. */
          if (room > 0)
            ssh_channel_write (self->channel, yes, MIN (room, 16384));
          if (ssh_event_dopoll (self->event, room > 0 ? 0 : 1000) == SSH_ERROR)
            return;
        }
      ssh_channel_write (self->channel, "stopped\r\n", 9);
      ssh_channel_request_send_exit_status (self->channel, 130);
      ssh_channel_close (self->channel);
      break;
    case FAULTY_REKEY:
    case FAULTY_REKEY_OTHER:
      write_numbers (self);
      ssh_channel_request_send_exit_status (self->channel, 7);
      ssh_channel_close (self->channel);
      break;
    case FAULTY_OUTPUT_DROP:
      write_numbers (self);
      ssh_blocking_flush (self->session, 1000);
      wait_for_the_client (ssh_get_fd (self->session));
      faulty_report ("gone");
      _exit (EXIT_SUCCESS);
    default:
      ssh_channel_write (self->channel, "ready\r\n", 7);
      ssh_blocking_flush (self->session, 1000);
      if (self->plan->mode == FAULTY_DROP && self->plan->stage == FAULTY_STAGE_SHELL)
        wait_for_the_client (ssh_get_fd (self->session));
      faulty_reach (self->plan, FAULTY_STAGE_SHELL);
      break;
    }
}

static void
prepare_rekey (Faulty *self, ssh_bind listener)
{
  guint64 bytes = 64 * 1024;
  ssh_key other = NULL;

  if (ssh_pki_generate (SSH_KEYTYPE_ECDSA_P256, 0, &other) != SSH_OK)
    g_error ("no second host key");
  ssh_bind_options_set (listener, SSH_BIND_OPTIONS_IMPORT_KEY, other);
  ssh_options_set (self->session, SSH_OPTIONS_REKEY_DATA, &bytes);
}

static void
speak_ssh (const FaultyPlan *plan, ssh_key host_key, int fd)
{
  Faulty self = { .plan = plan, .line = g_string_new (NULL) };
  struct ssh_server_callbacks_struct callbacks = {
    .userdata = &self, .auth_none_function = on_none, .auth_password_function = on_password,
    .channel_open_request_session_function = on_channel_open
  };
  ssh_bind listener = ssh_bind_new ();
  gboolean started = FALSE;
  int no = 0;
  int methods = SSH_AUTH_METHOD_INTERACTIVE;

  if (plan->mode != FAULTY_KBD_ONLY && plan->mode != FAULTY_KBD_SHOWN
      && plan->mode != FAULTY_PROMPTS && plan->mode != FAULTY_MANY_PROMPTS)
    methods |= SSH_AUTH_METHOD_PASSWORD;
  self.session = ssh_new ();
  self.event = ssh_event_new ();
  ssh_bind_options_set (listener, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
  ssh_bind_options_set (listener, SSH_BIND_OPTIONS_IMPORT_KEY, host_key);
  if (plan->mode == FAULTY_REKEY || plan->mode == FAULTY_REKEY_OTHER)
    prepare_rekey (&self, listener);
  if (ssh_bind_accept_fd (listener, self.session, fd) != SSH_OK)
    g_error ("%s", ssh_get_error (listener));
  ssh_callbacks_init (&callbacks);
  ssh_set_server_callbacks (self.session, &callbacks);
  ssh_set_message_callback (self.session, on_message, &self);
  ssh_set_auth_methods (self.session, methods);
  if (ssh_handle_key_exchange (self.session) != SSH_OK)
    {
      faulty_report ("gone");
      _exit (EXIT_SUCCESS);
    }
  faulty_reach (plan, FAULTY_STAGE_KEX);
  ssh_event_add_session (self.event, self.session);
  while (ssh_event_dopoll (self.event, -1) != SSH_ERROR && ssh_is_connected (self.session))
    if (self.running && !started)
      {
        started = TRUE;
        run_shell (&self);
      }
  /* A process of one connection: its end frees everything. */
  faulty_report ("gone");
  _exit (EXIT_SUCCESS);
}

static void
send_all (int fd, const char *text)
{
  gsize length = strlen (text);

  while (length > 0)
    {
      gssize written = write (fd, text, length);

      if (written < 0)
        _exit (EXIT_SUCCESS);
      text += written;
      length -= written;
    }
}

void
faulty_serve (const FaultyPlan *plan, ssh_key host_key, int fd)
{
  g_autofree char *garbage = NULL;

  faulty_report ("connection");
  faulty_reach (plan, FAULTY_STAGE_TCP);
  switch ((int) plan->mode)
    {
    case FAULTY_HTTP:
      send_all (fd, "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nNo.\r\n");
      wait_for_the_client (fd);
      return;
    case FAULTY_GARBAGE:
      garbage = g_strnfill (1 << 20, 'g');
      send_all (fd, garbage);
      wait_for_the_client (fd);
      return;
    default:
      break;
    }
  if (plan->stage == FAULTY_STAGE_BANNER)
    {
      send_all (fd, "SSH-2.0-faulty\r\n");
      faulty_reach (plan, FAULTY_STAGE_BANNER);
    }
  speak_ssh (plan, host_key, fd);
}
