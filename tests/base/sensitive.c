/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-error.h>
#include <gw-sensitive.h>

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gw-memory.h"
#include "gw-test.h"

static gboolean
is_open (int fd)
{
  return fcntl (fd, F_GETFD) != -1;
}

static GwSensitive *
through_pipe (GwSensitive *secret)
{
  g_autoptr (GError) error = NULL;
  int fd = gw_sensitive_to_fd (secret, &error);
  GwSensitive *back;

  g_assert_no_error (error);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  back = gw_sensitive_new_from_fd (fd, &error);
  g_assert_no_error (error);
  g_assert_false (is_open (fd));
  return back;
}

static void
test_bytes (void)
{
  g_autoptr (GwSensitive) text = gw_sensitive_new ("hunter2", -1, NULL);
  g_autoptr (GwSensitive) bytes = gw_sensitive_new ("a\0b", 3, NULL);
  g_autoptr (GwSensitive) empty = gw_sensitive_new (NULL, 0, NULL);
  g_autoptr (GwSensitive) other = gw_sensitive_ref (text);

  g_assert_cmpstr (gw_sensitive_get_text (other), ==, "hunter2");
  g_assert_cmpmem (gw_sensitive_get_text (bytes), gw_sensitive_get_length (bytes), "a\0b", 3);
  g_assert_cmpuint (gw_sensitive_get_length (empty), ==, 0);
  g_assert_cmpstr (gw_sensitive_get_text (empty), ==, "");
}

static void
test_pipe (void)
{
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("p\0ss wörd\n", 11, NULL);
  g_autoptr (GwSensitive) back = through_pipe (secret);
  g_autoptr (GwSensitive) nothing = through_pipe (NULL);

  g_assert_cmpmem (gw_sensitive_get_text (back), gw_sensitive_get_length (back),
                   gw_sensitive_get_text (secret), gw_sensitive_get_length (secret));
  g_assert_cmpuint (gw_sensitive_get_length (nothing), ==, 0);
}

static void
test_bound (void)
{
  g_autofree char *bytes = g_strnfill (GW_SENSITIVE_MAX + 1, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) fd_error = NULL;
  g_autoptr (GwSensitive) most = gw_sensitive_new (bytes, GW_SENSITIVE_MAX, NULL);
  g_autoptr (GwSensitive) back = through_pipe (most);
  int fds[2];

  g_assert_cmpuint (gw_sensitive_get_length (back), ==, GW_SENSITIVE_MAX);
  g_assert_null (gw_sensitive_new (bytes, GW_SENSITIVE_MAX + 1, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  g_assert_cmpint (fcntl (fds[1], F_SETPIPE_SZ, 4 * GW_SENSITIVE_MAX), >, 0);
  g_assert_cmpint (write (fds[1], bytes, GW_SENSITIVE_MAX + 1), ==, GW_SENSITIVE_MAX + 1);
  close (fds[1]);
  g_assert_null (gw_sensitive_new_from_fd (fds[0], &fd_error));
  g_assert_error (fd_error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_assert_false (is_open (fds[0]));
}

static void
test_joined (void)
{
  g_autofree char *bytes = g_strnfill (GW_SENSITIVE_MAX, 'x');
  GOutputVector pieces[] = { { "p\0ss", 4 }, { NULL, 0 }, { " wörd", 6 } };
  GOutputVector most[] = { { bytes, GW_SENSITIVE_MAX }, { "", 0 } };
  GOutputVector more[] = { { bytes, GW_SENSITIVE_MAX }, { "y", 1 } };
  GOutputVector around[] = { { "y", 1 }, { bytes, G_MAXSIZE } };
  g_autoptr (GwSensitive) joined = gw_sensitive_new_joined (pieces, 3, NULL);
  g_autoptr (GwSensitive) nothing = gw_sensitive_new_joined (NULL, 0, NULL);
  g_autoptr (GwSensitive) full = gw_sensitive_new_joined (most, 2, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpmem (gw_sensitive_get_text (joined), gw_sensitive_get_length (joined),
                   "p\0ss wörd", 10);
  g_assert_cmpint (gw_sensitive_get_text (joined)[10], ==, '\0');
  g_assert_cmpuint (gw_sensitive_get_length (nothing), ==, 0);
  g_assert_cmpuint (gw_sensitive_get_length (full), ==, GW_SENSITIVE_MAX);

  g_assert_null (gw_sensitive_new_joined (more, 2, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (gw_sensitive_new_joined (around, 2, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_TOO_LARGE);
}

/* A peer that keeps its end open must not stop a main loop. */
static void
test_unfinished (void)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  g_assert_cmpint (write (fds[1], "abc", 3), ==, 3);
  g_assert_null (gw_sensitive_new_from_fd (fds[0], &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_PROTOCOL);
  g_assert_false (is_open (fds[0]));
  close (fds[1]);
}

static void
check_file_refused (const char *path,
                    GQuark      domain,
                    int         code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gw_sensitive_new_from_file (path, &error));
  g_assert_error (error, domain, code);
}

static void
test_file (void)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), "key", NULL);
  g_autofree char *fifo = g_build_filename (g_get_home_dir (), "fifo", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GwSensitive) secret = NULL;

  check_file_refused (path, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  check_file_refused (g_get_home_dir (), GW_ERROR, GW_ERROR_INVALID_FILE);
  check_file_refused ("/dev/zero", GW_ERROR, GW_ERROR_INVALID_FILE);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  check_file_refused (fifo, GW_ERROR, GW_ERROR_INVALID_FILE);

  g_assert_true (g_file_set_contents (path, "secret\n", -1, NULL));
  secret = gw_sensitive_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gw_sensitive_get_text (secret), ==, "secret\n");

  g_assert_cmpint (truncate (path, GW_SENSITIVE_MAX + 1), ==, 0);
  check_file_refused (path, GW_ERROR, GW_ERROR_TOO_LARGE);
  g_assert_cmpint (truncate (path, 50 * 1000 * 1000), ==, 0);
  check_file_refused (path, GW_ERROR, GW_ERROR_TOO_LARGE);
}

static void
test_wiped (void)
{
  char needle[32];
  guint before, during, after;
  GwSensitive *secret;
  GwSensitive *back;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("AddressSanitizer’s own memory cannot be read like this");
  return;
#endif
  gw_memory_needle (needle, sizeof needle);
  before = gw_memory_count (needle, sizeof needle);
  secret = gw_sensitive_new (needle, sizeof needle, NULL);
  back = through_pipe (secret);
  during = gw_memory_count (needle, sizeof needle);
  gw_sensitive_unref (secret);
  gw_sensitive_unref (back);
  after = gw_memory_count (needle, sizeof needle);

  /* The search sees the secrets, and afterwards nothing but our own needle. */
  g_assert_cmpuint (during, ==, before + 2);
  g_assert_cmpuint (after, ==, before);
}

/* What the kernel says about the mapping. */
static void
test_flags (void)
{
  g_autoptr (GwSensitive) secret = gw_sensitive_new ("secret", -1, NULL);
  g_autofree char *smaps = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean ours = FALSE;
  gboolean seen = FALSE;
  guint64 address = (guint64) (guintptr) gw_sensitive_get_text (secret);

  g_assert_true (g_file_get_contents ("/proc/self/smaps", &smaps, NULL, NULL));
  lines = g_strsplit (smaps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint64 from, to;

      if (sscanf (lines[i], "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x ", &from, &to) == 2)
        ours = address >= from && address < to;
      else if (ours && g_str_has_prefix (lines[i], "VmFlags:"))
        {
          seen = TRUE;
          g_assert_nonnull (strstr (lines[i], " dd"));
          g_assert_nonnull (strstr (lines[i], " wf"));
        }
    }
  if (!seen)
    g_test_skip ("This kernel does not show the flags of mappings");
}

/* Where nothing may be locked a secret still works, and it is said once. */
static void
test_unlocked (void)
{
  const struct rlimit none = { 0, 0 };
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct nothing[_LINUX_CAPABILITY_U32S_3] = { 0 };

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("AddressSanitizer makes nothing of mlock()");
  return;
#endif
  if (g_test_subprocess ())
    {
      /* To root the limit means nothing. */
      g_assert_cmpint (syscall (SYS_capset, &header, nothing), ==, 0);
      g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &none), ==, 0);
      test_bytes ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*Secrets cannot be locked in memory*");
  g_test_trap_assert_stderr_unmatched ("*Secrets cannot*Secrets cannot*");
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/sensitive/bytes", test_bytes);
  g_test_add_func ("/base/sensitive/pipe", test_pipe);
  g_test_add_func ("/base/sensitive/bound", test_bound);
  g_test_add_func ("/base/sensitive/joined", test_joined);
  g_test_add_func ("/base/sensitive/unfinished", test_unfinished);
  g_test_add_func ("/base/sensitive/file", test_file);
  g_test_add_func ("/base/sensitive/wiped", test_wiped);
  g_test_add_func ("/base/sensitive/flags", test_flags);
  g_test_add_func ("/base/sensitive/unlocked", test_unlocked);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
