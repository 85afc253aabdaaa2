/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-test-profiles.h"

/* A small program in the test's folder. */
static char *
write_script (const char *name,
              const char *text)
{
  char *script = g_build_filename (home, name, NULL);
  g_autofree char *full = g_strdup_printf ("#!/bin/sh\n%s\n", text);

  write_text (script, full, -1);
  g_assert_cmpint (g_chmod (script, 0700), ==, 0);
  return script;
}

/* A profile of the emulator's user, for a role: @more is what the JSON has besides. */
static void
write_role (const char *arn,
            const char *more)
{
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "gangway");

  write_profiles ("{\"name\": \"role\", \"mode\": \"RamRoleArn\", \"access_key_id\": \"%s\","
                  " \"access_key_secret\": \"%s\", \"ram_role_arn\": \"%s\"%s}",
                  gw_access_key_get_id (key),
                  gw_sensitive_get_text (gw_access_key_get_secret (key)), arn, more);
}

#define OPERATOR "acs:ram::1000000000000001:role/operator"

/* Whose key @keys gives, by what STS says. */
static char *
ask_user (GwKeySource *keys)
{
  g_autoptr (GwCloudClient) client = gw_cloud_client_new (keys,
                                                          gw_test_cloud_get (cloud, "endpoint"));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GwCallerIdentity) identity = NULL;

  gw_sts_get_caller_async (client, "cn-hangzhou", NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  identity = gw_sts_get_caller_finish (client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (identity->account_id, ==, "1000000000000001");
  return g_strdup (identity->user);
}

static void
test_caller (void)
{
  g_autoptr (GwCloudClient) client = make_client ("reader");
  g_autoptr (GwAccessKey) key = gw_test_cloud_dup_key (cloud, "reader");
  g_autoptr (GwKeySource) keys = gw_key_source_new_fixed (key);
  g_autofree char *user = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GwCallerIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;

  control ("{\"clear\": true}");
  user = ask_user (keys);
  g_assert_cmpstr (user, ==, "reader");

  set_rule ("{\"garbage\": \"html\"}");
  gw_sts_get_caller_async (client, NULL, NULL, on_result, &result);
  gw_test_wait_until (result != NULL);
  identity = gw_sts_get_caller_finish (client, result, &error);
  g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
  g_assert_null (identity);
}

static void
test_role (void)
{
  const char *endpoint = gw_test_cloud_get (cloud, "endpoint");
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "role", endpoint);
  g_autoptr (GwAccessKey) first = NULL;
  g_autoptr (GwAccessKey) second = NULL;
  g_autoptr (GwAccessKey) third = NULL;
  g_autoptr (GwAccessKey) fourth = NULL;
  g_autofree char *user = NULL;
  g_autofree char *named = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  control ("{\"clear\": true}");
  write_role (OPERATOR, "");
  first = get (keys);
  g_assert_nonnull (gw_access_key_get_token (first));
  g_assert_cmpint (gw_access_key_get_expires (first), >, now + 3500);
  second = get (keys);
  g_assert_true (second == first);
  g_assert_cmpuint (count_log (), ==, 1);
  user = ask_user (keys);
  g_assert_cmpstr (user, ==, "operator/gangway");

  gw_key_source_forget (keys, first);
  third = get (keys);
  g_assert_cmpstr (gw_access_key_get_id (third), !=, gw_access_key_get_id (first));

  /* Another profile of the same name is another key; 60 is brought up to the 900 of the API. */
  write_role (OPERATOR, ", \"ram_session_name\": \"night\", \"expired_seconds\": 60");
  fourth = get (keys);
  g_assert_cmpstr (gw_access_key_get_id (fourth), !=, gw_access_key_get_id (third));
  g_assert_cmpint (gw_access_key_get_expires (fourth), <=,
                   g_get_real_time () / G_USEC_PER_SEC + 900);
  named = ask_user (keys);
  g_assert_cmpstr (named, ==, "operator/night");
}

static void
test_role_refused (void)
{
  const char *endpoint = gw_test_cloud_get (cloud, "endpoint");
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "role", endpoint);
  g_autoptr (GwKeySource) astray = gw_cli_key_source_new (path, "role", "http://203.0.113.1");
  g_autoptr (GwAccessKey) guest = NULL;

  control ("{\"clear\": true}");
  write_role ("acs:ram::1000000000000001:role/nobody", "");
  assert_get_fails (keys, GW_CLOUD_ERROR_FAILED, "role");
  write_role ("acs:ram::1000000000000002:role/guest", "");
  assert_get_fails (keys, GW_CLOUD_ERROR_DENIED, "permission");
  write_role ("acs:ram::1000000000000002:role/guest", ", \"external_id\": \"knock knock\"");
  guest = get (keys);
  write_role (OPERATOR, ", \"policy\": \"nonsense\"");
  assert_get_fails (keys, GW_CLOUD_ERROR_FAILED, "refused");
  assert_get_fails (astray, GW_CLOUD_ERROR_ENDPOINT, "");
  write_profiles ("{\"name\": \"role\", \"mode\": \"RamRoleArn\", " KEY "}");
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "ram_role_arn");
  write_profiles ("{\"name\": \"role\", \"mode\": \"RamRoleArn\", \"ram_role_arn\": \"x\"}");
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "“role”");
}

/* Thirty gets at once are one question; some are cancelled, the others do not notice. */
static void
test_shared (void)
{
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "role",
                                                        gw_test_cloud_get (cloud, "endpoint"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[30] = { NULL };

  set_rule ("{\"delay\": 0.2}");
  write_role (OPERATOR, "");
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    gw_key_source_get_async (keys, i % 3 == 0 ? cancellable : NULL, on_result, &results[i]);
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GwAccessKey) key = NULL;

      gw_test_wait_until (results[i] != NULL);
      key = gw_key_source_get_finish (keys, results[i], &error);
      if (i % 3 == 0)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_no_error (error);
      g_assert_cmpint (key == NULL, ==, i % 3 == 0);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (count_log (), ==, 1);
}

/* The last one that is cancelled takes the question with it, and the next get asks anew. */
static void
test_cancelled (void)
{
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "role",
                                                        gw_test_cloud_get (cloud, "endpoint"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (GwAccessKey) key = NULL;
  gint64 start = g_get_monotonic_time ();

  set_rule ("{\"delay\": 15, \"times\": 1}");
  write_role (OPERATOR, "");
  gw_key_source_get_async (keys, cancellable, on_result, &result);
  g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_key_source_get_finish (keys, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_cancellable_cancel (cancelled);
  g_assert_null (get_cancellable (keys, cancelled, &other_error));
  g_assert_error (other_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  set_rule ("{\"delay\": 0}");
  key = get (keys);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

static void
write_uri (const char *uri)
{
  write_profiles ("{\"name\": \"uri\", \"mode\": \"credentialsuri\", \"credentials_uri\": \"%s\"}",
                  uri);
}

static void
test_uri (void)
{
  static const char *const refused[] = {
    "http://203.0.113.1/key", "ftp://127.0.0.1/key", "file:///etc/passwd", "http://a:b@127.0.0.1/",
    "127.0.0.1", "https://", "http://127.0.0.1.example.com/", "nonsense",
  };
  const char *uri = gw_test_cloud_get (cloud, "credentials");
  g_autoptr (GwKeySource) keys = gw_cli_key_source_new (path, "uri", NULL);
  g_autoptr (GwAccessKey) first = NULL;
  g_autoptr (GwAccessKey) second = NULL;
  g_autofree char *user = NULL;
  g_autofree char *wrong = g_strconcat (uri, "/not-there", NULL);

  control ("{\"clear\": true}");
  write_uri (uri);
  first = get (keys);
  second = get (keys);
  g_assert_true (first == second);
  g_assert_cmpint (gw_access_key_get_expires (first), >,
                   g_get_real_time () / G_USEC_PER_SEC + 3500);
  user = ask_user (keys);
  g_assert_cmpstr (user, ==, "gangway/credentials-uri");

  set_rule ("{\"fail\": \"InternalError\"}");
  assert_profile_fails ("uri", GW_CLOUD_ERROR_NO_KEY, "credentials_uri");
  control ("{\"clear\": true}");
  write_uri (wrong);
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "credentials_uri");
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      write_uri (refused[i]);
      assert_get_fails (keys, GW_CLOUD_ERROR_ENDPOINT, "credentials_uri");
    }
  write_uri ("http://127.0.0.1:1/");
  assert_get_fails (keys, GW_CLOUD_ERROR_NETWORK, "");
  write_uri ("");
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "credentials_uri");
}

#define ANSWER(key) "{\"Code\": \"Success\", \"AccessKeyId\": \"STS.1\", " key "}"

static const struct
{
  guint status;
  const char *body;
} answers[] = {
  { 200, "" },
  { 200, "<html>sesame</html>" },
  { 200, "[]" },
  { 200, ANSWER ("\"AccessKeySecret\": 5") },
  { 200, ANSWER ("\"AccessKeySecret\": \"ses ame\"") },
  { 200, "{\"AccessKeyId\": \"STS.1\", \"AccessKeySecret\": \"sesame\"}" },
  { 200, NULL }, /* more than there may be, of what is right */
  { 500, ANSWER ("\"AccessKeySecret\": \"sesame\"") },
  { 302, ANSWER ("\"AccessKeySecret\": \"sesame\"") },
  { 401, ANSWER ("\"AccessKeySecret\": \"sesame\"") },
};

/* Answers /N with the N-th. */
static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *request_path,
            GHashTable        *query,
            gpointer           user_data)
{
  guint i = (guint) g_ascii_strtoull (request_path + 1, NULL, 10);
  g_autofree char *spaces = g_strnfill (70000, ' ');
  g_autofree char *large = g_strconcat (ANSWER ("\"AccessKeySecret\": \"sesame\""), spaces, NULL);
  const char *body = answers[i].body != NULL ? answers[i].body : large;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, answers[i].status, NULL);
  if (answers[i].status == 302)
    soup_message_headers_replace (headers, "Location", gw_test_cloud_get (cloud, "credentials"));
  if (answers[i].status == 401)
    soup_message_headers_replace (headers, "WWW-Authenticate", "Basic realm=\"x\"");
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body,
                                    strlen (body));
}

static void
test_bad_uris (void)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%d/%u",
                                              g_uri_get_port (uris->data), i);

      write_uri (uri);
      assert_profile_fails ("uri", GW_CLOUD_ERROR_NO_KEY, "credentials_uri");
    }
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static GwKeySource *
make_command (const char *command)
{
  g_autofree char *escaped = g_strescape (command, NULL);

  write_profiles ("{\"name\": \"ext\", \"mode\": \"External\", \"process_command\": \"%s\"}",
                  escaped);
  return gw_cli_key_source_new (path, "ext", NULL);
}

static void
assert_command_fails (const char   *command,
                      GwCloudError  number,
                      const char   *word)
{
  g_autoptr (GwKeySource) keys = make_command (command);

  assert_get_fails (keys, number, word);
}

static void
test_command (void)
{
  g_autofree char *log = g_build_filename (home, "log", NULL);
  g_autofree char *script = NULL;
  g_autofree char *text = NULL;
  g_autofree char *command = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GwKeySource) keys = NULL;
  g_autoptr (GwAccessKey) key = NULL;
  g_autoptr (GError) error = NULL;

  text = g_strdup_printf ("echo \"$#|$1|$2|$(cat)|\" >>%s; echo sesame >&2\n"
                          "echo '{\"mode\": \"StsToken\", \"access_key_id\": \"STS.1\","
                          " \"access_key_secret\": \"sesame\", \"sts_token\": \"t\","
                          " \"expiration\": \"2100-01-01T00:00:00Z\"}'", log);
  script = write_script ("give-key", text);
  command = g_strdup_printf ("%s 'one two' \"$HOME;id\"", script);
  keys = make_command (command);
  assert_key (keys, "STS.1", "sesame", "t");
  key = get (keys);
  g_assert_cmpint (gw_access_key_get_expires (key), ==, 4102444800);

  /* Run once for both, without a shell, without an input. */
  g_assert_true (g_file_get_contents (log, &seen, NULL, &error));
  g_assert_cmpstr (seen, ==, "2|one two|$HOME;id||\n");
  gw_key_source_forget (keys, key);
  assert_key (keys, "STS.1", "sesame", "t");
  g_assert_true (g_file_get_contents (log, &again, NULL, &error));
  g_assert_cmpuint (strlen (again), ==, 2 * strlen (seen));

  g_setenv ("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1", TRUE);
  assert_get_fails (keys, GW_CLOUD_ERROR_NO_KEY, "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS");
  write_uri (gw_test_cloud_get (cloud, "credentials"));
  assert_profile_fails ("uri", GW_CLOUD_ERROR_NO_KEY, "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS");
  g_unsetenv ("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS");
}

static void
test_bad_commands (void)
{
  static const char *const outputs[] = {
    "echo sesame", "true", "echo '{}'", "echo '[]'", "printf '\\000\\001'",
    "echo '{\"mode\": \"EcsRamRole\", \"access_key_id\": \"a\","
    " \"access_key_secret\": \"sesame\"}'",
    "echo '{\"mode\": \"StsToken\", \"access_key_id\": \"a\","
    " \"access_key_secret\": \"sesame\"}'",
    "echo '{\"mode\": \"AK\", \"access_key_id\": 5, \"access_key_secret\": \"sesame\"}'",
  };
  g_autofree char *works = write_script (
      "plain", "echo '{\"mode\": \"AK\", \"access_key_id\": \"a\", \"access_key_secret\": \"b\"}'");
  g_autofree char *fails = write_script (
      "fails", "echo '{\"mode\": \"AK\", \"access_key_id\": \"a\", \"access_key_secret\":"
               " \"sesame\"}'; exit 3");
  g_autofree char *much = write_script ("much", "head -c 10000000 /dev/zero");
  g_autofree char *endless = write_script ("endless", "exec cat /dev/zero");
  g_autoptr (GwKeySource) keys = make_command (works);

  assert_key (keys, "a", "b", NULL);
  assert_command_fails (fails, GW_CLOUD_ERROR_NO_KEY, "failed");
  assert_command_fails (much, GW_CLOUD_ERROR_NO_KEY, "far more");
  assert_command_fails (endless, GW_CLOUD_ERROR_NO_KEY, "far more");
  assert_command_fails ("/nonexistent/sesame", GW_CLOUD_ERROR_NO_KEY, "started");
  assert_command_fails ("'half", GW_CLOUD_ERROR_NO_KEY, "quoted");
  assert_command_fails ("  ", GW_CLOUD_ERROR_NO_KEY, "quoted");
  assert_command_fails ("''", GW_CLOUD_ERROR_NO_KEY, "started");
  assert_command_fails ("", GW_CLOUD_ERROR_NO_KEY, "process_command");
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      g_autofree char *script = write_script ("garbage", outputs[i]);

      assert_command_fails (script, GW_CLOUD_ERROR_NO_KEY, "did not print");
    }
}

/* Whether the process that wrote its number to @file has ended. */
static gboolean
has_ended (const char *file)
{
  g_autofree char *text = NULL;
  g_autofree char *proc = NULL;

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_strstrip (text);
  proc = g_strdup_printf ("/proc/%s/stat", text);
  g_clear_pointer (&text, g_free);
  /* One that nobody has reaped yet has ended, too. */
  return !g_file_get_contents (proc, &text, NULL, NULL) || strstr (text, ") Z ") != NULL;
}

static gboolean
has_line (const char *file)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (file, &text, NULL, NULL) && strchr (text, '\n') != NULL;
}

/* A command that hangs, with a child that does, is killed: @late by its deadline, else when it is
 * cancelled. */
static void
assert_killed (gboolean late)
{
  g_autofree char *pid = g_build_filename (home, late ? "late" : "cancelled", NULL);
  g_autofree char *child = g_strconcat (pid, "-child", NULL);
  g_autofree char *text = g_strdup_printf ("sleep 1000 &\necho $! >%s; echo $$ >%s; wait", child,
                                           pid);
  g_autofree char *script = write_script ("hangs", text);
  g_autoptr (GwKeySource) keys = make_command (script);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (late)
    gw_cli_key_source_set_timeout (keys, 2500);
  gw_key_source_get_async (keys, cancellable, on_result, &result);
  gw_test_wait_until (has_line (pid));
  if (!late)
    g_cancellable_cancel (cancellable);
  gw_test_wait_until (result != NULL);
  g_assert_null (gw_key_source_get_finish (keys, result, &error));
  if (late)
    g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gw_test_wait_until (has_ended (pid) && has_ended (child));
}

static void
test_killed (void)
{
  assert_killed (FALSE);
  assert_killed (TRUE);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const arguments[] = { NULL };
  int status;

  home = gw_test_home_new ();
  path = g_build_filename (home, "config.json", NULL);
  g_test_init (&argc, &argv, NULL);
  cloud = gw_test_cloud_new (arguments);
  g_test_add_func ("/profile-keys/caller", test_caller);
  g_test_add_func ("/profile-keys/role", test_role);
  g_test_add_func ("/profile-keys/role-refused", test_role_refused);
  g_test_add_func ("/profile-keys/shared", test_shared);
  g_test_add_func ("/profile-keys/cancelled", test_cancelled);
  g_test_add_func ("/profile-keys/uri", test_uri);
  g_test_add_func ("/profile-keys/bad-uris", test_bad_uris);
  g_test_add_func ("/profile-keys/command", test_command);
  g_test_add_func ("/profile-keys/bad-commands", test_bad_commands);
  g_test_add_func ("/profile-keys/killed", test_killed);
  status = g_test_run ();
  gw_test_cloud_free (cloud);
  g_free (path);
  gw_test_home_free (home);
  return status;
}
