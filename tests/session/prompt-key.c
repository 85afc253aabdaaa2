/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The engine waits for a key. A session would answer by itself, so here there is none. */

#include "fake-session.h"
#include "gw-engine-client.h"
#include "gw-prompt.h"
#include "gw-session-options.h"

typedef struct {
  GwEngineClient *client;
  GwPrompt *prompt;
  GAsyncResult *started, *connected;
} Fixture;

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
on_prompt (GwEngineClient *client,
           GwPrompt       *prompt,
           Fixture        *f)
{
  g_set_object (&f->prompt, prompt);
}

static void
set_up (Fixture    *f,
        const char *script)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  fake_set_script (script);
  f->client = gw_engine_client_new ();
  g_signal_connect (f->client, "prompt", G_CALLBACK (on_prompt), f);
  gw_engine_client_start (f->client, on_result, &f->started);
  gw_test_wait_until (f->started != NULL);
  gw_engine_client_start_finish (f->client, f->started, &error);
  g_assert_no_error (error);
  g_variant_dict_insert (&options, "method", "s", "temporary-key");
  gw_bus_session1_call_connect (gw_engine_client_get_session (f->client), "nas.local", 22, "root",
                                g_variant_dict_end (&options), NULL, NULL, on_result,
                                &f->connected);
  gw_test_wait_until (f->prompt != NULL);
  g_assert_cmpint (gw_prompt_get_kind (f->prompt), ==, GW_PROMPT_KEY);
  g_assert_cmpuint (gw_prompt_get_n_fields (f->prompt), ==, 0);
}

static char *
make_key (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  char *public_key = NULL;

  gw_bus_session1_call_make_key_sync (gw_engine_client_get_session (f->client), "ssh-ed25519",
                                      &public_key, NULL, &error);
  g_assert_no_error (error);
  return public_key;
}

static void
tear_down (Fixture *f,
           int      code)
{
  g_autoptr (GError) error = NULL;
  GPid pid = gw_engine_client_get_pid (f->client);
  g_autofree char *proc = g_strdup_printf ("/proc/%d", pid);

  gw_test_wait_until (f->connected != NULL);
  gw_bus_session1_call_connect_finish (gw_engine_client_get_session (f->client), NULL, f->connected,
                                       &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, GW_ERROR, code);
  g_clear_object (&f->prompt);
  g_signal_handlers_disconnect_by_data (f->client, f);
  gw_engine_client_stop (f->client);
  g_clear_object (&f->client);
  g_clear_object (&f->started);
  g_clear_object (&f->connected);
  gw_test_wait_until (pid == 0 || !g_file_test (proc, G_FILE_TEST_EXISTS));
}

static void
test_delivered (void)
{
  Fixture f = { NULL };
  g_autoptr (GwPrompt) first = NULL;
  g_autofree char *first_key = NULL;
  g_autofree char *second_key = NULL;

  set_up (&f, "temporary refuse 1");
  first = g_object_ref (f.prompt);
  g_assert_cmpuint (gw_prompt_get_attempt (first), ==, 0);
  g_assert_cmpstr (gw_prompt_get_message (first), ==, "");
  first_key = make_key (&f);
  gw_prompt_answer (first, NULL, 0);
  gw_prompt_give_up (first); /* too late */
  gw_test_wait_until (f.prompt != first);
  g_assert_cmpuint (gw_prompt_get_attempt (f.prompt), ==, 1);
  g_assert_cmpstr (gw_prompt_get_message (f.prompt), ==, "Permission denied");
  second_key = make_key (&f);
  g_assert_cmpstr (first_key, !=, second_key);
  gw_prompt_answer (f.prompt, NULL, 0);
  tear_down (&f, -1);
}

static void
test_given_up (void)
{
  Fixture f = { NULL };

  set_up (&f, "temporary");
  gw_prompt_give_up (f.prompt);
  gw_prompt_answer (f.prompt, NULL, 0); /* too late */
  tear_down (&f, GW_ERROR_AUTH_REFUSED);
}

static void
test_cancelled (void)
{
  Fixture f = { NULL };

  set_up (&f, "temporary");
  gw_prompt_cancel (f.prompt);
  tear_down (&f, GW_ERROR_CANCELLED);
}

static void
test_dropped (void)
{
  Fixture f = { NULL };

  set_up (&f, "temporary");
  g_clear_object (&f.prompt);
  tear_down (&f, GW_ERROR_CANCELLED);
}

/* What was typed for another method is not sent along. */
static void
test_options (void)
{
  g_autoptr (GwLogin) login = fake_login ();
  g_autoptr (GwSensitive) password = fake_secret ("secret");
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  const char *method = NULL;

  gw_login_set_method (login, GW_METHOD_TEMPORARY_KEY);
  gw_login_set_password (login, password);
  options = g_variant_ref_sink (gw_session_connect_options (login, &list, &error));
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (options, "method", "&s", &method));
  g_assert_cmpstr (method, ==, "temporary-key");
  g_assert_cmpint (g_unix_fd_list_get_length (list), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-key/delivered", test_delivered);
  g_test_add_func ("/prompt-key/given-up", test_given_up);
  g_test_add_func ("/prompt-key/cancelled", test_cancelled);
  g_test_add_func ("/prompt-key/dropped", test_dropped);
  g_test_add_func ("/prompt-key/options", test_options);
  result = g_test_run ();
  gw_test_home_free (home);
  return result;
}
