/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The cloud's side of the security groups as a test wants it: linked in place of the real thing,
 * which is an archive; what the groups mean is judged by the real one. Each call waits for
 * test_reach_answer(). */

#include "gw-reach.h"

static struct {
  GTask       *task;       /* that waits; one at a time */
  GPtrArray   *groups;     /* of the next find or offer; %NULL for none */
  GwInstance  *instance;   /* of the last find, as all that follow */
  char        *address;
  GwMyAddress *mine;
  guint        port;
  guint        n_finds;
  guint        n_offers;
  GStrv        admitted;   /* what was sent */
  char        *joined;     /* the group */
} reach_test;

static void
test_reach_begin (GwCloudAccounts     *accounts,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  if (reach_test.task != NULL)
    {
      g_assert_true (g_cancellable_is_cancelled (g_task_get_cancellable (reach_test.task)));
      g_task_return_pointer (reach_test.task, NULL, NULL);
      g_clear_object (&reach_test.task);
    }
  reach_test.task = g_task_new (accounts, cancellable, callback, user_data);
}

/* The answer comes: @error (transfer full, nullable). */
G_GNUC_UNUSED static void
test_reach_answer (GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&reach_test.task);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, GINT_TO_POINTER (1), NULL);
  while (!g_task_get_completed (task))
    g_main_context_iteration (NULL, TRUE);
}

/* What was given up ends. FALSE if it was not. */
G_GNUC_UNUSED static gboolean
test_reach_is_cancelled (void)
{
  gboolean cancelled = reach_test.task != NULL && g_cancellable_is_cancelled (
    g_task_get_cancellable (reach_test.task));

  if (cancelled)
    test_reach_answer (NULL);
  return cancelled;
}

G_GNUC_UNUSED static void
test_reach_add_group (const char *id,
                      const char *name,
                      gboolean    is_managed)
{
  GwSecurityGroup *group = g_new0 (GwSecurityGroup, 1);

  group->id = g_strdup (id);
  group->name = g_strdup (name);
  group->vpc = g_strdup ("vpc-1");
  group->is_managed = is_managed;
  group->n_rules = 12;
  if (reach_test.groups == NULL)
    reach_test.groups = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_security_group_free);
  g_ptr_array_add (reach_test.groups, group);
}

/* The group that was added last accepts or drops TCP port 22 from @source. */
G_GNUC_UNUSED static void
test_reach_add_rule (const char *source,
                     gboolean    is_drop,
                     guint       priority)
{
  GwSecurityGroup *group = g_ptr_array_index (reach_test.groups, reach_test.groups->len - 1);
  GwSecurityRule *rule = g_new0 (GwSecurityRule, 1);

  rule->group = g_strdup (group->id);
  rule->id = g_strdup ("sgr-1");
  rule->protocol = g_strdup ("TCP");
  rule->from_port = rule->to_port = 22;
  rule->source = g_strdup (source);
  rule->source_group = g_strdup ("");
  rule->prefix_list = g_strdup ("");
  rule->source_ports = g_strdup ("");
  rule->destination = g_strdup ("");
  rule->nic = g_strdup ("");
  rule->description = g_strdup ("");
  rule->is_drop = is_drop;
  rule->priority = priority;
  if (group->rules == NULL)
    group->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_security_rule_free);
  g_ptr_array_add (group->rules, rule);
}

G_GNUC_UNUSED static void
test_reach_clear (void)
{
  if (reach_test.task != NULL)
    g_assert_true (test_reach_is_cancelled ());
  g_clear_pointer (&reach_test.groups, g_ptr_array_unref);
  g_clear_object (&reach_test.instance);
  g_free (reach_test.address);
  gw_my_address_free (reach_test.mine);
  g_strfreev (reach_test.admitted);
  g_free (reach_test.joined);
  memset (&reach_test, 0, sizeof reach_test);
}

void
gw_reach_find_async (GwCloudAccounts     *accounts,
                     GwInstance          *instance,
                     GwConnection        *connection,
                     guint                port,
                     GwMyAddress         *mine,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  reach_test.n_finds++;
  g_set_object (&reach_test.instance, instance);
  g_free (reach_test.address);
  reach_test.address = g_strdup (gw_connection_get_address (connection));
  gw_my_address_free (reach_test.mine);
  reach_test.mine = gw_my_address_copy (mine);
  reach_test.port = port;
  test_reach_begin (accounts, cancellable, callback, user_data);
}

GwReach *
gw_reach_find_finish (GwCloudAccounts  *accounts,
                      GAsyncResult     *result,
                      GError          **error)
{
  GwReach *self;

  if (g_task_propagate_pointer (G_TASK (result), error) == NULL)
    return NULL;
  self = g_new0 (GwReach, 1);
  self->groups = reach_test.groups != NULL ? g_ptr_array_ref (reach_test.groups)
                                           : g_ptr_array_new ();
  self->nic = g_strdup ("intranet");
  self->address = g_strdup (reach_test.address);
  gw_reach_judge (self, reach_test.instance, reach_test.mine, NULL, reach_test.port);
  return self;
}

void
gw_reach_admit_async (GwCloudAccounts     *accounts,
                      GwInstance          *instance,
                      const char *const   *parameters,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_strfreev (reach_test.admitted);
  reach_test.admitted = g_strdupv ((GStrv) parameters);
  test_reach_begin (accounts, cancellable, callback, user_data);
}

gboolean
gw_reach_admit_finish (GwCloudAccounts  *accounts,
                       GAsyncResult     *result,
                       GError          **error)
{
  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}

void
gw_reach_offer_async (GwCloudAccounts     *accounts,
                      GwInstance          *instance,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  reach_test.n_offers++;
  test_reach_begin (accounts, cancellable, callback, user_data);
}

GPtrArray *
gw_reach_offer_finish (GwCloudAccounts  *accounts,
                       GAsyncResult     *result,
                       GError          **error)
{
  if (g_task_propagate_pointer (G_TASK (result), error) == NULL || reach_test.groups == NULL)
    return NULL;
  return g_ptr_array_ref (reach_test.groups);
}

void
gw_reach_join_async (GwCloudAccounts     *accounts,
                     GwInstance          *instance,
                     const char          *group,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_free (reach_test.joined);
  reach_test.joined = g_strdup (group);
  test_reach_begin (accounts, cancellable, callback, user_data);
}

gboolean
gw_reach_join_finish (GwCloudAccounts  *accounts,
                      GAsyncResult     *result,
                      GError          **error)
{
  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}
