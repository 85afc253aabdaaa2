/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The small parts around an engine: its address, dead sockets, questions about keys. */

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <utime.h>

#include "fake-session.h"
#include "gw-engine-address.h"
#include "gw-engine-client.h"
#include "gw-engine-sweep.h"
#include "gw-key-inspector.h"

static gboolean
may_dial (const char *format,
          const char *folder)
{
  g_autofree char *address = g_strconcat (format, folder, "/socket", NULL);
  g_autoptr (GError) error = NULL;
  gboolean result = gw_engine_check_address (address, &error);

  if (!result)
    g_assert_error (error, GW_ERROR, GW_ERROR_PROTOCOL);
  return result;
}

static void
test_address (void)
{
  g_autofree char *ours = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "gangway", NULL);
  g_autofree char *beside = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "other", NULL);
  g_autofree char *temporary = g_dir_make_tmp ("gw-address-XXXXXX", NULL);
  g_autofree char *two = g_strconcat (ours, "/a;unix:path=", ours, NULL);

  g_mkdir_with_parents (ours, 0700);
  g_mkdir_with_parents (beside, 0700);
  g_assert_true (may_dial ("unix:path=", ours));
  g_assert_true (may_dial ("unix:path=", temporary));
  g_assert_false (may_dial ("unix:path=", beside));
  g_assert_false (may_dial ("unix:path=", "/etc"));
  g_assert_false (may_dial ("unix:path=", "relative"));
  g_assert_false (may_dial ("unix:abstract=", ours));
  g_assert_false (may_dial ("unix:dir=", ours));
  g_assert_false (may_dial ("unixexec:path=", ours));
  g_assert_false (may_dial ("", ours));
  g_assert_false (may_dial ("unix:path=", two));
  g_assert_false (may_dial ("unix:path=%ff%00", ours));
  /* Where others can put a socket, it may be theirs. */
  g_chmod (temporary, 0755);
  g_assert_false (may_dial ("unix:path=", temporary));
  gw_test_delete_tree (temporary);
}

/* A socket in @folder, listened to for as long as the descriptor is open. */
static int
make_socket (const char *folder,
             const char *name,
             gboolean    old)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct utimbuf hour_ago = { time (NULL) - 3600, time (NULL) - 3600 };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpuint (g_strlcpy (address.sun_path, path, sizeof address.sun_path), <,
                    sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  if (old)
    g_assert_cmpint (utime (path, &hour_ago), ==, 0);
  return fd;
}

static gboolean
exists (const char *folder,
        const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_sweep (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "sweep", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  int alive;

  g_mkdir_with_parents (folder, 0700);
  close (make_socket (folder, "dead", TRUE));
  close (make_socket (folder, "young", FALSE));
  alive = make_socket (folder, "alive", TRUE);
  g_assert_true (g_file_set_contents (file, "", -1, NULL));

  g_assert_cmpuint (gw_engine_sweep (folder), ==, 1);
  g_assert_false (exists (folder, "dead"));
  g_assert_true (exists (folder, "young"));
  g_assert_true (exists (folder, "alive"));
  g_assert_true (exists (folder, "file"));
  close (alive);
  g_assert_cmpuint (gw_engine_sweep ("/nowhere"), ==, 0);
}

/* A folder as an engine makes one where there is no runtime folder. */
static char *
make_private (const char *parent,
              const char *name,
              gboolean    with_socket)
{
  char *folder = g_build_filename (parent, name, NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  if (with_socket)
    close (make_socket (folder, "engine-0123abcd", TRUE));
  return folder;
}

static void
make_old (const char *path)
{
  struct timespec hour_ago[] = { { time (NULL) - 3600, 0 }, { time (NULL) - 3600, 0 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, hour_ago, AT_SYMLINK_NOFOLLOW), ==, 0);
}

static void
test_sweep_private (void)
{
  static const struct {
    const char *name;
    gboolean goes;
  } folders[] = {
    { "gangway-dead00", TRUE },   { "gangway-empty0", TRUE },  { "gangway-young0", FALSE },
    { "gangway-alive0", FALSE },  { "gangway-open00", FALSE }, { "gangway-more00", FALSE },
    { "gangway-longer-name", FALSE }, { "another-dead00", FALSE }, { "gangway-link00", FALSE },
    { "gangway-sock00", FALSE },
  };
  g_autofree char *parent = g_dir_make_tmp ("gw-sweep-XXXXXX", NULL);
  g_autofree char *elsewhere = make_private (parent, "elsewhere", TRUE);
  g_autofree char *more = NULL;
  int alive = -1;

  make_old (elsewhere);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      const char *name = folders[i].name;
      g_autofree char *path = NULL;

      if (strstr (name, "link") != NULL)
        {
          path = g_build_filename (parent, name, NULL);
          g_assert_cmpint (symlink (elsewhere, path), ==, 0);
        }
      else
        path = make_private (parent, name,
                             strstr (name, "empty") == NULL && strstr (name, "alive") == NULL &&
                             strstr (name, "sock") == NULL);
      if (strstr (name, "alive") != NULL)
        alive = make_socket (path, "engine-0123abcd", TRUE);
      else if (strstr (name, "open") != NULL)
        g_assert_cmpint (g_chmod (path, 0750), ==, 0);
      else if (strstr (name, "sock") != NULL)
        close (make_socket (path, "foreign", TRUE));
      else if (strstr (name, "more") != NULL)
        {
          more = g_build_filename (path, "file", NULL);
          g_assert_true (g_file_set_contents (more, "", -1, NULL));
        }
      if (strstr (name, "young") == NULL)
        make_old (path);
    }

  g_assert_cmpuint (gw_engine_sweep_private (parent), ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_test_message ("%s", folders[i].name);
      g_assert_true (exists (parent, folders[i].name) == !folders[i].goes);
    }
  g_assert_true (exists (parent, "gangway-more00/file"));
  g_assert_true (exists (parent, "gangway-open00/engine-0123abcd"));
  g_assert_true (exists (parent, "gangway-young0/engine-0123abcd"));
  g_assert_true (exists (parent, "gangway-sock00/foreign"));
  g_assert_true (exists (elsewhere, "engine-0123abcd"));
  close (alive);
  g_assert_cmpuint (gw_engine_sweep_private ("/nowhere"), ==, 0);
  gw_test_delete_tree (parent);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static void
check_key (const char *script,
           const char *key_text,
           const char *passphrase_text,
           guint       expected_bits,
           int         expected)
{
  g_autoptr (GwSensitive) key = fake_secret (key_text);
  g_autoptr (GwSensitive) passphrase = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *fingerprint = NULL;
  guint bits = 77;

  if (passphrase_text != NULL)
    passphrase = fake_secret (passphrase_text);
  fake_set_script (script);
  gw_key_inspect_async (key, passphrase, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  if (gw_key_inspect_finish (result, &type, &fingerprint, &bits, &error))
    {
      g_assert_cmpint (expected, ==, -1);
      g_assert_cmpstr (type, ==, expected_bits == 0 ? "ssh-ed25519" : "ssh-rsa");
      g_assert_cmpstr (fingerprint, ==, expected_bits == 0 ? "SHA256:abc" : "SHA256:rsa");
      g_assert_cmpuint (bits, ==, expected_bits);
    }
  else
    g_assert_error (error, GW_ERROR, expected);
}

static void
test_inspect (void)
{
  check_key ("ok", "the key", "open sesame", 0, -1);
  check_key ("ok", "rsa key", NULL, 1024, -1);
  check_key ("ok", "the key", "wrong", 0, GW_ERROR_KEY_WRONG_PASSPHRASE);
  check_key ("ok", "the key", NULL, 0, GW_ERROR_KEY_NEEDS_PASSPHRASE);
  check_key ("ok", "nonsense", NULL, 0, GW_ERROR_KEY_NOT_A_KEY);
  check_key ("early", "the key", NULL, 0, GW_ERROR_ENGINE);
}

static void
test_inspect_mute (void)
{
  check_key ("mute", "the key", NULL, 0, GW_ERROR_TIMED_OUT);
}

static void
test_agent (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GError) error = NULL;
  const GwAgentKey *key;

  fake_set_script ("ok");
  gw_agent_list_async (NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  keys = gw_agent_list_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, 2);
  key = g_ptr_array_index (keys, 0);
  g_assert_cmpstr (key->fingerprint, ==, "SHA256:abc");
  g_assert_null (strchr (key->comment, '\x1b'));

  fake_set_script ("no-agent");
  gw_agent_list_async (NULL, on_result, &refused);
  gw_test_wait_until (refused != NULL);
  g_assert_null (gw_agent_list_finish (refused, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_AGENT);
}

static gboolean
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* In the middle of the start, and of a question that is never answered. */
static void
test_cancel (void)
{
  const guint delays[] = { 0, 300 };

  fake_set_script ("mute");
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      gint64 start = g_get_monotonic_time ();

      gw_agent_list_async (cancellable, on_result, &result);
      g_timeout_add (delays[i], cancel, cancellable);
      gw_test_wait_until (result != NULL);
      g_assert_null (gw_agent_list_finish (result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
    }
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-client/address", test_address);
  g_test_add_func ("/engine-client/sweep", test_sweep);
  g_test_add_func ("/engine-client/sweep-private", test_sweep_private);
  g_test_add_func ("/engine-client/inspect", test_inspect);
  g_test_add_func ("/engine-client/inspect-mute", test_inspect_mute);
  g_test_add_func ("/engine-client/agent", test_agent);
  g_test_add_func ("/engine-client/cancel", test_cancel);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
