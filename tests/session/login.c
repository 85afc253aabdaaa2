/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The login as data, its defaults, and what is remembered of it. */

#include <string.h>
#include <unistd.h>

#include "fake-session.h"
#include "gw-login-history.h"

static GwInstance *
make_instance (const char *id)
{
  const char *const public[] = { "203.0.113.7", NULL };
  const char *const private[] = { "10.0.0.12", NULL };
  GwInstance *instance = gw_instance_new (id);

  gw_instance_set_text (instance, GW_INSTANCE_NAME, "web-1");
  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, public);
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, private);
  return instance;
}

static void
test_copy (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwLogin) copy = NULL;
  g_autoptr (GwSensitive) secret = fake_secret ("hunter2");
  g_autofree char *description = NULL;

  g_assert_cmpstr (gw_login_get_title (login), ==, "nas.local");
  gw_login_set_password (login, secret);
  gw_login_set_method (login, GW_METHOD_SSH_KEY);
  gw_login_set_key_path (login, "/home/me/.ssh/id");
  gw_login_set_lang (login, "de_DE.UTF-8");
  gw_login_set_connect_timeout (login, 7);
  copy = gw_login_copy (login);
  gw_login_set_user (login, "other");
  gw_login_set_password (login, NULL);

  g_assert_cmpstr (gw_login_get_user (copy), ==, "root");
  g_assert_cmpstr (gw_sensitive_get_text (gw_login_get_password (copy)), ==, "hunter2");
  g_assert_cmpint (gw_login_get_method (copy), ==, GW_METHOD_SSH_KEY);
  g_assert_cmpstr (gw_login_get_key_path (copy), ==, "/home/me/.ssh/id");
  g_assert_cmpstr (gw_login_get_lang (copy), ==, "de_DE.UTF-8");
  g_assert_cmpuint (gw_login_get_connect_timeout (copy), ==, 7);
  g_assert_cmpstr (gw_login_get_host (copy), ==, "nas.local");
  description = gw_login_describe (copy);
  g_assert_cmpstr (description, ==, "root@nas.local:2222");
}

static void
test_methods (void)
{
  GwMethod method = GW_METHOD_PASSWORD;

  g_assert_cmpstr (gw_method_title (GW_METHOD_PASSWORD), ==, "Password-based");
  g_assert_cmpstr (gw_method_title (GW_METHOD_SSH_KEY), ==, "SSH Key Authentication");
  g_assert_true (gw_method_from_string ("ssh-key", &method));
  g_assert_cmpint (method, ==, GW_METHOD_SSH_KEY);
  g_assert_false (gw_method_from_string ("magic", &method));
  g_assert_false (gw_method_from_string (NULL, &method));
  g_assert_cmpint (method, ==, GW_METHOD_SSH_KEY);
}

static void
test_defaults (void)
{
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwInstance) instance = make_instance ("i-bp1");

  gw_login_fill_defaults (login, NULL);
  g_assert_cmpstr (gw_login_get_user (login), ==, g_get_user_name ());
  g_assert_cmpuint (gw_login_get_port (login), ==, 22);

  gw_login_fill_defaults (login, instance);
  g_assert_cmpstr (gw_login_get_title (login), ==, "web-1");
  g_assert_cmpstr (gw_login_get_host (login), ==, "203.0.113.7");
  g_assert_cmpuint (gw_login_get_port (login), ==, 22);
  if (gw_instance_is_cloud (instance))
    g_assert_cmpstr (gw_login_get_user (login), ==, "root");
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_PASSWORD);

  gw_instance_set_port (instance, 2222);
  gw_instance_set_text (instance, GW_INSTANCE_USER, "admin");
  gw_instance_set_text (instance, GW_INSTANCE_IDENTITY_FILE, "/home/me/.ssh/id");
  gw_login_fill_defaults (login, instance);
  g_assert_cmpuint (gw_login_get_port (login), ==, 2222);
  g_assert_cmpstr (gw_login_get_user (login), ==, "admin");
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_SSH_KEY);
  g_assert_cmpstr (gw_login_get_key_path (login), ==, "/home/me/.ssh/id");
}

static void
remember (GwLoginHistory *history,
          GwLogin        *login)
{
  gw_login_history_remember (history, login);
  gw_test_wait_until (gw_login_history_is_saved (history));
}

/* What the cloud says of the machine decides who logs in and with what, unless the instance, or
 * what is remembered of it, says otherwise. */
static void
test_cloud_defaults (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "cloud.json", NULL);
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwInstance) instance = make_instance ("i-cloud");
  g_autoptr (GwInstance) host = gw_instance_new ("nas");
  g_autoptr (GwLoginHistory) history = gw_login_history_new (path);

  gw_login_fill_defaults (login, instance);
  g_assert_cmpstr (gw_login_get_user (login), ==, "root");
  gw_instance_set_login_as_non_root (instance, TRUE);
  gw_login_fill_defaults (login, instance);
  g_assert_cmpstr (gw_login_get_user (login), ==, "ecs-user");
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_PASSWORD);
  gw_instance_set_text (instance, GW_INSTANCE_KEY_PAIR, "my-key");
  gw_login_fill_defaults (login, instance);
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_SSH_KEY);
  g_assert_null (gw_login_get_key_path (login));

  /* What worked last time wins. */
  gw_login_set_user (login, "carol");
  gw_login_set_method (login, GW_METHOD_PASSWORD);
  remember (history, login);
  gw_login_fill_defaults (login, instance);
  g_assert_cmpstr (gw_login_get_user (login), ==, "ecs-user");
  g_assert_true (gw_login_history_apply (history, login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "carol");
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_PASSWORD);

  gw_instance_set_text (instance, GW_INSTANCE_OS_TYPE, "windows");
  gw_login_fill_defaults (login, instance);
  g_assert_cmpstr (gw_login_get_user (login), ==, "Administrator");
  gw_instance_set_text (instance, GW_INSTANCE_USER, "dave");
  gw_login_fill_defaults (login, instance);
  g_assert_cmpstr (gw_login_get_user (login), ==, "dave");

  gw_instance_set_login_as_non_root (host, TRUE);
  gw_instance_set_text (host, GW_INSTANCE_OS_TYPE, "windows");
  gw_login_fill_defaults (login, host);
  g_assert_cmpstr (gw_login_get_user (login), ==, g_get_user_name ());
}

static void
test_config (void)
{
  g_autofree char *key = g_build_filename (g_get_home_dir (), "id", NULL);
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwInstance) instance = make_instance ("i-bp1");
  g_autoptr (GwInstance) config = gw_instance_new ("ssh-config:web-1");

  gw_instance_set_text (config, GW_INSTANCE_USER, "carol");
  gw_instance_set_text (config, GW_INSTANCE_IDENTITY_FILE, key);
  gw_instance_set_port (config, 2200);
  gw_login_fill_defaults (login, instance);
  gw_login_fill_from_config (login, NULL);
  g_assert_cmpuint (gw_login_get_port (login), ==, 22);
  gw_login_fill_from_config (login, config);
  g_assert_cmpstr (gw_login_get_user (login), ==, "carol");
  g_assert_cmpuint (gw_login_get_port (login), ==, 2200);
  /* The key is not there. */
  g_assert_null (gw_login_get_key_path (login));
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_PASSWORD);

  g_assert_true (g_file_set_contents (key, "a key", -1, NULL));
  gw_instance_set_text (instance, GW_INSTANCE_USER, "admin");
  gw_instance_set_port (instance, 2222);
  gw_login_fill_defaults (login, instance);
  gw_login_fill_from_config (login, config);
  g_assert_cmpstr (gw_login_get_user (login), ==, "admin");
  g_assert_cmpuint (gw_login_get_port (login), ==, 2222);
  g_assert_cmpstr (gw_login_get_key_path (login), ==, key);
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_SSH_KEY);
  g_remove (key);
}

static char *
history_path (void)
{
  return g_build_filename (g_getenv ("XDG_STATE_HOME"), "gangway", "logins.json", NULL);
}

/* Twice in a row, and then the program ends: the last word is on the disk. */
static void
test_hurry (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "hurry.json", NULL);
  g_autoptr (GwLoginHistory) history = gw_login_history_new (path);
  g_autoptr (GwLoginHistory) reread = NULL;
  g_autoptr (GwLogin) login = fake_login ();
  GwLoginHistory *gone;

  gw_login_history_remember (history, login);
  gw_login_set_user (login, "second");
  gw_login_history_remember (history, login);
  g_assert_false (gw_login_history_is_saved (history));
  gw_test_wait_until (gw_login_history_is_saved (history));
  reread = gw_login_history_new (path);
  gw_login_set_user (login, "");
  g_assert_true (gw_login_history_apply (reread, login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "second");
  g_clear_object (&reread);

  gw_login_set_user (login, "third");
  gone = g_object_ref (history);
  g_clear_object (&history);
  gw_login_history_remember (gone, login);
  g_assert_finalize_object (gone);
  reread = gw_login_history_new (path);
  gw_login_set_user (login, "");
  g_assert_true (gw_login_history_apply (reread, login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "third");
}

static void
test_remember (void)
{
  g_autofree char *path = history_path ();
  g_autofree char *text = NULL;
  g_autoptr (GwLoginHistory) history = gw_login_history_new (NULL);
  g_autoptr (GwLoginHistory) reread = NULL;
  g_autoptr (GwLogin) login = gw_login_new ();
  g_autoptr (GwLogin) next = gw_login_new ();
  g_autoptr (GwInstance) instance = make_instance ("i-bp1");
  g_autoptr (GwConnection) private = gw_connection_new (GW_CONNECTION_PRIVATE, "10.0.0.12");
  g_autoptr (GwSensitive) secret = fake_secret ("hunter2");
  GStatBuf info;

  gw_login_fill_defaults (login, instance);
  g_assert_false (gw_login_history_apply (history, login));
  gw_login_set_connection (login, private);
  gw_login_set_port (login, 2200);
  gw_login_set_user (login, "admin");
  gw_login_set_method (login, GW_METHOD_SSH_KEY);
  gw_login_set_key_path (login, "/home/me/.ssh/id");
  gw_login_set_connect_timeout (login, 40);
  gw_login_set_password (login, secret);
  gw_login_set_passphrase (login, secret);
  gw_login_set_private_key (login, secret);
  remember (history, login);

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "hunter2"));

  reread = gw_login_history_new (NULL);
  gw_login_fill_defaults (next, instance);
  g_assert_true (gw_login_history_apply (reread, next));
  g_assert_cmpstr (gw_login_get_host (next), ==, "10.0.0.12");
  g_assert_cmpuint (gw_login_get_port (next), ==, 2200);
  g_assert_cmpstr (gw_login_get_user (next), ==, "admin");
  g_assert_cmpint (gw_login_get_method (next), ==, GW_METHOD_SSH_KEY);
  g_assert_cmpstr (gw_login_get_key_path (next), ==, "/home/me/.ssh/id");
  g_assert_cmpuint (gw_login_get_connect_timeout (next), ==, 40);

  /* The address is gone, the kind is there. */
  gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE,
                             (const char *const[]) { "10.0.0.99", NULL });
  g_assert_true (gw_login_history_apply (reread, next));
  g_assert_cmpstr (gw_login_get_host (next), ==, "10.0.0.99");

  gw_login_history_forget (reread, "instance:i-bp1");
  gw_test_wait_until (gw_login_history_is_saved (reread));
  g_assert_false (gw_login_history_apply (reread, next));
  g_clear_object (&reread);
  reread = gw_login_history_new (NULL);
  g_assert_false (gw_login_history_apply (reread, next));
}

static void
test_free_host (void)
{
  g_autoptr (GwLoginHistory) history = gw_login_history_new (NULL);
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwLogin) next = gw_login_new ();
  g_autoptr (GwConnection) same = gw_connection_new (GW_CONNECTION_HOST_NAME, "NAS.local");
  g_autoptr (GwConnection) other = gw_connection_new (GW_CONNECTION_HOST_NAME, "nas.remote");

  remember (history, login);
  gw_login_set_connection (next, other);
  g_assert_false (gw_login_history_apply (history, next));
  gw_login_set_connection (next, same);
  g_assert_true (gw_login_history_apply (history, next));
  g_assert_cmpstr (gw_login_get_host (next), ==, "NAS.local");
  g_assert_cmpuint (gw_login_get_port (next), ==, 2222);
}

static const char *const broken[] = {
  "", "{", "[]", "\xff\xfe", "{\"version\": 1}", "{\"version\": 1, \"logins\": 7}",
  "{\"logins\": []}",
};

/* How many files beside @path begin with its name and ".bad-"; the text of one of them. */
static guint
count_set_aside (const char  *path,
                 const char  *text)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean found = FALSE;
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_autofree char *kept = NULL;

      if (!g_str_has_prefix (name, "logins.json.bad-"))
        continue;
      n++;
      g_assert_true (g_file_get_contents (file, &kept, NULL, NULL));
      found = found || g_str_equal (kept, text);
    }
  g_assert_true (found);
  return n;
}

static void
test_broken (void)
{
  g_autofree char *path = history_path ();

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GwLoginHistory) history = NULL;
      g_autoptr (GwLoginHistory) reread = NULL;
      g_autoptr (GwLogin) login = fake_login ();

      g_assert_true (g_file_set_contents (path, broken[i], -1, NULL));
      history = gw_login_history_new (NULL);
      /* None takes the place of an earlier one. */
      g_assert_cmpuint (count_set_aside (path, broken[i]), ==, i + 1);
      remember (history, login);
      reread = gw_login_history_new (NULL);
      g_assert_true (gw_login_history_apply (reread, login));
    }
}

/* What a newer Gangway wrote is not ours to move or to write over. */
static void
test_newer (void)
{
  const char *const newer = "{\"version\": 2, \"logins\": {}}";
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "newer.json", NULL);
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLogin) login = fake_login ();
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (path, newer, -1, NULL));
  history = gw_login_history_new (path);
  remember (history, login);
  g_assert_true (gw_login_history_apply (history, login));
  gw_login_history_remember (history, login);
  g_clear_object (&history);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, newer);
}

/* A file that cannot be read now may be whole: here one behind a link that runs in a circle. */
static void
test_unreadable (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "circle.json", NULL);
  g_autofree char *target = NULL;
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLogin) login = fake_login ();

  g_assert_cmpint (symlink ("circle.json", path), ==, 0);
  history = gw_login_history_new (path);
  remember (history, login);
  g_assert_true (gw_login_history_apply (history, login));
  target = g_file_read_link (path, NULL);
  g_assert_cmpstr (target, ==, "circle.json");
}

typedef struct {
  GMutex mutex;
  GCond cond;
  guint holding;
  guint may_go;
} Gate;

static void
hold_worker (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Gate *gate = task_data;

  g_mutex_lock (&gate->mutex);
  gate->holding++;
  while (gate->may_go == 0)
    g_cond_wait (&gate->cond, &gate->mutex);
  gate->may_go--;
  gate->holding--;
  g_mutex_unlock (&gate->mutex);
}

static void
note_worker (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_atomic_int_inc ((int *) task_data);
}

static void
run_worker (GTaskThreadFunc func,
            gpointer        data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (task, data, NULL);
  g_task_run_in_thread (task, func);
}

static void
open_gate (Gate  *gate,
           guint  n)
{
  g_mutex_lock (&gate->mutex);
  gate->may_go += n;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->mutex);
}

/* The worker that has the older data only gets its turn after the program's last word. */
static void
test_late_worker (void)
{
  enum { N_WORKERS = 10 }; /* as many as GTask runs before it has waited for a while */
  static Gate gate;
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "late.json", NULL);
  GwLoginHistory *history = gw_login_history_new (path);
  g_autoptr (GwLoginHistory) reread = NULL;
  g_autoptr (GwLogin) login = fake_login ();
  static int done;

  for (guint i = 0; i < N_WORKERS; i++)
    run_worker (hold_worker, &gate);
  gw_test_wait_until (gate.holding >= N_WORKERS);
  gw_login_set_user (login, "older");
  gw_login_history_remember (history, login);
  gw_login_set_user (login, "newest");
  gw_login_history_remember (history, login);
  g_assert_finalize_object (history);
  /* The worker's turn comes before that of the one that notes it, on the same thread. */
  run_worker (note_worker, &done);
  open_gate (&gate, 1);
  gw_test_wait_until (g_atomic_int_get (&done) == 1);
  open_gate (&gate, N_WORKERS - 1);
  gw_test_wait_until (gate.holding == 0);

  reread = gw_login_history_new (path);
  g_assert_true (gw_login_history_apply (reread, login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "newest");
}

/* Bad entries cost themselves only; what is remembered is not trusted blindly. */
static void
test_bad_entries (void)
{
  g_autofree char *path = history_path ();
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLogin) login = fake_login ();

  g_assert_true (g_file_set_contents (path,
    "{\"version\":1,\"logins\":[7,{},{\"for\":5},{\"for\":\"host:nas.local\",\"port\":700000,"
    "\"user\":\"-oProxyCommand=x\",\"method\":\"magic\",\"connect-timeout\":-1}]}", -1, NULL));
  history = gw_login_history_new (NULL);
  g_assert_true (gw_login_history_apply (history, login));
  g_assert_cmpuint (gw_login_get_port (login), ==, 2222);
  g_assert_cmpstr (gw_login_get_user (login), ==, "root");
  g_assert_cmpint (gw_login_get_method (login), ==, GW_METHOD_PASSWORD);
  g_assert_cmpuint (gw_login_get_connect_timeout (login), ==, 0);
}

/* A file of the first programs, which knew nothing of saved logins, and one of today's. */
static void
test_saved (void)
{
  g_autofree char *path = history_path ();
  g_autofree char *text = NULL;
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLoginHistory) reread = NULL;
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwLogin) next = fake_login ();
  g_auto (GStrv) removals = NULL;
  const GwLoginEntry *entry;

  g_assert_true (g_file_set_contents (path,
    "{\"version\":1,\"logins\":[{\"for\":\"host:nas.local\",\"time\":7000000,\"user\":\"admin\","
    "\"method\":\"password\",\"port\":2222}]}", -1, NULL));
  history = gw_login_history_new (NULL);
  entry = gw_login_history_lookup (history, "host:nas.local");
  g_assert_false (entry->saved);
  g_assert_cmpstr (entry->title, ==, "");
  g_assert_true (gw_login_history_apply (history, login));
  g_assert_cmpstr (gw_login_get_user (login), ==, "admin");
  g_assert_false (gw_login_get_remember (login));
  gw_login_history_set_refused (history, "host:nas.local", TRUE);
  g_assert_false (entry->refused);

  gw_login_set_method (login, GW_METHOD_CREDENTIAL);
  gw_login_set_credential (login, "cred");
  gw_login_history_remember (history, login);
  gw_login_history_set_saved (history, "host:nas.local", TRUE, FALSE);
  gw_login_history_set_refused (history, "host:nas.local", TRUE);
  gw_login_history_note_removal (history, "host:elsewhere");
  gw_test_wait_until (gw_login_history_is_saved (history));
  /* What older programs read, they read still. */
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"version\" : 1"));

  reread = gw_login_history_new (NULL);
  g_assert_true (gw_login_history_apply (reread, next));
  g_assert_cmpint (gw_login_get_method (next), ==, GW_METHOD_CREDENTIAL);
  g_assert_cmpstr (gw_login_get_credential (next), ==, "cred");
  g_assert_true (gw_login_get_remember (next));
  entry = gw_login_history_lookup (reread, "host:nas.local");
  g_assert_cmpstr (entry->title, ==, "nas.local");
  g_assert_true (entry->saved && entry->has_secret && entry->refused);
  g_assert_cmpint (entry->created, >, 0);
  removals = gw_login_history_dup_removals (reread);
  g_assert_cmpuint (g_strv_length (removals), ==, 1);
  g_assert_cmpstr (removals[0], ==, "host:elsewhere");
  g_assert_true (gw_login_history_drop_removal (reread, "host:elsewhere"));
  g_assert_false (gw_login_history_drop_removal (reread, "host:elsewhere"));

  /* Another way to log in is not what was saved. */
  g_assert_nonnull (gw_login_history_lookup_saved (reread, next));
  gw_login_set_port (next, 22);
  g_assert_null (gw_login_history_lookup_saved (reread, next));
  gw_login_history_remember (reread, next);
  g_assert_false (gw_login_history_lookup (reread, "host:nas.local")->saved);
}

static void
test_full (void)
{
  g_autofree char *path = history_path ();
  g_autoptr (GString) text = g_string_new ("{\"version\":1,\"logins\":[");
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLoginHistory) reread = NULL;
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwLogin) old = gw_login_new ();
  g_autoptr (GwConnection) oldest = gw_connection_new (GW_CONNECTION_HOST_NAME, "h1");
  g_autoptr (GwConnection) second = gw_connection_new (GW_CONNECTION_HOST_NAME, "h2");

  for (guint i = 1; i <= 5000; i++)
    g_string_append_printf (text, "%s{\"for\":\"host:h%u\",\"time\":%u}", i == 1 ? "" : ",", i, i);
  g_string_append (text, "]}");
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));

  history = gw_login_history_new (NULL);
  gw_login_set_connection (old, oldest);
  g_assert_true (gw_login_history_apply (history, old));
  remember (history, login);
  reread = gw_login_history_new (NULL);
  g_assert_true (gw_login_history_apply (reread, login));
  g_assert_false (gw_login_history_apply (reread, old));
  gw_login_set_connection (old, second);
  g_assert_true (gw_login_history_apply (reread, old));
}

/* Where all of them are saved the oldest goes with its secret, and never the one that has just
 * worked. */
static void
test_full_saved (void)
{
  g_autofree char *path = history_path ();
  g_autoptr (GString) text = g_string_new ("{\"version\":1,\"logins\":[");
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLogin) login = fake_login ();
  g_auto (GStrv) removals = NULL;

  for (guint i = 1; i <= 5000; i++)
    g_string_append_printf (text, "%s{\"for\":\"host:h%u\",\"time\":%u,\"saved\":true,"
                            "\"secret\":true}", i == 1 ? "" : ",", i, i);
  g_string_append (text, "]}");
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));

  history = gw_login_history_new (NULL);
  remember (history, login);
  g_assert_nonnull (gw_login_history_lookup (history, "host:nas.local"));
  g_assert_null (gw_login_history_lookup (history, "host:h1"));
  g_assert_nonnull (gw_login_history_lookup (history, "host:h2"));
  removals = gw_login_history_dup_removals (history);
  g_assert_cmpuint (g_strv_length (removals), ==, 1);
  g_assert_cmpstr (removals[0], ==, "host:h1");
}

/* A file stands where a folder should be made, which stops root, too. */
static void
test_unwritable (void)
{
  g_autofree char *blocker = g_build_filename (g_getenv ("XDG_STATE_HOME"), "file", NULL);
  g_autofree char *path = g_build_filename (blocker, "gangway", "logins.json", NULL);
  g_autoptr (GwLoginHistory) history = NULL;
  g_autoptr (GwLogin) login = fake_login ();

  g_assert_true (g_file_set_contents (blocker, "", -1, NULL));
  history = gw_login_history_new (path);
  remember (history, login);
  g_assert_true (gw_login_history_apply (history, login));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int    argc,
      char **argv)
{
  char *home = gw_test_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/login/copy", test_copy);
  g_test_add_func ("/login/methods", test_methods);
  g_test_add_func ("/login/defaults", test_defaults);
  g_test_add_func ("/login/cloud-defaults", test_cloud_defaults);
  g_test_add_func ("/login/config", test_config);
  g_test_add_func ("/login/remember", test_remember);
  g_test_add_func ("/login/hurry", test_hurry);
  g_test_add_func ("/login/free-host", test_free_host);
  g_test_add_func ("/login/broken", test_broken);
  g_test_add_func ("/login/newer", test_newer);
  g_test_add_func ("/login/unreadable", test_unreadable);
  g_test_add_func ("/login/late-worker", test_late_worker);
  g_test_add_func ("/login/bad-entries", test_bad_entries);
  g_test_add_func ("/login/saved", test_saved);
  g_test_add_func ("/login/full", test_full);
  g_test_add_func ("/login/full-saved", test_full_saved);
  g_test_add_func ("/login/unwritable", test_unwritable);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
