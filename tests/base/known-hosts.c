/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gw-error.h>
#include <gw-known-hosts.h>

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gw-test.h"

#define TYPE "ssh-ed25519"
#define RSA_KEY "AAAAB3NzaC1yc2EAAAADAQABAAAACQDbnqlFJ2dXZw=="

/* An Ed25519 public key made of one byte, as in known_hosts. */
static char *
make_key (guint8 filling)
{
  guint8 blob[51] = "\0\0\0\13ssh-ed25519\0\0\0\40";

  memset (blob + 19, filling, 32);
  return g_base64_encode (blob, sizeof blob);
}

static char *
home_path (const char *name)
{
  return g_build_filename (g_get_home_dir (), name, NULL);
}

static char *
write_file (const char *name,
            const char *text)
{
  char *path = home_path (name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static char *
read_file (const char *path)
{
  char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* The exit status of a shell line that is run in the test's home. */
static int
shell (const char  *line,
       char       **output)
{
  const char *argv[] = { "/bin/sh", "-c", line, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (g_get_home_dir (), (char **) argv, NULL,
                G_SPAWN_STDERR_TO_DEV_NULL | (output == NULL ? G_SPAWN_STDOUT_TO_DEV_NULL : 0),
                NULL, NULL, output, NULL, &status, &error);
  g_assert_no_error (error);
  return status;
}

static GwKnownHosts *
load (const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  GwKnownHosts *self = gw_known_hosts_load (paths, &error);

  g_assert_no_error (error);
  return self;
}

static GwHostKeyVerdict
verdict (GwKnownHosts *self,
         const char   *host,
         guint         port,
         const char   *key)
{
  gsize length;
  g_autofree guint8 *blob = g_base64_decode (key, &length);

  return gw_known_hosts_check (self, host, port, blob, length, NULL);
}

static void
check_text (const char       *text,
            const char       *host,
            guint             port,
            const char       *key,
            GwHostKeyVerdict  expected)
{
  g_autofree char *path = write_file ("check", text);
  g_autoptr (GwKnownHosts) self = load (path);

  g_test_message ("%s:%u in: %s", host, port, text);
  g_assert_cmpint (verdict (self, host, port, key), ==, expected);
}

static void
test_names (void)
{
  static const struct {
    const char *names, *host;
    guint port;
    gboolean matches;
  } cases[] = {
    { "web", "web", 22, TRUE }, { "web", "WEB", 22, TRUE }, { "WEB", "web", 22, TRUE },
    { "web", "web", 0, TRUE }, { "web", "web2", 22, FALSE }, { "web", "we", 22, FALSE },
    { "web", "web", 2222, FALSE }, { "[web]:2222", "web", 2222, TRUE },
    { "[web]:2222", "web", 22, FALSE }, { "db,web,203.0.113.7", "203.0.113.7", 22, TRUE },
    { "*", "web", 22, TRUE }, { "*", "web", 2222, TRUE }, { "*.lan", "web.lan", 22, TRUE },
    { "*.lan", "lan", 22, FALSE }, { "w?b", "web", 22, TRUE }, { "w?b", "wb", 22, FALSE },
    { "*.lan,!web.lan", "web.lan", 22, FALSE }, { "*.lan,!web.lan", "db.lan", 22, TRUE },
    { "!web.lan,*.lan", "web.lan", 22, FALSE }, { "!web", "db", 22, FALSE },
    { "web,!w*", "web", 22, FALSE }, { "2001:db8::1", "2001:DB8::1", 22, TRUE },
    { "[2001:db8::1]:22022", "2001:db8::1", 22022, TRUE }, { "[web]:*", "web", 2222, TRUE },
    { "a*b*c", "axxbyyc", 22, TRUE }, { "a*b*c", "axxbyy", 22, FALSE },
    { "we[b]", "web", 22, FALSE }, { ",,web,", "web", 22, TRUE }, { "web ", "web", 22, TRUE },
  };
  g_autofree char *key = make_key (1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %s %s\n", cases[i].names, TYPE, key);

      check_text (text, cases[i].host, cases[i].port, key,
                  cases[i].matches ? GW_HOST_KEY_KNOWN : GW_HOST_KEY_UNKNOWN);
    }
}

static void
test_slow_pattern (void)
{
  g_autofree char *key = make_key (1);
  g_autofree char *host = g_strnfill (250, 'a');
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 60; i++)
    g_string_append (text, "*a");
  g_string_append_printf (text, "*b %s %s\n", TYPE, key);
  check_text (text->str, host, 22, key, GW_HOST_KEY_UNKNOWN);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
}

static void
test_lines (void)
{
  g_autofree char *one = make_key (1);
  g_autofree char *two = make_key (2);
  static const struct {
    const char *format; /* both keys, the first one first */
    GwHostKeyVerdict expected;
  } cases[] = {
    { "", GW_HOST_KEY_UNKNOWN },
    { "# web ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "web ssh-ed25519 %1$s%2$.0s", GW_HOST_KEY_KNOWN },
    { "  \t web \t ssh-ed25519   %1$s  a comment\n%2$.0s", GW_HOST_KEY_KNOWN },
    { "web ssh-ed25519 %1$s\r\n%2$.0s", GW_HOST_KEY_KNOWN },
    { "web ssh-ed25519 %2$s\nweb ssh-ed25519 %1$s\n", GW_HOST_KEY_KNOWN },
    { "web ssh-ed25519 %2$s\n%1$.0s", GW_HOST_KEY_CHANGED },
    { "web ssh-rsa " RSA_KEY "\n%1$.0s%2$.0s", GW_HOST_KEY_CHANGED },
    { "@revoked web ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_REVOKED },
    { "web ssh-ed25519 %1$s\n@revoked * ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_REVOKED },
    { "@revoked web ssh-ed25519 %1$s\nweb ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_REVOKED },
    { "@revoked web ssh-ed25519 %2$s\n%1$.0s", GW_HOST_KEY_UNKNOWN },
    { "@revoked db ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "@cert-authority web ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "@unheard-of web ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "@revoked @cert-authority web ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "web ssh-rsa %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "web 1024 35 12345\n%1$.0s%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "web ssh-ed25519\nweb\n\n@revoked\n%1$.0s%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "web ssh-ed25519 !!!!\nweb ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_KNOWN },
    { "|1|short|hash ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
    { "|1| ssh-ed25519 %1$s\n| ssh-ed25519 %1$s\n%2$.0s", GW_HOST_KEY_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      text = *cases[i].format != '\0' ? g_strdup_printf (cases[i].format, one, two) : g_strdup ("");
#pragma GCC diagnostic pop
      check_text (text, "web", 22, one, cases[i].expected);
    }
}

static void
test_stored (void)
{
  g_autofree char *one = make_key (1);
  g_autofree char *two = make_key (2);
  g_autofree char *text = g_strdup_printf ("# first\nweb %s %s\nweb ssh-rsa %s\n@cert-authority *"
                                           " %s %s\n", TYPE, two, RSA_KEY, TYPE, one);
  g_autofree char *more = g_strdup_printf ("web %s %s\n", TYPE, two);
  g_autofree char *path = write_file ("user", text);
  g_autofree char *global = write_file ("global", more);
  g_autofree char *missing = home_path ("no-such-file");
  const char *paths[] = { path, missing, global, NULL };
  g_autoptr (GwKnownHosts) self = gw_known_hosts_load (paths, NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_auto (GStrv) types = NULL;
  g_auto (GStrv) none = NULL;
  gsize length;
  g_autofree guint8 *blob = g_base64_decode (one, &length);
  GwKnownHostsEntry *entry;

  g_assert_cmpint (gw_known_hosts_check (self, "web", 22, blob, length, &stored), ==,
                   GW_HOST_KEY_CHANGED);
  g_assert_cmpuint (stored->len, ==, 3);
  entry = g_ptr_array_index (stored, 0);
  g_assert_cmpstr (entry->type, ==, TYPE);
  g_assert_true (g_str_has_prefix (entry->fingerprint, "SHA256:"));
  g_assert_cmpstr (entry->file, ==, path);
  g_assert_cmpuint (entry->line, ==, 2);
  entry = g_ptr_array_index (stored, 2);
  g_assert_cmpstr (entry->file, ==, global);
  g_assert_cmpuint (entry->line, ==, 1);

  types = gw_known_hosts_get_types (self, "web", 22);
  g_assert_cmpuint (g_strv_length (types), ==, 2);
  g_assert_cmpstr (types[0], ==, TYPE);
  g_assert_cmpstr (types[1], ==, "ssh-rsa");
  none = gw_known_hosts_get_types (self, "elsewhere", 22);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_true (gw_known_hosts_has_authority (self, "elsewhere", 2222));
  g_assert_cmpint (verdict (self, "elsewhere", 22, one), ==, GW_HOST_KEY_UNKNOWN);
}

static void
test_unreadable (void)
{
  g_autofree char *huge = write_file ("huge", "");
  const char *directory[] = { g_get_home_dir (), NULL };
  const char *over[] = { huge, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) over_error = NULL;

  g_assert_null (gw_known_hosts_load (directory, &error));
  g_assert_error (error, GW_ERROR, GW_ERROR_INVALID_FILE);
  g_assert_cmpint (truncate (huge, 65 * 1024 * 1024), ==, 0);
  g_assert_null (gw_known_hosts_load (over, &over_error));
  g_assert_error (over_error, GW_ERROR, GW_ERROR_INVALID_FILE);
}

static void
add_ok (const char *path,
        const char *host,
        guint       port,
        const char *key)
{
  g_autoptr (GError) error = NULL;
  gboolean added = gw_known_hosts_add (path, host, port, TYPE, key, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

static void
replace_ok (const char *path,
            const char *host,
            guint       port,
            const char *key)
{
  g_autoptr (GError) error = NULL;
  gboolean replaced = gw_known_hosts_replace (path, host, port, TYPE, key, &error);

  g_assert_no_error (error);
  g_assert_true (replaced);
}

static guint
file_mode (const char *path)
{
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
test_add (void)
{
  g_autofree char *key = make_key (1);
  g_autofree char *dir = home_path ("new/.ssh");
  g_autofree char *path = g_build_filename (dir, "known_hosts", NULL);
  g_autofree char *expected = g_strdup_printf ("web %s %s\n[web]:2222 %s %s\n2001:db8::1 %s %s\n",
                                               TYPE, key, TYPE, key, TYPE, key);
  g_autofree char *text = NULL;

  for (guint i = 0; i < 2; i++)
    {
      add_ok (path, "Web", 22, key);
      add_ok (path, "web", 2222, key);
      add_ok (path, "2001:db8::1", 22, key);
    }
  text = read_file (path);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (file_mode (path), ==, 0600);
  g_assert_cmpuint (file_mode (dir), ==, 0700);
  g_assert_cmpuint (count_files (dir), ==, 1);
}

/* Not a byte of what was there changes, and the mode stays. */
static void
test_add_keeps (void)
{
  const char *old = "# mine\r\n\n\t db ssh-rsa " RSA_KEY " nonsense \xff\n@revoked * x y\nbroken";
  g_autofree char *key = make_key (1);
  g_autofree char *path = write_file ("keeps", old);
  g_autofree char *expected = g_strdup_printf ("%s\nweb %s %s\n", old, TYPE, key);
  g_autofree char *text = NULL;

  g_assert_cmpint (chmod (path, 0644), ==, 0);
  add_ok (path, "web", 22, key);
  text = read_file (path);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (file_mode (path), ==, 0644);
}

static void
test_replace (void)
{
  g_autofree char *one = make_key (1);
  g_autofree char *two = make_key (2);
  g_autofree char *old = g_strdup_printf (
    "# kept\r\nweb %1$s %2$s gone\nweb,db,203.0.113.7 %1$s %2$s shared\n*.lan,web %1$s %2$s\n"
    "w* %1$s %2$s\n@revoked web %1$s %2$s\n[web]:2222 %1$s %2$s\nweb ssh-rsa " RSA_KEY, TYPE, two);
  g_autofree char *expected = g_strdup_printf (
    "# kept\r\ndb,203.0.113.7 %1$s %2$s shared\n*.lan %1$s %2$s\n"
    "w*,!web %1$s %2$s\n@revoked web %1$s %2$s\n[web]:2222 %1$s %2$s\nweb %1$s %3$s\n",
    TYPE, two, one);
  g_autofree char *path = write_file ("replace", old);
  g_autofree char *text = NULL;
  g_autoptr (GwKnownHosts) self = NULL;

  replace_ok (path, "web", 22, one);
  replace_ok (path, "web", 22, one);
  text = read_file (path);
  g_assert_cmpstr (text, ==, expected);
  self = load (path);
  g_assert_cmpint (verdict (self, "web", 22, one), ==, GW_HOST_KEY_KNOWN);
  g_assert_cmpint (verdict (self, "web", 2222, two), ==, GW_HOST_KEY_KNOWN);
  g_assert_cmpint (verdict (self, "wiki", 22, two), ==, GW_HOST_KEY_KNOWN);
  g_assert_cmpint (verdict (self, "db", 22, two), ==, GW_HOST_KEY_KNOWN);
}

static void
test_symlink (void)
{
  g_autofree char *key = make_key (1);
  g_autofree char *link = home_path ("link");
  g_autofree char *dangling = home_path ("dangling");
  g_autofree char *target = write_file ("target", "");
  g_autofree char *fresh = home_path ("fresh");
  g_autofree char *loop = home_path ("loop");
  g_autofree char *text = NULL;

  g_assert_cmpint (symlink ("target", link), ==, 0);
  g_assert_cmpint (symlink (fresh, dangling), ==, 0);
  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  add_ok (link, "web", 22, key);
  add_ok (dangling, "web", 22, key);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (dangling, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpuint (file_mode (fresh), ==, 0600);
  text = read_file (target);
  g_assert_nonnull (strstr (text, key));
  g_assert_false (gw_known_hosts_add (loop, "web", 22, TYPE, key, NULL));
}

/* Root may write everywhere, so it becomes somebody else for the moment. */
static void
test_read_only (void)
{
  g_autofree char *key = make_key (1);
  g_autofree char *dir = home_path ("read-only");
  g_autofree char *path = g_build_filename (dir, "known_hosts", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean reachable, added;

  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "# mine\n", -1, NULL));
  g_assert_cmpint (chmod (path, 0644), ==, 0);
  g_assert_cmpint (chmod (dir, 0555), ==, 0);
  if (geteuid () == 0)
    {
      g_assert_cmpint (chmod (g_get_home_dir (), 0755), ==, 0);
      g_assert_cmpint (seteuid (65534), ==, 0);
    }
  reachable = euidaccess (path, R_OK) == 0;
  added = gw_known_hosts_add (path, "web", 22, TYPE, key, &error);
  g_assert_cmpint (seteuid (getuid ()), ==, 0);
  if (!reachable)
    {
      g_test_skip ("Run by root, with a temporary folder that nobody else may enter");
      return;
    }

  g_assert_false (added);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_ACCES);
  g_assert_nonnull (strstr (error->message, "known_hosts"));
  text = read_file (path);
  g_assert_cmpstr (text, ==, "# mine\n");
  g_assert_cmpuint (count_files (dir), ==, 1);
}

/* What a window is told by an engine must not become lines of its own. */
static void
test_injection (void)
{
  g_autofree char *key = make_key (1);
  g_autofree char *path = write_file ("injection", "");
  g_autofree char *two_lines = g_strdup_printf ("%s\n* %s %s", key, TYPE, key);
  g_autofree char *comment = g_strdup_printf ("%s x", key);
  static const char *const hosts[] = { "*", "web,db", "web db", "!web", "@revoked", "|1|x", "", "#",
                                       "web\n*" };
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    g_assert_false (gw_known_hosts_add (path, hosts[i], 22, TYPE, key, NULL));
  g_assert_false (gw_known_hosts_add (path, "web", 22, TYPE, two_lines, NULL));
  g_assert_false (gw_known_hosts_add (path, "web", 22, TYPE, comment, NULL));
  g_assert_false (gw_known_hosts_add (path, "web", 22, TYPE, "", NULL));
  g_assert_false (gw_known_hosts_add (path, "web", 22, "ssh-rsa", key, NULL));
  g_assert_false (gw_known_hosts_add (path, "web", 22, "ssh-ed25519 x", key, NULL));
  text = read_file (path);
  g_assert_cmpstr (text, ==, "");
}

/* ssh-keygen finds what was written, and what it hashed is found. */
static void
test_ssh_keygen (void)
{
  g_autofree char *one = make_key (1);
  g_autofree char *two = make_key (2);
  g_autofree char *path = write_file ("shared", "");
  g_autofree char *found = NULL;
  g_autofree char *hashed = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GwKnownHosts) self = NULL;
  g_autoptr (GwKnownHosts) after = NULL;

  add_ok (path, "web", 22, one);
  add_ok (path, "nas.local", 2222, one);
  g_assert_cmpint (shell ("ssh-keygen -F web -f shared", &found), ==, 0);
  g_assert_nonnull (strstr (found, one));
  g_assert_cmpint (shell ("ssh-keygen -F '[nas.local]:2222' -f shared", NULL), ==, 0);
  g_assert_cmpint (shell ("ssh-keygen -F nas.local -f shared", NULL), !=, 0);

  g_assert_cmpint (shell ("ssh-keygen -H -f shared && rm shared.old", NULL), ==, 0);
  self = load (path);
  g_assert_cmpint (verdict (self, "WEB", 22, one), ==, GW_HOST_KEY_KNOWN);
  g_assert_cmpint (verdict (self, "nas.local", 2222, two), ==, GW_HOST_KEY_CHANGED);
  g_assert_cmpint (verdict (self, "nas.local", 22, one), ==, GW_HOST_KEY_UNKNOWN);

  /* A file with hashed names gets no readable one. */
  add_ok (path, "db", 22, one);
  add_ok (path, "db", 22, one);
  replace_ok (path, "web", 22, two);
  hashed = read_file (path);
  /* At the start of a line: base64 may hold these letters anywhere. */
  g_assert_false (g_str_has_prefix (hashed, "db"));
  g_assert_null (strstr (hashed, "\ndb"));
  g_assert_cmpint (shell ("ssh-keygen -F db -f shared", NULL), ==, 0);
  g_assert_cmpint (shell ("ssh-keygen -F web -f shared", &again), ==, 0);
  g_assert_nonnull (strstr (again, two));
  g_assert_null (strstr (again, one));

  g_assert_cmpint (shell ("ssh-keygen -R db -f shared", NULL), ==, 0);
  after = load (path);
  g_assert_cmpint (verdict (after, "db", 22, one), ==, GW_HOST_KEY_UNKNOWN);
  g_assert_cmpint (verdict (after, "web", 22, two), ==, GW_HOST_KEY_KNOWN);
}

/* Several windows at once. */
static void
test_concurrent (void)
{
  enum { WRITERS = 4, KEYS = 20 };
  g_autofree char *path = write_file ("busy", "# mine\n");
  g_autofree char *key = make_key (1);
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;
  pid_t children[WRITERS];

  for (guint w = 0; w < WRITERS; w++)
    {
      children[w] = fork ();
      g_assert_cmpint (children[w], >=, 0);
      if (children[w] == 0)
        {
          gboolean ok = TRUE;

          for (guint i = 0; i < KEYS; i++)
            {
              g_autofree char *host = g_strdup_printf ("host-%u-%u", w, i);

              ok = gw_known_hosts_add (path, host, 22, TYPE, key, NULL) &&
                   gw_known_hosts_add (path, "common", 22, TYPE, key, NULL) && ok;
            }
          _exit (ok ? 0 : 1);
        }
    }
  for (guint w = 0; w < WRITERS; w++)
    {
      int status;

      g_assert_cmpint (waitpid (children[w], &status, 0), ==, children[w]);
      g_assert_cmpint (status, ==, 0);
    }
  text = read_file (path);
  lines = g_strsplit (text, "\n", -1);
  /* One comment, one common host, and the empty rest after the last line. */
  g_assert_cmpuint (g_strv_length (lines), ==, WRITERS * KEYS + 3);
}

static void
test_many (void)
{
#ifdef __SANITIZE_ADDRESS__
  enum { LINES = 5000 };
#else
  enum { LINES = 100000 };
#endif
  g_autofree char *key = make_key (1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autoptr (GwKnownHosts) self = NULL;
  g_auto (GStrv) types = NULL;
  gint64 start;

  for (guint i = 0; i < LINES; i++)
    {
      guint8 bytes[40];
      g_autofree char *salt = NULL;
      g_autofree char *digest = NULL;

      for (guint b = 0; b < sizeof bytes; b += 4)
        {
          guint32 word = g_random_int ();

          memcpy (bytes + b, &word, sizeof word);
        }
      salt = g_base64_encode (bytes, 20);
      digest = g_base64_encode (bytes + 20, 20);
      g_string_append_printf (text, "|1|%s|%s %s %s\n", salt, digest, TYPE, key);
    }
  path = write_file ("many", text->str);
  add_ok (path, "web", 22, key);

  start = g_get_monotonic_time ();
  self = load (path);
  types = gw_known_hosts_get_types (self, "web", 22);
  g_assert_cmpint (verdict (self, "web", 22, key), ==, GW_HOST_KEY_KNOWN);
  g_assert_cmpuint (g_strv_length (types), ==, 1);
  g_test_message ("%u hashed lines: %.0f ms", LINES,
                  (double) (g_get_monotonic_time () - start) / 1000.0);
}

static void
test_default_paths (void)
{
  g_autofree char *own = home_path (".ssh/known_hosts");
  g_auto (GStrv) paths = gw_known_hosts_default_paths ();
  g_auto (GStrv) changed = NULL;

  g_assert_cmpstr (paths[0], ==, own);
  g_assert_cmpstr (paths[1], ==, "/etc/ssh/ssh_known_hosts");
  g_setenv ("GANGWAY_GLOBAL_KNOWN_HOSTS", "/elsewhere", TRUE);
  changed = gw_known_hosts_default_paths ();
  g_assert_cmpstr (changed[1], ==, "/elsewhere");
  g_unsetenv ("GANGWAY_GLOBAL_KNOWN_HOSTS");
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_unsetenv ("GANGWAY_GLOBAL_KNOWN_HOSTS");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/known-hosts/names", test_names);
  g_test_add_func ("/base/known-hosts/slow-pattern", test_slow_pattern);
  g_test_add_func ("/base/known-hosts/lines", test_lines);
  g_test_add_func ("/base/known-hosts/stored", test_stored);
  g_test_add_func ("/base/known-hosts/unreadable", test_unreadable);
  g_test_add_func ("/base/known-hosts/add", test_add);
  g_test_add_func ("/base/known-hosts/add-keeps", test_add_keeps);
  g_test_add_func ("/base/known-hosts/replace", test_replace);
  g_test_add_func ("/base/known-hosts/symlink", test_symlink);
  g_test_add_func ("/base/known-hosts/read-only", test_read_only);
  g_test_add_func ("/base/known-hosts/injection", test_injection);
  g_test_add_func ("/base/known-hosts/ssh-keygen", test_ssh_keygen);
  g_test_add_func ("/base/known-hosts/concurrent", test_concurrent);
  g_test_add_func ("/base/known-hosts/many", test_many);
  g_test_add_func ("/base/known-hosts/default-paths", test_default_paths);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
