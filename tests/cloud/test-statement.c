/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-host-key-statement.h"

#include "gw-test-assistant.h"

#define BEGIN "-----BEGIN SSH HOST KEY FINGERPRINTS-----\n"
#define END "-----END SSH HOST KEY FINGERPRINTS-----\n"
#define A "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define B "SHA256:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB+"
#define C "SHA256:CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC/"
#define NEWER 1767594672 /* 2026-01-05T06:31:12Z, the emulator's console_time */

/* "TYPE FINGERPRINT\n" for each key. */
static char *
list_keys (GwHostKeyStatement *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->keys->len; i++)
    {
      GwStatedKey *key = g_ptr_array_index (self->keys, i);

      g_string_append_printf (text, "%s %s\n", key->type, key->fingerprint);
    }
  return g_string_free (text, FALSE);
}

static void
assert_read (gboolean    by_assistant,
             const char *text,
             const char *expected)
{
  g_autoptr (GwHostKeyStatement) self = gw_host_key_statement_new (by_assistant, 0);
  g_autofree char *keys = NULL;

  gw_host_key_statement_read (self, text);
  keys = list_keys (self);
  g_assert_cmpstr (keys, ==, expected);
}

static void
test_types (void)
{
  assert_read (TRUE, "256 " A " root@a (ED25519)\n3072 " B " root@a (RSA)\n256 " C " a b (ECDSA)",
               "ssh-ed25519 " A "\nssh-rsa " B "\necdsa-sha2-nistp256 " C "\n");
  assert_read (TRUE, "384 " A " x (ECDSA)\n521 " B " no comment (ECDSA)\n256 " C " (ED25519)",
               "ecdsa-sha2-nistp384 " A "\necdsa-sha2-nistp521 " B "\nssh-ed25519 " C "\n");
  /* No key of a server, or no fingerprint of one. */
  assert_read (TRUE, "1024 " A " root@a (DSA)\n257 " A " root@a (ECDSA)\n"
               "256 " A " root@a (ED25519-SK)\n"
               "2048 MD5:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff root@a (RSA)\n"
               "2048 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff root@a (RSA)\n"
               "256 " A "A root@a (ED25519)\n256 SHA256:AAAA root@a (ED25519)\n"
               "256 SHA256:A=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA root@a (ED25519)\n"
               "x256 " A " root@a (ED25519)\n256 " A " root@a\n256 " A " root@a (ED25519) more\n"
               "256 " A " root@a (ED25519\n(ED25519)\n\n256", "");
}

static void
test_console (void)
{
  const char *noise = "[    0.000000] Linux\n256 " A " root@a (ED25519)\n";
  g_autofree char *two = g_strconcat (
    noise, BEGIN "256 " B " root@a (ED25519)\n" END, noise,
    BEGIN "256 " B " root@a (ED25519)\n3072 " C " root@a (RSA)\n" END, noise, NULL);

  assert_read (FALSE, "", "");
  assert_read (FALSE, noise, "");
  assert_read (FALSE, two, "ssh-ed25519 " B "\nssh-rsa " C "\n");
  /* Colours, a bell, carriage returns, bytes that are not UTF-8. */
  assert_read (FALSE, "\033[0;32m" BEGIN
               "\033[1m256 " A "\033[0m root@\377\376a (ED25519)\033[0m\r\n"
               "\r\r\a3072 " B " root@a (RSA)\r\n \n\033[K" END,
               "ssh-ed25519 " A "\nssh-rsa " B "\n");
  /* Keys that no server is verified by are no strangers in a block. */
  assert_read (FALSE, BEGIN "1024 " A " root@a (DSA)\n256 " B " a b (ED25519)\n"
               "2048 MD5:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff root@a (RSA)\n"
               "2048 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff /etc/ssh/a.pub (RSA)\n" END,
               "ssh-ed25519 " B "\n");
}

/* A block, each of its lines with another prefix. */
static char *
make_block (const char *first,
            const char *second,
            const char *third)
{
  return g_strconcat (first, BEGIN, second, "256 " A " root@a (ED25519)\n", third, END, NULL);
}

static void
test_prefixes (void)
{
  /* With what loggers put before a line; then what is no logger's, or not one logger's. */
  static const char *const right[][3] = {
    { "ci-info: ", "ci-info: ", "ci-info: " },
    { "[    9.345678] cloud-init[1234]: ", "[   10.345678] cloud-init[1234]: ",
      "[12345.000001] cloud-init[1235]: " },
    { "<14>Jan  5 06:31:10 ec2: ", "<14>Jan  5 06:31:10 ec2: ", "<14>Jan 15 06:31:11 ec2: " },
    { "<14>Jan  5 06:31:10 cloud-init: ", "<14>Jan  5 06:31:10 cloud-init: ",
      "<14>Jan  5 06:31:10 cloud-init: " },
    { "Jan  5 06:31:10 web-1 ec2[17]: ", "Jan  5 06:31:10 web-1 ec2[17]: ",
      "Jan  5 06:31:10 web-1 ec2[17]: " },
    { "2026-01-05T06:31:10.123456+08:00 web-1 ec2: ",
      "2026-01-05T06:31:10.123457+08:00 web-1 ec2: ",
      "2026-01-05T06:31:10.123458+08:00 web-1 ec2: " },
    { "[   13.0] cloud-init[12]: <14>Jan  5 06:31:10 ec2: ",
      "[   13.1] cloud-init[12]: <14>Jan  5 06:31:10 ec2: ",
      "[   13.2] cloud-init[12]: <14>Jan  5 06:31:10 ec2: " },
    { "[   13.0] ", "[   13.0] ", "[   13.0] " },
  };
  static const char *const wrong[][3] = {
    { "sshd[1]: Invalid user ", "", "" }, { "", "sshd[1]: Invalid user ", "" },
    { "", "", "sshd[1]: Invalid user " }, { "", "ci-info: ", "" }, { "ci-info: ", "", "ci-info: " },
    { "sshd[1]: ", "sshd[1]: ", "sshd[1]: " },
    { "x", "x", "x" }, { "\"", "\"", "\"" }, { "login: ", "login: ", "login: " },
    { "[ 1.0] sshd[1]: Invalid user ", "[ 1.0] sshd[1]: Invalid user ",
      "[ 1.0] sshd[1]: Invalid user " },
    { "<14>Jan  5 06:31:10 ec2: ", "<14>Jan  5 06:31:10 cloud-init: ",
      "<14>Jan  5 06:31:10 ec2: " },
    { "<14>Jan  5 06:31:10 ec2: ", "<14>Jan  5 06:31:10 ec2: '", "<14>Jan  5 06:31:10 ec2: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autofree char *block = make_block (right[i][0], right[i][1], right[i][2]);

      g_test_message ("%s", right[i][0]);
      assert_read (FALSE, block, "ssh-ed25519 " A "\n");
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *block = make_block (wrong[i][0], wrong[i][1], wrong[i][2]);

      g_test_message ("%s", wrong[i][0]);
      assert_read (FALSE, block, "");
    }
  /* Something after a mark, or after a fingerprint. */
  assert_read (FALSE, "-----BEGIN SSH HOST KEY FINGERPRINTS----- from 192.0.2.1\n"
               "256 " A " root@a (ED25519)\n" END, "");
  assert_read (FALSE, BEGIN "256 " A " root@a (ED25519)\n"
               "-----END SSH HOST KEY FINGERPRINTS-----, they said\n", "");
  assert_read (FALSE, BEGIN "256 " A " root@a (ED25519) more\n" END, "");
}

static void
test_unfinished (void)
{
  assert_read (FALSE, BEGIN "256 " A " root@a (ED25519)\n", "");
  assert_read (FALSE, "256 " A " root@a (ED25519)\n" END, "");
  assert_read (FALSE, END "256 " A " root@a (ED25519)\n" BEGIN, "");
  assert_read (FALSE, BEGIN END, "");
  /* Which of the two was begun by whom is not known. */
  assert_read (FALSE, BEGIN "256 " A " root@a (ED25519)\n" BEGIN "256 " B " root@a (ED25519)\n" END,
               "");
  /* The log ends in the middle of the next start. */
  assert_read (FALSE, BEGIN "256 " A " root@a (ED25519)\n" END BEGIN "256 " B " root@a (ED25519)\n",
               "ssh-ed25519 " A "\n");
}

static void
assert_judged (const char        *log,
               const char        *fingerprint,
               GwStatementVerdict verdict)
{
  g_autoptr (GwHostKeyStatement) self = gw_host_key_statement_new (FALSE, 0);

  gw_host_key_statement_read (self, log);
  g_assert_cmpint (gw_host_key_statement_judge (self, "ssh-ed25519", fingerprint, 0, NULL), ==,
                   verdict);
}

/* Others write to the console too: whoever logs in with a wrong name, whoever may run logger. */
static void
test_injected (void)
{
#define TRUTH "256 " A " root@a (ED25519)\n"
#define LIE "256 " B " root@a (ED25519)\n"
  static const char *const ambiguous[] = {
    /* A block of their own, before and after. */
    BEGIN TRUTH END BEGIN LIE END, BEGIN LIE END BEGIN TRUTH END,
    BEGIN TRUTH END "ci-info: " BEGIN "ci-info: " LIE "ci-info: " END,
    /* A line inside; an end and a beginning inside. */
    BEGIN TRUTH LIE END, BEGIN LIE TRUTH END, BEGIN TRUTH END BEGIN LIE TRUTH END,
    BEGIN LIE END TRUTH END BEGIN TRUTH END,
    BEGIN BEGIN LIE END TRUTH END, BEGIN TRUTH BEGIN LIE END, BEGIN "ci-info: " LIE TRUTH END,
    /* The true block is spoilt, so that theirs should count. */
    BEGIN "hello\n" TRUTH END BEGIN LIE END, BEGIN LIE END BEGIN TRUTH "ci-info: " END,
    /* Many types, so that the true one should have no place. */
    BEGIN "3072 " A " a (RSA)\n3072 " B " a (RSA)\n3072 " C " a (RSA)\n" LIE END BEGIN TRUTH END,
    /* Torn by what somebody else prints: it says nothing. */
    BEGIN TRUTH "[   12.3] eth0: up\n" END,
    BEGIN "256 " A " ro[   12.3] eth0: up\not@a (ED25519)\n" END,
  };
  g_autoptr (GString) many = g_string_new (BEGIN TRUTH END);

  for (guint i = 0; i < G_N_ELEMENTS (ambiguous); i++)
    {
      g_test_message ("%s", ambiguous[i]);
      assert_judged (ambiguous[i], A, GW_STATEMENT_NONE);
      assert_judged (ambiguous[i], B, GW_STATEMENT_NONE);
      assert_judged (ambiguous[i], C, GW_STATEMENT_NONE);
    }
  /* What is no block takes nothing back. */
  assert_judged (BEGIN TRUTH END LIE END, A, GW_STATEMENT_MATCH);
  assert_judged (BEGIN TRUTH END "sshd[1]: invalid user " BEGIN LIE "sshd[1]: " END, B,
                 GW_STATEMENT_OTHER);
  assert_judged (BEGIN "hello\n" TRUTH END BEGIN TRUTH END, A, GW_STATEMENT_MATCH);
  for (guint i = 0; i < 50; i++)
    g_string_append (many, BEGIN TRUTH "521 " C " root@a (ECDSA)\n" END);
  assert_judged (many->str, A, GW_STATEMENT_MATCH);
#undef TRUTH
#undef LIE
}

static void
test_bounds (void)
{
  g_autoptr (GString) many = g_string_new (BEGIN);
  g_autofree char *flood = g_strnfill (64 * 1024, 'x');
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *brackets = g_strnfill (60000, '(');
  g_autofree char *digits = g_strnfill (60000, '2');
  g_autofree char *evil = g_strconcat (BEGIN "256 " A " ", brackets, "\n", digits, "\n" END, NULL);
  g_autoptr (GwHostKeyStatement) self = gw_host_key_statement_new (FALSE, 0);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (many, "256 SHA256:%043u root@a (ED25519)\n", i / 2);
  g_string_append (many, END);
  gw_host_key_statement_read (self, many->str);
  g_assert_cmpuint (self->keys->len, ==, 2);

  before = g_strconcat (flood, "\n" BEGIN "256 " A " root@a (ED25519)\n" END, NULL);
  assert_read (FALSE, before, "ssh-ed25519 " A "\n");
  after = g_strconcat (BEGIN "256 " A " root@a (ED25519)\n" END, flood, NULL);
  assert_read (FALSE, after, "");
  assert_read (FALSE, evil, "");
}

static GwHostKeyStatement *
make_statement (gboolean by_assistant,
                gint64   time)
{
  GwHostKeyStatement *self = gw_host_key_statement_new (by_assistant, time);

  gw_host_key_statement_read (self, BEGIN "256 " A " root@a (ED25519)\n"
                              "3072 " C " root@a (RSA)\n" END);
  return self;
}

static void
test_judge (void)
{
  g_autoptr (GwHostKeyStatement) console = make_statement (FALSE, 1000);
  g_autoptr (GwHostKeyStatement) timeless = make_statement (FALSE, 0);
  g_autoptr (GwHostKeyStatement) assistant = make_statement (TRUE, 1000);
  const char *stated = "?";

#define judge gw_host_key_statement_judge
  g_assert_cmpint (judge (console, "ssh-ed25519", A, 0, &stated), ==, GW_STATEMENT_MATCH);
  g_assert_null (stated);
  g_assert_cmpint (judge (console, "ssh-ed25519", A, 1000, NULL), ==, GW_STATEMENT_MATCH);
  g_assert_cmpint (judge (console, "ssh-ed25519", C, 0, &stated), ==, GW_STATEMENT_OTHER);
  g_assert_cmpstr (stated, ==, A);
  g_assert_cmpint (judge (console, "ssh-rsa", A, 0, &stated), ==, GW_STATEMENT_OTHER);
  g_assert_cmpstr (stated, ==, C);
  g_assert_cmpint (judge (console, "ecdsa-sha2-nistp256", A, 0, &stated), ==, GW_STATEMENT_NONE);
  g_assert_null (stated);
  /* Older than what is stored, or of a time that nobody knows. */
  g_assert_cmpint (judge (console, "ssh-ed25519", C, 1001, &stated), ==, GW_STATEMENT_NONE);
  g_assert_cmpint (judge (console, "ssh-ed25519", A, 1001, &stated), ==, GW_STATEMENT_NONE);
  g_assert_cmpint (judge (timeless, "ssh-ed25519", C, 1, NULL), ==, GW_STATEMENT_NONE);
  g_assert_cmpint (judge (timeless, "ssh-ed25519", C, 0, NULL), ==, GW_STATEMENT_OTHER);
  /* The agent answered just now. */
  g_assert_cmpint (judge (assistant, "ssh-ed25519", C, 1001, NULL), ==, GW_STATEMENT_OTHER);
  /* Two of one type. */
  gw_host_key_statement_read (assistant, "256 " B " root@a (ED25519)");
  g_assert_cmpint (judge (assistant, "ssh-ed25519", A, 0, &stated), ==, GW_STATEMENT_NONE);
  g_assert_cmpint (judge (assistant, "ssh-ed25519", B, 0, &stated), ==, GW_STATEMENT_NONE);
  g_assert_null (stated);
#undef judge
}

static GwHostKeyStatement *
ask (const char    *user,
     gboolean       by_assistant,
     GCancellable  *cancellable,
     GError       **error)
{
  g_autoptr (GwCloudClient) client = make_client (user);
  g_autoptr (GAsyncResult) result = NULL;

  if (by_assistant)
    gw_host_key_statement_ask_assistant_async (client, "cn-hangzhou", instance, cancellable,
                                               on_result, &result);
  else
    gw_host_key_statement_ask_console_async (client, "cn-hangzhou", instance, cancellable,
                                             on_result, &result);
  gw_test_wait_until (result != NULL);
  return gw_host_key_statement_ask_finish (client, result, error);
}

static void
test_ask (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwHostKeyStatement) console = ask ("gangway", FALSE, NULL, &error);
  g_autoptr (GwHostKeyStatement) assistant = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_no_error (error);
  assistant = ask ("gangway", TRUE, NULL, &error);
  g_assert_no_error (error);
  first = list_keys (console);
  second = list_keys (assistant);
  g_test_message ("%s", first);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (console->keys->len, ==, 1);
  g_assert_true (g_str_has_prefix (first, "ssh-ed25519 SHA256:"));
  g_assert_false (console->by_assistant);
  g_assert_true (assistant->by_assistant);
  g_assert_cmpint (console->time, ==, NEWER);
  g_assert_cmpint (ABS (assistant->time - g_get_real_time () / G_USEC_PER_SEC), <, 60);
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    gint64 time;
  } times[] = {
    { "\"2026-01-05T06:31Z\"", NEWER - 12 }, { "\"2026-01-05T06:31:12\"", NEWER },
    { "\"2026-01-05T14:31:12+08:00\"", NEWER }, { "\"yesterday\"", 0 }, { "\"\"", 0 },
    { "\"1066-10-14T09:00:00Z\"", 0 }, { "null", 0 }, { "17", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *fields = g_strdup_printf ("\"console_time\": %s", times[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (GwHostKeyStatement) self = NULL;

      change (fields);
      self = ask ("gangway", FALSE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (self->time, ==, times[i].time);
    }
  change ("\"console_time\": \"2026-01-05T06:31:12Z\"");
}

/* An instance without cloud-init, and one whose log is no text. */
static void
test_nothing (void)
{
  static const char *const consoles[] = { "\"login: \"", "\"\"",
                                          "\"\\u0000\\u0001\\u001b[2J\\u0085\\ufffd\"" };

  for (guint i = 0; i < G_N_ELEMENTS (consoles); i++)
    {
      g_autofree char *fields = g_strdup_printf ("\"console\": %s", consoles[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GwHostKeyStatement) self = NULL;

      change (fields);
      self = ask ("gangway", FALSE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (self->keys->len, ==, 0);
    }
  /* Zeros in between do not hide what follows. */
  change ("\"console\": \"a\\u0000b\\n" "-----BEGIN SSH HOST KEY FINGERPRINTS-----\\r\\n"
          "256 " A " root@a (ED25519)\\u0000\\r\\n"
          "-----END SSH HOST KEY FINGERPRINTS-----\\u0000\\r\\n\"");
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (GwHostKeyStatement) self = ask ("gangway", FALSE, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (self->keys->len, ==, 1);
  }
  change ("\"console\": null, \"host_keys\": []");
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (GwHostKeyStatement) self = ask ("gangway", TRUE, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (self->keys->len, ==, 0);
  }
  change ("\"host_keys\": null");
}

static void
assert_ask_fails (const char *user,
                  gboolean    by_assistant,
                  GQuark      domain,
                  int         code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwHostKeyStatement) self = ask (user, by_assistant, NULL, &error);

  g_assert_null (self);
  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
}

static void
test_refused (void)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GwHostKeyStatement) self = NULL;
  gint64 start;

  /* The reader may read the console, but run nothing. */
  assert_ask_fails ("reader", TRUE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  set_rule ("{\"match\": {\"action\": \"GetInstanceConsoleOutput\"}, \"fail\": \"Forbidden.RAM\"}");
  assert_ask_fails ("gangway", FALSE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  set_rule ("{\"match\": {\"action\": \"GetInstanceConsoleOutput\"}, \"garbage\": \"truncated\"}");
  assert_ask_fails ("gangway", FALSE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
  change ("\"agent\": false");
  assert_ask_fails ("gangway", TRUE, GW_ERROR, GW_ERROR_ASSISTANT_STOPPED);
  change ("\"agent\": true");

  /* Not for as long as the cloud likes. */
  set_rule ("{\"match\": {\"action\": \"GetInstanceConsoleOutput\"}, \"delay\": 60}");
  start = g_get_monotonic_time ();
  assert_ask_fails ("gangway", FALSE, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 15 * G_USEC_PER_SEC);
  set_rule ("");

  g_cancellable_cancel (cancelled);
  self = ask ("gangway", FALSE, cancelled, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const arguments[] = { "--assist-seconds", "0.1", NULL };
  char *home = gw_test_home_new ();
  int status;

  g_test_init (&argc, &argv, NULL);
  cloud = gw_test_cloud_new (arguments);
  instance = find_instance ();
  g_test_add_func ("/statement/types", test_types);
  g_test_add_func ("/statement/console", test_console);
  g_test_add_func ("/statement/prefixes", test_prefixes);
  g_test_add_func ("/statement/injected", test_injected);
  g_test_add_func ("/statement/unfinished", test_unfinished);
  g_test_add_func ("/statement/bounds", test_bounds);
  g_test_add_func ("/statement/judge", test_judge);
  g_test_add_func ("/statement/ask", test_ask);
  g_test_add_func ("/statement/times", test_times);
  g_test_add_func ("/statement/nothing", test_nothing);
  g_test_add_func ("/statement/refused", test_refused);
  status = g_test_run ();
  g_free (instance);
  gw_test_cloud_free (cloud);
  gw_test_home_free (home);
  return status;
}
