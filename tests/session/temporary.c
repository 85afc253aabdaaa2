/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sessions that log in with temporary keys: the cloud is the emulator, the engine the fake one. */

#include "fake-cloud.h"

#include "gw-diagnosis.h"
#include "gw-key-delivery-private.h"

static GwSession *
start (FakeCloud  *f,
       const char *script)
{
  g_autoptr (GwLogin) login = fake_temporary_login (f);
  GwSession *session = gw_session_new (login, NULL, f->base.accounts);

  fake_set_script (script);
  gw_session_start (session, 80, 24);
  g_assert_nonnull (gw_session_get_delivery (session));
  return session;
}

static void
wait_for_end (GwSession *session)
{
  gw_test_wait_until (gw_session_get_state (session) >= GW_SESSION_STATE_CONNECTED);
}

static void
assert_connected (GwSession *session)
{
  wait_for_end (session);
  g_assert_no_error (gw_session_get_error (session));
  g_assert_cmpint (gw_session_get_state (session), ==, GW_SESSION_STATE_CONNECTED);
}

static GwStepState
get_step (GwSession *session,
          GwStep     step)
{
  return gw_key_delivery_get_state (gw_session_get_delivery (session), step);
}

static gboolean
is_turn_free (FakeCloud *f)
{
  return gw_cloud_accounts_is_turn_free (f->base.accounts, gw_instance_get_id (f->instance));
}

static void
test_whole (void)
{
  FakeCloud f;
  GwSession *session;
  GwKeyDelivery *delivery;

  fake_cloud_init (&f);
  session = start (&f, "temporary");
  delivery = gw_session_get_delivery (session);
  gw_test_wait_until (get_step (session, GW_STEP_SEND) == GW_STEP_RUNNING);
  g_assert_cmpint (gw_key_delivery_get_expiry (delivery), >, g_get_monotonic_time ());
  g_assert_cmpint (gw_key_delivery_get_expiry (delivery), <=,
                   g_get_monotonic_time () + 60 * G_USEC_PER_SEC);
  assert_connected (session);
  g_assert_cmpint (get_step (session, GW_STEP_TURN), ==, GW_STEP_SKIPPED);
  g_assert_cmpint (get_step (session, GW_STEP_STATE), ==, GW_STEP_SKIPPED);
  for (int step = GW_STEP_AGENT; step <= GW_STEP_LOGIN; step++)
    {
      g_assert_cmpint (get_step (session, step), ==, GW_STEP_DONE);
      g_assert_cmpint (gw_key_delivery_get_time (delivery, step), >, 0);
      g_assert_cmpint (gw_key_delivery_get_time (delivery, step), <, 20 * G_USEC_PER_SEC);
    }
  g_assert_cmpint (gw_key_delivery_get_expiry (delivery), ==, 0);
  g_assert_true (is_turn_free (&f));
  g_assert_true (gw_assist_notes_is_enabled (fake_notes (&f), gw_instance_get_id (f.instance)));
  g_assert_false (gw_assist_notes_wants_rsa (fake_notes (&f), gw_instance_get_id (f.instance)));
  fake_session_free (session);

  /* The second time the plug-in is known, and the key is a new one. */
  fake_steer ("{\"clear\": true}");
  session = start (&f, "temporary");
  assert_connected (session);
  g_assert_cmpint (get_step (session, GW_STEP_PLUG_IN), ==, GW_STEP_SKIPPED);
  g_assert_cmpuint (fake_count_log (FAKE_ENABLE), ==, 0);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 1);
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* Fails with @code, and in words. */
static void
check_failure (FakeCloud  *f,
               const char *script,
               GwError     code,
               GwStep      step)
{
  GwSession *session = start (f, script);
  g_autoptr (GwDiagnosis) diagnosis = NULL;

  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, (int) code);
  g_assert_cmpint (get_step (session, step), ==, GW_STEP_FAILED);
  /* Nothing answers where nothing runs: the engine would only hide that. */
  if (step == GW_STEP_STATE)
    g_assert_cmpint (gw_session_get_pid (session), ==, 0);
  g_assert_false (gw_session_is_saved_refused (session));
  g_assert_true (is_turn_free (f));
  diagnosis = gw_diagnosis_new (session);
  g_assert_nonnull (strstr (diagnosis->what, gw_login_get_host (gw_session_get_login (session))));
  g_assert_cmpstr (diagnosis->advice, !=, "");
  fake_session_free (session);
}

static void
test_agent (void)
{
  FakeCloud f;

  fake_cloud_init (&f);
  fake_change (&f, "\"agent\": false, \"agent_version\": \"\"");
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_MISSING, GW_STEP_AGENT);
  fake_change (&f, "\"agent\": false, \"agent_version\": \"2.2.3.857\"");
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_STOPPED, GW_STEP_AGENT);
  fake_change (&f, "\"agent\": true, \"agent_version\": \"2.2.0.106\"");
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_OLD, GW_STEP_AGENT);
  g_assert_cmpuint (fake_count_log ("\"InvokeCommand\""), ==, 0);
  fake_cloud_clear (&f);
}

static void
test_commands (void)
{
  FakeCloud f;

  fake_cloud_init (&f);
  fake_change (&f, "\"assist_error\": \"ClientIsUpgrading\"");
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_BUSY, GW_STEP_PLUG_IN);
  fake_change (&f, "\"assist_error\": \"DeliveryTimeout\"");
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_TIMED_OUT, GW_STEP_PLUG_IN);
  fake_change (&f, "\"assist_error\": \"InstanceNotRunning\"");
  check_failure (&f, "temporary", GW_ERROR_NOT_RUNNING, GW_STEP_PLUG_IN);
  fake_change (&f, "\"assist_error\": \"\", \"assist\": {\"send\": {\"error\": "
                   "\"AccountNotExists\"}}");
  check_failure (&f, "temporary", GW_ERROR_NO_SUCH_ACCOUNT, GW_STEP_SEND);
  /* Not that of the key: nothing else is tried. */
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 1);
  fake_change (&f, "\"assist\": {\"enable\": {\"exit\": 1, \"output\": \"disk full\"}, \"run\": "
                   "{\"exit\": 1, \"output\": \"disk full\"}}");
  gw_assist_notes_set_enabled (fake_notes (&f), gw_instance_get_id (f.instance), FALSE);
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_FAILED, GW_STEP_PLUG_IN);
  fake_cloud_clear (&f);
}

static void
test_busy (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  fake_change (&f, "\"busy\": 3");
  session = start (&f, "temporary");
  assert_connected (session);
  g_assert_nonnull (strstr (gw_key_delivery_get_note (gw_session_get_delivery (session),
                                                      GW_STEP_AGENT), "3"));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

static void
test_state (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  gw_instance_set_status (f.instance, GW_INSTANCE_STATUS_RUNNING, 1);
  fake_change (&f, "\"status\": \"Stopped\"");
  check_failure (&f, "temporary", GW_ERROR_NOT_RUNNING, GW_STEP_STATE);
  g_assert_cmpuint (fake_count_log ("\"DescribeCloudAssistantStatus\""), ==, 0);

  /* The other way round, too. */
  fake_change (&f, "\"status\": \"Running\"");
  gw_instance_set_status (f.instance, GW_INSTANCE_STATUS_STOPPED, 1);
  session = start (&f, "temporary");
  assert_connected (session);
  g_assert_cmpint (get_step (session, GW_STEP_STATE), ==, GW_STEP_DONE);
  g_assert_null (gw_key_delivery_get_note (gw_session_get_delivery (session), GW_STEP_STATE));
  fake_session_free (session);

  /* A cloud that cannot say it: the old state counts, and the person sees why. */
  gw_instance_set_status (f.instance, GW_INSTANCE_STATUS_RUNNING, 1);
  fake_deny ("ecs:DescribeInstances");
  session = start (&f, "temporary");
  assert_connected (session);
  g_assert_nonnull (gw_key_delivery_get_note (gw_session_get_delivery (session), GW_STEP_STATE));
  g_assert_cmpint (get_step (session, GW_STEP_STATE), ==, GW_STEP_SKIPPED);
  fake_session_free (session);
  fake_deny (NULL);
  fake_cloud_clear (&f);
}

/* It went while the list was not looked at. */
static void
test_gone (void)
{
  g_autofree char *command = NULL;
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  gw_instance_set_status (f.instance, GW_INSTANCE_STATUS_RUNNING, 1);
  command = g_strdup_printf ("{\"release\": \"%s\"}", gw_instance_get_id (f.instance));
  fake_steer (command);
  session = start (&f, "temporary");
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_assert_cmpint (get_step (session, GW_STEP_STATE), ==, GW_STEP_FAILED);
  g_assert_true (is_turn_free (&f));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* It stops while the key is on its way. */
static void
test_flips (void)
{
  FakeCloud f;
  g_autofree char *rule = NULL;

  fake_cloud_init (&f);
  rule = g_strdup_printf ("{\"rules\": [{\"match\": {\"action\": \"InvokeCommand\"}, \"change\": "
                          "{\"id\": \"%s\", \"agent\": false}}]}",
                          gw_instance_get_id (f.instance));
  fake_steer (rule);
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_STOPPED, GW_STEP_PLUG_IN);
  fake_cloud_clear (&f);
}

static void
test_empty_results (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  fake_steer ("{\"rules\": [{\"match\": {\"action\": \"DescribeInvocationResults\"}, \"every\": 2, "
              "\"results\": \"none\"}]}");
  session = start (&f, "temporary");
  assert_connected (session);
  fake_session_free (session);
  fake_cloud_clear (&f);
}

static void
check_denied (const char *action,
              GwStep      step)
{
  FakeCloud f;
  GwSession *session;
  g_autoptr (GwDiagnosis) diagnosis = NULL;

  fake_cloud_init (&f);
  fake_deny (action);
  session = start (&f, "temporary");
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  fake_deny (NULL);
  g_assert_error (gw_session_get_error (session), GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED);
  g_assert_cmpint (get_step (session, step), ==, GW_STEP_FAILED);
  g_assert_true (is_turn_free (&f));
  diagnosis = gw_diagnosis_new (session);
  g_assert_nonnull (strstr (diagnosis->what, gw_login_get_host (gw_session_get_login (session))));
  g_assert_nonnull (strstr (diagnosis->details, action));
  g_assert_nonnull (strstr (diagnosis->details, "RequestId: "));
  g_assert_nonnull (strstr (diagnosis->details, "Code: "));
  g_assert_nonnull (strstr (diagnosis->request, action));
  g_assert_nonnull (strstr (diagnosis->request, "prod"));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

static void
test_denied (void)
{
  check_denied ("ecs:DescribeCloudAssistantStatus", GW_STEP_AGENT);
  check_denied ("ecs:InvokeCommand", GW_STEP_PLUG_IN);
  check_denied ("ecs:DescribeInvocationResults", GW_STEP_PLUG_IN);
}

static void
check_rsa (FakeCloud  *f,
           const char *script)
{
  const char *id = gw_instance_get_id (f->instance);
  GwSession *session;

  session = start (f, script);
  assert_connected (session);
  g_assert_true (gw_assist_notes_wants_rsa (fake_notes (f), id));
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  fake_session_free (session);

  fake_steer ("{\"clear\": true}");
  session = start (f, "temporary");
  assert_connected (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 1);
  g_assert_true (gw_assist_notes_wants_rsa (fake_notes (f), id));
  fake_session_free (session);
}

static void
test_rsa (void)
{
  g_autoptr (GwDiagnosis) diagnosis = NULL;
  g_autoptr (GwDiagnosis) one = NULL;
  GwSession *session;
  FakeCloud f;

  /* The command says so. */
  fake_cloud_init (&f);
  fake_change (&f, "\"key_types\": [\"ssh-rsa\"]");
  check_rsa (&f, "temporary");
  fake_cloud_clear (&f);

  /* The server does. */
  fake_cloud_init (&f);
  check_rsa (&f, "temporary refuse 1");
  fake_cloud_clear (&f);

  /* Neither kind: the refusal is the server's, and nothing is remembered. */
  fake_cloud_init (&f);
  session = start (&f, "temporary refuse 2");
  gw_test_wait_until (get_step (session, GW_STEP_KEY) == GW_STEP_RUNNING);
  g_assert_null (gw_key_delivery_get_note (gw_session_get_delivery (session), GW_STEP_KEY));
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_AUTH_REFUSED);
  g_assert_cmpint (get_step (session, GW_STEP_LOGIN), ==, GW_STEP_FAILED);
  g_assert_nonnull (strstr (gw_key_delivery_get_note (gw_session_get_delivery (session),
                                                      GW_STEP_KEY), "RSA"));
  diagnosis = gw_diagnosis_new (session);
  g_assert_nonnull (strstr (diagnosis->what, "with Ed25519 and with RSA"));
  g_assert_nonnull (strstr (diagnosis->what,
                            gw_login_get_host (gw_session_get_login (session))));
  fake_session_free (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  g_assert_false (gw_assist_notes_wants_rsa (fake_notes (&f), gw_instance_get_id (f.instance)));
  fake_cloud_clear (&f);

  /* Where the server was shown one kind only, nothing is said of the other. */
  fake_cloud_init (&f);
  fake_change (&f, "\"key_types\": [\"ssh-rsa\"]");
  session = start (&f, "temporary refuse 1");
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_AUTH_REFUSED);
  one = gw_diagnosis_new (session);
  g_assert_null (strstr (one->what, "Ed25519"));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* The plug-in is gone, against what was remembered. */
static void
test_forgotten (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  gw_assist_notes_set_enabled (fake_notes (&f), gw_instance_get_id (f.instance), TRUE);
  session = start (&f, "temporary");
  assert_connected (session);
  g_assert_cmpint (get_step (session, GW_STEP_PLUG_IN), ==, GW_STEP_DONE);
  g_assert_cmpuint (fake_count_log (FAKE_ENABLE), ==, 1);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  g_assert_true (gw_assist_notes_is_enabled (fake_notes (&f), gw_instance_get_id (f.instance)));
  g_assert_false (gw_assist_notes_wants_rsa (fake_notes (&f), gw_instance_get_id (f.instance)));
  fake_session_free (session);

  /* Once only. */
  fake_steer ("{\"clear\": true}");
  fake_change (&f, "\"assist\": {\"send\": {\"exit\": 1, \"output\": \"it broke\"}}");
  check_failure (&f, "temporary", GW_ERROR_ASSISTANT_FAILED, GW_STEP_SEND);
  g_assert_cmpuint (fake_count_log (FAKE_ENABLE), ==, 1);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 3);
  fake_cloud_clear (&f);
}

/* So is the server's refusal, where the plug-in was only remembered: the same type again. */
static void
test_forgotten_refused (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  fake_change (&f, "\"plugin\": true");
  gw_assist_notes_set_enabled (fake_notes (&f), gw_instance_get_id (f.instance), TRUE);
  session = start (&f, "temporary refuse 1");
  assert_connected (session);
  g_assert_cmpint (get_step (session, GW_STEP_PLUG_IN), ==, GW_STEP_DONE);
  g_assert_cmpuint (fake_count_log (FAKE_ENABLE), ==, 1);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  g_assert_true (gw_assist_notes_is_enabled (fake_notes (&f), gw_instance_get_id (f.instance)));
  g_assert_false (gw_assist_notes_wants_rsa (fake_notes (&f), gw_instance_get_id (f.instance)));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* The key is late from the moment when it is used. */
static void
grow_late (GwKeyDelivery *delivery)
{
  gboolean used = gw_key_delivery_get_state (delivery, GW_STEP_LOGIN) == GW_STEP_RUNNING;

  delivery->least = used ? GW_KEY_LIFETIME + 1 : GW_KEY_LEAST;
}

/* A key that comes with too little of its minute left is not used, and says nothing of its type. */
static void
test_too_late (void)
{
  FakeCloud f;
  GwSession *session;
  GwKeyDelivery *delivery;

  fake_cloud_init (&f);
  fake_change (&f, "\"assist\": {\"send\": {\"seconds\": 2}}");
  session = start (&f, "temporary");
  delivery = gw_session_get_delivery (session);
  delivery->least = GW_KEY_LIFETIME - 1;
  gw_test_wait_until (get_step (session, GW_STEP_SEND) == GW_STEP_RUNNING);
  gw_test_wait_until (get_step (session, GW_STEP_SEND) == GW_STEP_WAITING);
  delivery->least = GW_KEY_LEAST;
  assert_connected (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  g_assert_cmpstr (gw_key_delivery_get_key_type (delivery), ==, GW_KEY_TYPE_FIRST);
  fake_session_free (session);

  /* After two of them the third is used all the same. */
  fake_change (&f, "\"assist\": null");
  fake_steer ("{\"clear\": true}");
  session = start (&f, "temporary");
  delivery = gw_session_get_delivery (session);
  delivery->least = GW_KEY_LIFETIME + 1;
  gw_test_wait_until (get_step (session, GW_STEP_LOGIN) == GW_STEP_RUNNING);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 3);
  assert_connected (session);
  fake_session_free (session);

  /* A refusal that comes so late does not mean the other type. */
  fake_steer ("{\"clear\": true}");
  session = start (&f, "temporary refuse 1");
  delivery = gw_session_get_delivery (session);
  g_signal_connect (delivery, "changed", G_CALLBACK (grow_late), NULL);
  assert_connected (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  g_assert_cmpuint (fake_count_log (FAKE_ENABLE), ==, 0);
  g_assert_cmpstr (gw_key_delivery_get_key_type (delivery), ==, GW_KEY_TYPE_FIRST);
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* The engine is still about to connect when the key's minute is over: the next one is made when it
 * asks for it. */
static void
test_slow_engine (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  session = start (&f, "temporary slow");
  gw_key_delivery_set_lifetime (gw_session_get_delivery (session), 2);
  gw_test_wait_until (get_step (session, GW_STEP_SEND) == GW_STEP_DONE);
  gw_test_wait_until (get_step (session, GW_STEP_SEND) == GW_STEP_WAITING);
  g_assert_cmpint (gw_key_delivery_get_expiry (gw_session_get_delivery (session)), ==, 0);
  assert_connected (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  fake_session_free (session);
  fake_cloud_clear (&f);
}

static void
test_expiry (void)
{
  FakeCloud f;
  GwSession *session;

  /* While it is sent. */
  fake_cloud_init (&f);
  fake_change (&f, "\"assist\": {\"send\": {\"seconds\": 30}}");
  session = start (&f, "temporary");
  gw_key_delivery_set_lifetime (gw_session_get_delivery (session), 2);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_KEY_EXPIRED);
  g_assert_cmpint (get_step (session, GW_STEP_SEND), ==, GW_STEP_FAILED);
  fake_session_free (session);

  fake_cloud_clear (&f);

  /* The engine's clock is what counts in the end. */
  fake_cloud_init (&f);
  gw_assist_notes_set_enabled (fake_notes (&f), gw_instance_get_id (f.instance), TRUE);
  fake_change (&f, "\"plugin\": true");
  check_failure (&f, "temporary expired", GW_ERROR_KEY_EXPIRED, GW_STEP_LOGIN);
  /* That is no reason to forget what is known of the instance. */
  g_assert_true (gw_assist_notes_is_enabled (fake_notes (&f), gw_instance_get_id (f.instance)));
  fake_cloud_clear (&f);
}

/* No key is made while a person looks at the host key, however long that takes. */
static void
test_question (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  fake_change (&f, "\"console\": \"\"");
  gw_assist_notes_set_enabled (fake_notes (&f), gw_instance_get_id (f.instance), TRUE);
  fake_change (&f, "\"plugin\": true");
  /* The engine asks before the instance is ready. */
  fake_steer ("{\"rules\": [{\"match\": {\"action\": \"DescribeCloudAssistantStatus\"}, "
              "\"delay\": 1}]}");
  session = start (&f, "temporary unknown");
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  gw_test_wait_until (get_step (session, GW_STEP_PLUG_IN) == GW_STEP_SKIPPED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (get_step (session, GW_STEP_KEY), ==, GW_STEP_WAITING);
  g_assert_cmpint (gw_prompt_get_statement (gw_session_get_prompt (session), NULL, NULL), ==,
                   GW_PROMPT_STATEMENT_NONE);
  gw_prompt_accept_host_key_async (gw_session_get_prompt (session), NULL, NULL);
  assert_connected (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 1);
  fake_session_free (session);

  /* One that was made before the question came runs out behind it: the answer makes another. */
  fake_steer ("{\"clear\": true}");
  session = start (&f, "temporary late");
  gw_key_delivery_set_lifetime (gw_session_get_delivery (session), 4);
  gw_test_wait_until (get_step (session, GW_STEP_KEY) == GW_STEP_DONE);
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  gw_test_wait_until (get_step (session, GW_STEP_KEY) == GW_STEP_WAITING);
  gw_prompt_accept_host_key_async (gw_session_get_prompt (session), NULL, NULL);
  assert_connected (session);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 2);
  fake_session_free (session);

  /* Refused by the person: no key was made. */
  fake_steer ("{\"clear\": true, \"rules\": [{\"match\": {\"action\": "
              "\"DescribeCloudAssistantStatus\"}, \"delay\": 1}]}");
  session = start (&f, "temporary unknown");
  gw_test_wait_until (gw_session_get_prompt (session) != NULL);
  gw_prompt_cancel (gw_session_get_prompt (session));
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_HOST_KEY_REFUSED);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 0);
  g_assert_true (is_turn_free (&f));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* The server closes while the instance is made ready: a second engine, without a word. */
static void
test_lost_engine (void)
{
  FakeCloud f;
  GwSession *session;
  GPid first;

  fake_cloud_init (&f);
  fake_change (&f, "\"assist\": {\"enable\": {\"seconds\": 2}}");
  session = start (&f, "temporary lost");
  gw_test_wait_until (gw_session_get_pid (session) != 0);
  first = gw_session_get_pid (session);
  gw_test_wait_until (gw_session_get_pid (session) == 0);
  g_assert_cmpint (gw_session_get_state (session), <, GW_SESSION_STATE_CONNECTED);
  g_assert_cmpint (get_step (session, GW_STEP_PLUG_IN), ==, GW_STEP_RUNNING);
  fake_set_script ("temporary");
  assert_connected (session);
  g_assert_cmpint (gw_session_get_pid (session), !=, 0);
  g_assert_cmpint (gw_session_get_pid (session), !=, first);
  fake_session_free (session);

  /* One that dies is another matter. */
  fake_change (&f, "\"assist\": null");
  session = start (&f, "die authentication");
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_ENGINE);
  g_assert_true (is_turn_free (&f));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* The server hangs up (LoginGraceTime) while the key is made or sent, or before it is asked for. */
static void
check_lost_later (const char *script,
                  const char *send,
                  GwStep      step,
                  GwStepState state)
{
  FakeCloud f;
  GwSession *session;
  GPid first;

  fake_cloud_init (&f);
  fake_change (&f, "\"plugin\": true");
  fake_change (&f, send);
  gw_assist_notes_set_enabled (fake_notes (&f), gw_instance_get_id (f.instance), TRUE);
  session = start (&f, script);
  gw_test_wait_until (gw_session_get_pid (session) != 0);
  first = gw_session_get_pid (session);
  gw_test_wait_until (get_step (session, step) == state);
  fake_set_script ("temporary");
  fake_change (&f, "\"assist\": null");
  assert_connected (session);
  g_assert_cmpint (gw_session_get_pid (session), !=, first);
  fake_session_free (session);

  /* One that never does anything else. */
  session = start (&f, script);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CONNECTION_LOST);
  for (int i = 0; i < GW_N_STEPS; i++)
    g_assert_cmpint (get_step (session, i), !=, GW_STEP_FAILED);
  g_assert_true (is_turn_free (&f));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

static void
test_lost_later (void)
{
  check_lost_later ("temporary drop", "\"assist\": {\"send\": {\"seconds\": 15}}", GW_STEP_SEND,
                    GW_STEP_RUNNING);
  check_lost_later ("temporary drop", "\"assist\": null", GW_STEP_SEND, GW_STEP_DONE);
  check_lost_later ("temporary lost", "\"assist\": {\"send\": {\"seconds\": 15}}", GW_STEP_AGENT,
                    GW_STEP_DONE);
}

static void
test_connect_fails (void)
{
  FakeCloud f;
  GwSession *session;

  fake_cloud_init (&f);
  fake_change (&f, "\"assist\": {\"enable\": {\"seconds\": 15}}");
  session = start (&f, "error Refused connect");
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_REFUSED);
  g_assert_true (is_turn_free (&f));
  fake_session_free (session);
  fake_cloud_clear (&f);
}

/* Twelve tabs to one instance: one after the other, and one that is closed leaves the queue. */
static void
test_twelve (void)
{
  FakeCloud f;
  GwSession *sessions[12];
  guint n_connected = 0;

  fake_cloud_init (&f);
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    sessions[i] = start (&f, "temporary");
  for (guint i = 1; i < G_N_ELEMENTS (sessions); i++)
    {
      g_assert_cmpint (get_step (sessions[i], GW_STEP_TURN), ==, GW_STEP_RUNNING);
      g_assert_cmpint (gw_session_get_pid (sessions[i]), ==, 0);
    }
  gw_session_close (sessions[5]);
  g_assert_cmpint (gw_session_get_state (sessions[5]), ==, GW_SESSION_STATE_CLOSED);
  g_clear_object (&sessions[7]);

  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      guint n_running = 0;

      if (i == 5 || i == 7)
        continue;
      gw_test_wait_until (gw_session_get_state (sessions[i]) >= GW_SESSION_STATE_CONNECTED);
      g_assert_cmpint (gw_session_get_state (sessions[i]), ==, GW_SESSION_STATE_CONNECTED);
      n_connected++;
      /* Those behind it have sent nothing. */
      for (guint j = 0; j < G_N_ELEMENTS (sessions); j++)
        if (sessions[j] != NULL && get_step (sessions[j], GW_STEP_SEND) == GW_STEP_RUNNING)
          n_running++;
      g_assert_cmpuint (n_running, <=, 1);
    }
  g_assert_cmpuint (n_connected, ==, 10);
  g_assert_cmpuint (fake_count_log (FAKE_SEND), ==, 10);
  g_assert_cmpuint (fake_count_log (FAKE_ENABLE), ==, 1);
  g_assert_true (is_turn_free (&f));
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    if (sessions[i] != NULL)
      fake_session_free (sessions[i]);
  fake_cloud_clear (&f);
}

/* Closed (or dropped) in each step: nothing goes on, and the turn is free. */
static void
test_close (void)
{
  static const GwStep steps[] = { GW_STEP_STATE, GW_STEP_AGENT, GW_STEP_PLUG_IN, GW_STEP_SEND };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (steps); i++)
    {
      GwStep step = steps[i / 2];
      FakeCloud f;
      GwSession *session;
      g_autoptr (GwDiagnosis) diagnosis = NULL;
      guint n_calls;

      fake_cloud_init (&f);
      if (step == GW_STEP_STATE)
        gw_instance_set_status (f.instance, GW_INSTANCE_STATUS_RUNNING, 1);
      if (step < GW_STEP_PLUG_IN)
        fake_steer ("{\"rules\": [{\"match\": {\"action\": \"DescribeInstances\"}, \"delay\": 15}, "
                    "{\"match\": {\"action\": \"DescribeCloudAssistantStatus\"}, \"delay\": 15}]}");
      else
        fake_change (&f, step == GW_STEP_PLUG_IN
                           ? "\"assist\": {\"enable\": {\"seconds\": 30}}"
                           : "\"assist\": {\"send\": {\"seconds\": 30}}");
      session = start (&f, "temporary");
      gw_test_wait_until (get_step (session, step) == GW_STEP_RUNNING);
      if (i % 2 == 0)
        {
          gw_session_close (session);
          g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_CANCELLED);
          /* A person did that, not the step. */
          g_assert_cmpint (get_step (session, step), ==, GW_STEP_RUNNING);
          g_assert_cmpint (gw_key_delivery_get_expiry (gw_session_get_delivery (session)), ==, 0);
          /* What is left behind is told, and only where something is. */
          diagnosis = gw_diagnosis_new (session);
          g_assert_true ((strstr (diagnosis->advice, "private half") != NULL) ==
                         (step == GW_STEP_SEND));
        }
      fake_session_free (session);
      g_assert_true (is_turn_free (&f));
      n_calls = fake_count_log ("\"request_id\"");
      for (guint j = 0; j < 20; j++)
        g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (fake_count_log ("\"request_id\""), ==, n_calls);
      fake_cloud_clear (&f);
    }
}

static void
test_not_of_account (void)
{
  g_autoptr (GwInstance) instance = gw_instance_new ("i-bpstranger");
  const char *const public[] = { "203.0.113.7", NULL };
  g_autoptr (GwLogin) login = gw_login_new ();
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  gw_instance_set_addresses (instance, GW_ADDRESS_PUBLIC, public);
  gw_login_fill_defaults (login, instance);
  gw_login_set_method (login, GW_METHOD_TEMPORARY_KEY);
  session = gw_session_new (login, NULL, f.base.accounts);
  gw_session_start (session, 80, 24);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_object_unref (session);

  /* Without accounts at all. */
  session = gw_session_new (login, NULL, NULL);
  gw_session_start (session, 80, 24);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT);
  g_object_unref (session);
  fake_cloud_clear (&f);
}

/* A saved login with this method has no secret: no keyring, no trial, and no refusal of its own. */
static void
test_saved (void)
{
  g_autoptr (GwLogin) login = NULL;
  g_autoptr (GwLogin) again = NULL;
  g_autofree char *key = NULL;
  g_autofree char *path = g_build_filename (g_getenv ("XDG_STATE_HOME"), "gangway", "logins.json",
                                            NULL);
  GwLoginHistory *history;
  GwCredentials *credentials;
  GwSavedLogins *logins;
  GwSession *session;
  FakeCloud f;

  fake_cloud_init (&f);
  history = gw_login_history_new (NULL);
  credentials = gw_credentials_new (keyring);
  logins = gw_saved_logins_new (history, credentials);
  login = fake_temporary_login (&f);
  key = gw_login_dup_key (login);
  gw_login_set_remember (login, TRUE);
  fake_set_script ("temporary");
  session = gw_session_new (login, logins, f.base.accounts);
  gw_session_start (session, 80, 24);
  assert_connected (session);
  fake_session_free (session);
  gw_test_wait_until (gw_login_history_lookup (history, key) != NULL &&
                      gw_login_history_lookup (history, key)->saved);
  g_assert_false (gw_login_history_lookup (history, key)->has_secret);

  again = gw_saved_logins_lookup (logins, f.instance);
  g_assert_nonnull (again);
  g_assert_cmpint (gw_login_get_method (again), ==, GW_METHOD_TEMPORARY_KEY);
  g_assert_false (gw_saved_logins_needs_loading (logins, again));
  session = gw_session_new (again, logins, f.base.accounts);
  gw_session_start (session, 80, 24);
  assert_connected (session);
  fake_session_free (session);

  /* The server refuses both kinds of key: the login stays what it is. */
  fake_set_script ("temporary refuse 3");
  session = gw_session_new (again, logins, f.base.accounts);
  gw_session_start (session, 80, 24);
  gw_test_wait_until (gw_session_get_state (session) == GW_SESSION_STATE_CLOSED);
  g_assert_error (gw_session_get_error (session), GW_ERROR, GW_ERROR_AUTH_REFUSED);
  g_assert_false (gw_session_is_saved_refused (session));
  g_assert_false (gw_login_history_lookup (history, key)->refused);
  fake_session_free (session);

  g_assert_finalize_object (logins);
  g_object_unref (credentials);
  gw_test_wait_until (gw_login_history_is_saved (history));
  g_assert_finalize_object (history);
  g_remove (path);
  fake_cloud_clear (&f);
}

int
main (int    argc,
      char **argv)
{
  char *home = fake_home_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  fake_instances_start ();
  g_test_add_func ("/temporary/whole", test_whole);
  g_test_add_func ("/temporary/agent", test_agent);
  g_test_add_func ("/temporary/commands", test_commands);
  g_test_add_func ("/temporary/busy", test_busy);
  g_test_add_func ("/temporary/state", test_state);
  g_test_add_func ("/temporary/gone", test_gone);
  g_test_add_func ("/temporary/flips", test_flips);
  g_test_add_func ("/temporary/empty-results", test_empty_results);
  g_test_add_func ("/temporary/denied", test_denied);
  g_test_add_func ("/temporary/rsa", test_rsa);
  g_test_add_func ("/temporary/forgotten", test_forgotten);
  g_test_add_func ("/temporary/forgotten-refused", test_forgotten_refused);
  g_test_add_func ("/temporary/too-late", test_too_late);
  g_test_add_func ("/temporary/slow-engine", test_slow_engine);
  g_test_add_func ("/temporary/expiry", test_expiry);
  g_test_add_func ("/temporary/question", test_question);
  g_test_add_func ("/temporary/lost-engine", test_lost_engine);
  g_test_add_func ("/temporary/lost-later", test_lost_later);
  g_test_add_func ("/temporary/connect-fails", test_connect_fails);
  g_test_add_func ("/temporary/twelve", test_twelve);
  g_test_add_func ("/temporary/close", test_close);
  g_test_add_func ("/temporary/not-of-account", test_not_of_account);
  g_test_add_func ("/temporary/saved", test_saved);
  result = g_test_run ();
  fake_instances_stop ();
  gw_test_home_free (home);
  return result;
}
