/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Faulty"

/* gw-faulty [--host-key FILE] MODE: an SSH server on 127.0.0.1 that misbehaves as told. Prints
 * `host-key TYPE FINGERPRINT`, `port N`, `ready`, then what the clients do. Ends when its standard
 * input ends or its parent dies. The login is alice with the password `secret`. */

#include "gw-faulty.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct { const char *name; FaultyMode mode; } modes[] = {
  { "ok", FAULTY_OK },
  { "http", FAULTY_HTTP },
  { "garbage", FAULTY_GARBAGE },
  { "prompts", FAULTY_PROMPTS },
  { "many-prompts", FAULTY_MANY_PROMPTS },
  { "kbd-only", FAULTY_KBD_ONLY },
  { "kbd-shown", FAULTY_KBD_SHOWN },
  { "huge-banner", FAULTY_HUGE_BANNER },
  { "giant-banner", FAULTY_GIANT_BANNER },
  { "control-banner", FAULTY_CONTROL_BANNER },
  { "endless", FAULTY_ENDLESS },
  { "slow-reader", FAULTY_SLOW_READER },
  { "exit-signal", FAULTY_EXIT_SIGNAL },
  { "exit-nothing", FAULTY_EXIT_NOTHING },
  { "output-drop", FAULTY_OUTPUT_DROP },
  { "refuse-channel", FAULTY_REFUSE_CHANNEL },
  { "refuse-pty", FAULTY_REFUSE_PTY },
  { "refuse-shell", FAULTY_REFUSE_SHELL },
  { "rekey", FAULTY_REKEY },
  { "rekey-other-key", FAULTY_REKEY_OTHER },
  { "disconnect-message", FAULTY_DISCONNECT },
};

static const struct { const char *name; FaultyStage stage; } stages[] = {
  { "tcp", FAULTY_STAGE_TCP },
  { "banner", FAULTY_STAGE_BANNER },
  { "kex", FAULTY_STAGE_KEX },
  { "auth", FAULTY_STAGE_AUTH },
  { "channel", FAULTY_STAGE_CHANNEL },
  { "pty", FAULTY_STAGE_PTY },
  { "shell", FAULTY_STAGE_SHELL },
};

void
faulty_report (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = g_strconcat (text, "\n", NULL);
  if (write (STDOUT_FILENO, line, strlen (line)) < 0)
    _exit (EXIT_FAILURE);
}

void
faulty_reach (const FaultyPlan *plan, FaultyStage stage)
{
  if (plan->stage != stage)
    return;
  faulty_report ("reached");
  if (plan->mode == FAULTY_DROP)
    _exit (EXIT_SUCCESS);
  for (;;)
    pause ();
}

static gboolean
parse_mode (const char *name, FaultyPlan *plan)
{
  const char *stage = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_str_equal (name, modes[i].name))
      {
        plan->mode = modes[i].mode;
        return TRUE;
      }

  if (g_str_has_prefix (name, "silent-after-"))
    {
      plan->mode = FAULTY_SILENT;
      stage = name + strlen ("silent-after-");
    }
  else if (g_str_has_prefix (name, "drop-after-"))
    {
      plan->mode = FAULTY_DROP;
      stage = name + strlen ("drop-after-");
    }
  for (gsize i = 0; stage != NULL && i < G_N_ELEMENTS (stages); i++)
    if (g_str_equal (stage, stages[i].name))
      {
        plan->stage = stages[i].stage;
        return TRUE;
      }
  return FALSE;
}

static ssh_key
load_host_key (const FaultyPlan *plan)
{
  ssh_key key = NULL;
  unsigned char *hash = NULL;
  size_t length = 0;
  char *fingerprint;
  int rc;

  if (plan->host_key != NULL)
    rc = ssh_pki_import_privkey_file (plan->host_key, "", NULL, NULL, &key);
  else
    rc = ssh_pki_generate (SSH_KEYTYPE_ED25519, 0, &key);
  if (rc != SSH_OK
      || ssh_get_publickey_hash (key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != SSH_OK)
    g_error ("no host key");
  fingerprint = ssh_get_fingerprint_hash (SSH_PUBLICKEY_HASH_SHA256, hash, length);
  faulty_report ("host-key %s %s", ssh_key_type_to_char (ssh_key_type (key)), fingerprint);
  ssh_string_free_char (fingerprint);
  ssh_clean_pubkey_hash (&hash);
  return key;
}

static int
listen_on_loopback (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0
      || listen (fd, 16) != 0 || getsockname (fd, (struct sockaddr *) &address, &length) != 0)
    g_error ("no port: %s", g_strerror (errno));
  faulty_report ("port %d", ntohs (address.sin_port));
  return fd;
}

static void
serve_in_child (const FaultyPlan *plan, ssh_key host_key, int listener)
{
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  pid_t parent = getpid ();

  if (fd < 0)
    return;
  if (fork () == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (getppid () != parent)
        _exit (EXIT_FAILURE);
      close (listener);
      close (STDIN_FILENO);
      faulty_serve (plan, host_key, fd);
      _exit (EXIT_SUCCESS);
    }
  close (fd);
}

int
main (int argc, char **argv)
{
  FaultyPlan plan = { 0 };
  g_autoptr (GOptionContext) context = g_option_context_new ("MODE");
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "host-key", 0, 0, G_OPTION_ARG_FILENAME, &plan.host_key, "Private key file", "FILE" },
    G_OPTION_ENTRY_NULL
  };
  ssh_key host_key;
  int listener;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2
      || !parse_mode (argv[1], &plan))
    {
      g_printerr ("gw-faulty: %s\n", error != NULL ? error->message : "no such mode");
      return EXIT_FAILURE;
    }

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGCHLD, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  ssh_init ();
  host_key = load_host_key (&plan);
  listener = listen_on_loopback ();
  faulty_report ("ready");

  for (;;)
    {
      struct pollfd polls[] = { { listener, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
      char byte;

      if (poll (polls, G_N_ELEMENTS (polls), -1) < 0 && errno != EINTR)
        break;
      if (polls[1].revents != 0 && read (STDIN_FILENO, &byte, 1) <= 0)
        break;
      if (polls[0].revents != 0)
        serve_in_child (&plan, host_key, listener);
    }
  ssh_key_free (host_key);
  g_free ((char *) plan.host_key);
  ssh_finalize ();
  return EXIT_SUCCESS;
}
