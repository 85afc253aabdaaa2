/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parser of the ssh config, against OpenSSH's own and against what is too much. */

#include "gw-ssh-config-source.h"
#include "gw-ssh-config.h"
#include "gw-test.h"

/* Copies the fixtures with the folder's name filled in; returns the path of the main one. */
static char *
install_fixtures (const char *home)
{
  static const char *const names[] = { "config-included-1", "config-nested", "config-main" };
  g_autofree char *folder = g_build_filename (home, ".ssh", NULL);
  char *path = NULL;

  g_mkdir (folder, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *source = g_test_build_filename (G_TEST_DIST, "inventory", names[i], NULL);
      g_autofree char *text = NULL;
      g_autoptr (GString) filled = NULL;

      g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
      filled = g_string_new (text);
      g_string_replace (filled, "@DIR@", folder, 0);
      g_free (path);
      path = g_build_filename (folder, names[i], NULL);
      g_assert_true (g_file_set_contents (path, filled->str, -1, NULL));
    }
  return path;
}

static GwInstance *
find (GwSshConfigSource *source,
      const char        *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (source)); i++)
    {
      g_autoptr (GwInstance) instance = g_list_model_get_item (G_LIST_MODEL (source), i);

      if (g_str_equal (gw_instance_get_text (instance, GW_INSTANCE_NAME), name))
        return instance; /* the source keeps it alive */
    }
  return NULL;
}

static void
test_hosts (gconstpointer home)
{
  g_autofree char *path = install_fixtures (home);
  g_autoptr (GwSshConfig) config = gw_ssh_config_load (path, home);
  g_autofree char *hosts = g_strjoinv (" ", (GStrv) gw_ssh_config_get_hosts (config));

  g_assert_cmpstr (hosts, ==,
                   "plain equals quoted percent bare one two after-match included outer jump "
                   "nojump -oProxyCommand=reboot a;reboot bad-host-name bad-port first wild-1");
  g_assert_null (gw_ssh_config_get_notice (config));
}

static void
test_values (gconstpointer home)
{
  g_autofree char *path = install_fixtures (home);
  g_autoptr (GwSshConfigSource) source = gw_ssh_config_source_new (path);
  g_autofree char *key = g_build_filename (home, ".ssh", "id with space", NULL);
  g_autofree char *everybody = g_build_filename (home, ".ssh", "id_everybody", NULL);
  GwInstance *instance;
  guint n_hosts;

  gw_source_load (GW_SOURCE (source));
  g_assert_false (gw_source_is_editable (GW_SOURCE (source)));
  g_object_get (source, "n-hosts", &n_hosts, NULL);
  g_assert_cmpuint (n_hosts, ==, 15);
  g_assert_null (find (source, "-oProxyCommand=reboot"));
  g_assert_null (find (source, "a;reboot"));
  g_assert_null (find (source, "bad-host-name"));

  instance = find (source, "quoted");
  g_assert_cmpstr (gw_instance_get_id (instance), ==, "ssh-config:quoted");
  g_assert_cmpstr (gw_instance_get_main_address (instance), ==, "quoted.example");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE), ==, key);
  instance = find (source, "jump");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_PROXY_JUMP), ==,
                   "bastion.example:2222,other");
  g_assert_cmpstr (gw_instance_get_text (instance, GW_INSTANCE_IDENTITY_FILE), ==, everybody);
  g_assert_null (gw_instance_get_text (find (source, "nojump"), GW_INSTANCE_PROXY_JUMP));
  g_assert_cmpstr (gw_instance_get_text (find (source, "outer"), GW_INSTANCE_IDENTITY_FILE), ==,
                   "/nested/key");
}

static void
test_resolve (gconstpointer home)
{
  g_autofree char *path = install_fixtures (home);
  g_autofree char *missing = g_build_filename (home, "missing", NULL);
  g_autoptr (GwSshConfigSource) source = gw_ssh_config_source_new (path);
  g_autoptr (GwSshConfigSource) empty = gw_ssh_config_source_new (missing);
  g_autoptr (GwInstance) wild = gw_ssh_config_source_resolve (source, "wild-9");

  g_assert_cmpstr (gw_instance_get_text (wild, GW_INSTANCE_USER), ==, "included-user");
  g_assert_cmpuint (gw_instance_get_port (wild), ==, 2200);
  g_assert_null (gw_ssh_config_source_resolve (source, "a b"));
  g_assert_null (gw_ssh_config_source_resolve (empty, "wild-9"));
  g_assert_null (gw_source_get_notice (GW_SOURCE (empty)));
}

/* The value that `ssh -G` prints for @keyword. */
static char *
get_printed (const char *output,
             const char *keyword)
{
  g_autofree char *pattern = g_strdup_printf ("^%s (.*)$", keyword);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (regex, output, 0, &match);
  return g_match_info_fetch (match, 1);
}

/* @path: a config that OpenSSH accepts as a whole. */
static void
compare_with_openssh (const char        *path,
                      const char *const *hosts)
{
  g_autoptr (GwSshConfigSource) source = gw_ssh_config_source_new (path);

  for (guint i = 0; hosts[i] != NULL; i++)
    {
      g_autoptr (GwInstance) ours = gw_ssh_config_source_resolve (source, hosts[i]);
      const char *const argv[] = { "ssh", "-G", "-F", path, hosts[i], NULL };
      g_autofree char *output = NULL;
      g_autofree char *messages = NULL;
      g_autofree char *host = NULL;
      g_autofree char *user = NULL;
      g_autofree char *port = NULL;
      g_autofree char *our_port = NULL;
      g_autoptr (GError) error = NULL;
      int status;

      g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                                   &output, &messages, &status, &error));
      g_assert_true (g_spawn_check_wait_status (status, &error));
      host = get_printed (output, "hostname");
      user = get_printed (output, "user");
      port = get_printed (output, "port");
      g_test_message ("%s: %s %s %s", hosts[i], host, user, port);
      g_assert_nonnull (ours);
      our_port = g_strdup_printf ("%u", gw_instance_get_port (ours));
      g_assert_cmpstr (gw_instance_get_text (ours, GW_INSTANCE_HOST_NAME), ==, host);
      g_assert_cmpstr (gw_instance_get_text (ours, GW_INSTANCE_USER), ==, user);
      g_assert_cmpstr (our_port, ==, port);
    }
}

static void
test_openssh (gconstpointer home)
{
  static const char *const hosts[] = { "plain", "equals", "quoted", "percent", "bare", "one", "two",
                                       "three", "x.skipped", "negated", "after-match", "included",
                                       "outer", "unreachable", "jump", "first", "wild-1", "wild-2",
                                       "wxld-2", "something.else", NULL };
  g_autofree char *path = install_fixtures (home);
  g_autofree char *ssh = g_find_program_in_path ("ssh");
  g_autofree char *text = NULL;
  g_autoptr (GString) legal = NULL;

  if (ssh == NULL)
    {
      g_test_skip ("no ssh program");
      return;
    }
  /* Without what OpenSSH refuses the whole file for, and without the Match blocks, which it
   * follows and we document that we do not. */
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  legal = g_string_new (text);
  g_string_replace (legal, "  Port 65536\n", "", 0);
  g_string_replace (legal, "Match host plain", "Match host no-such-host", 0);
  g_string_replace (legal, "Match user alice", "Match user no-such-user", 0);
  g_assert_true (g_file_set_contents (path, legal->str, -1, NULL));
  compare_with_openssh (path, hosts);
}

static void
test_split (void)
{
  static const struct {
    const char *line;
    const char *words; /* with | between; NULL for an error */
  } cases[] = {
    { "a b\tc", "a|b|c" },      { "\"a b\" c", "a b|c" }, { "a\\ b", "a b" },
    { "a#b #c", "a#b" },        { "# x", "" },            { "'a \"b\"'", "a \"b\"" },
    { "\"a\\\"b\"", "a\"b" },   { "a\\nb", "a\\nb" },     { "\"open", NULL },
    { "pre\"fix ed\"", "prefix ed" }, { "\"\"", "" },     { "a\r", "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = gw_ssh_config_split (cases[i].line);
      g_autofree char *joined = words != NULL ? g_strjoinv ("|", words) : NULL;

      g_assert_cmpstr (joined, ==, cases[i].words);
    }
}

static void
test_expand (void)
{
  static const char *const pairs[] = { "h", "host", NULL };
  g_autofree char *all = gw_ssh_config_expand ("a%h%%b", pairs);

  g_assert_cmpstr (all, ==, "ahost%b");
  g_assert_null (gw_ssh_config_expand ("%x", pairs));
  g_assert_null (gw_ssh_config_expand ("a%", pairs));
}

/* Loads @text as a config; the notice says what was too much, and it is over within seconds. */
static void
check_bound (const char *home,
             const char *text,
             gssize      length,
             guint       n_hosts)
{
  g_autofree char *path = g_build_filename (home, "bound", NULL);
  g_autoptr (GwSshConfigSource) source = gw_ssh_config_source_new (path);
  gint64 start = g_get_monotonic_time ();

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  gw_source_load (GW_SOURCE (source));
  g_test_message ("%s (%.3f s)", gw_source_get_notice (GW_SOURCE (source)),
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  g_assert_nonnull (gw_source_get_notice (GW_SOURCE (source)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (source)), ==, n_hosts);
#ifndef __SANITIZE_ADDRESS__ /* which takes many times as long */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
#endif
}

static void
test_bounds (gconstpointer home)
{
#ifdef __SANITIZE_ADDRESS__
  guint n_wild = 1500;
#else
  guint n_wild = 20000;
#endif
  gsize big = 4 * 1024 * 1024;
  g_autofree char *spaces = g_strnfill (big, '\n');
  g_autofree char *path = g_build_filename (home, "bound", NULL);
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) wild = g_string_new (NULL);
  g_autoptr (GString) one_line = g_string_new ("Host");
  g_autofree char *loop = g_strdup_printf ("Host a\nInclude %s\nHost b\nInclude %s*\n", path, path);
  g_autofree char *folder = g_strdup_printf ("Host a\nInclude %s\n", (const char *) home);

  check_bound (home, spaces, (gssize) big, 0);
  check_bound (home, "Host a\n\0Host b\n", 15, 0);
  check_bound (home, "Host a\xff\n", -1, 0);
  check_bound (home, loop, -1, 2);
  check_bound (home, folder, -1, 1);
  for (guint i = 0; i < n_wild; i++)
    g_string_append_printf (wild, "Host *%u*\nUser u%u\nHost h%u\nPort 1\n", i, i, i);
  for (guint i = 0; i < 20000; i++)
    {
      g_string_append_printf (many, "Host h%u\nUser u%u\n", i, i);
      g_string_append_printf (one_line, " h%u", i);
    }
  g_string_append (one_line, "\nUser u\n");
  check_bound (home, many->str, -1, 10000);
  check_bound (home, wild->str, -1, MIN (n_wild, 10000));
  check_bound (home, one_line->str, -1, 10000);
}

static void
test_depth (gconstpointer home)
{
  g_autoptr (GString) first = g_string_new ("Host base\n");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("depth-%u", i);
      g_autofree char *path = g_build_filename (home, name, NULL);
      g_autofree char *text = g_strdup_printf ("Host level-%u\nMatch all\nInclude %s/depth-%u\n", i,
                                               (const char *) home, i + 1);

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
    }
  g_string_append_printf (first, "Match all\nInclude %s/depth-0\n", (const char *) home);
  check_bound (home, first->str, -1, 17); /* base and 16 levels */
}

int
main (int   argc,
      char *argv[])
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/ssh-config/hosts", home, test_hosts);
  g_test_add_data_func ("/ssh-config/values", home, test_values);
  g_test_add_data_func ("/ssh-config/resolve", home, test_resolve);
  g_test_add_data_func ("/ssh-config/openssh", home, test_openssh);
  g_test_add_func ("/ssh-config/split", test_split);
  g_test_add_func ("/ssh-config/expand", test_expand);
  g_test_add_data_func ("/ssh-config/bounds", home, test_bounds);
  g_test_add_data_func ("/ssh-config/depth", home, test_depth);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
