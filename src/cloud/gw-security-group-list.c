/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-security-group-private.h"

#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_GROUPS 500
#define MAX_RULES 2000
#define MAX_IDS 100 /* of the API */
#define PARALLEL 5

typedef struct
{
  char *region;
  char *nic;
  GStrv ids;
  gboolean rules;
  GPtrArray *groups;  /* GwSecurityGroup */
  GHashTable *known;  /* their ids */
  guint next;         /* whose rules are asked for next */
  guint n_running;
  GError *error;      /* the first */
} Asking;

typedef struct
{
  GTask *task;
  GwSecurityGroup *group;
} RulesOf;

static void
asking_free (Asking *asking)
{
  g_free (asking->region);
  g_free (asking->nic);
  g_strfreev (asking->ids);
  g_ptr_array_unref (asking->groups);
  g_hash_table_unref (asking->known);
  g_clear_error (&asking->error);
  g_free (asking);
}

/* The objects of @answer.@outer.@inner. */
static GPtrArray *
list_objects (JsonObject *answer,
              const char *outer,
              const char *inner)
{
  GPtrArray *objects = g_ptr_array_new ();
  JsonObject *holder = gw_json_get_object (answer, outer);
  JsonArray *array = holder != NULL ? gw_json_get_array (holder, inner) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        g_ptr_array_add (objects, json_node_get_object (node));
    }
  return objects;
}

guint
gw_security_rules_read (JsonObject         *answer,
                        const char         *group,
                        GwSecurityRuleFunc  func,
                        gpointer            user_data)
{
  g_autoptr (GPtrArray) objects = list_objects (answer, "Permissions", "Permission");

  for (guint i = 0; i < objects->len; i++)
    {
      GwSecurityRule *rule = gw_security_rule_parse (g_ptr_array_index (objects, i), group);

      if (rule != NULL)
        func (rule, user_data);
    }
  return objects->len;
}

static int
compare_groups (gconstpointer a,
                gconstpointer b)
{
  const GwSecurityGroup *one = *(const GwSecurityGroup *const *) a;
  const GwSecurityGroup *other = *(const GwSecurityGroup *const *) b;
  int order = g_utf8_collate (one->name, other->name);

  return order != 0 ? order : strcmp (one->id, other->id);
}

static void
settle (GTask *task)
{
  Asking *asking = g_task_get_task_data (task);

  if (asking->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&asking->error));
      return;
    }
  g_ptr_array_sort (asking->groups, compare_groups);
  g_task_return_pointer (task, g_ptr_array_ref (asking->groups),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
keep_rule (GwSecurityRule *rule,
           gpointer        user_data)
{
  GPtrArray *rules = user_data;

  if (rules->len < MAX_RULES)
    g_ptr_array_add (rules, rule);
  else
    gw_security_rule_free (rule);
}

static guint
on_rules_page (JsonObject *answer,
               gpointer    user_data)
{
  GwSecurityGroup *group = ((RulesOf *) user_data)->group;
  guint n_before = group->rules->len;

  gw_security_rules_read (answer, group->id, keep_rule, group->rules);
  return group->rules->len - n_before;
}

/* More of them than are kept is no fault. */
static gboolean
is_full (gboolean      full,
         const GError *error)
{
  return full && g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ANSWER);
}

static void ask_rules (GTask *task);

static void
on_rules (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  RulesOf *of = user_data;
  g_autoptr (GTask) task = of->task;
  g_autoptr (GError) error = NULL;
  Asking *asking = g_task_get_task_data (task);

  asking->n_running--;
  if (!gw_cloud_client_list_finish (GW_CLOUD_CLIENT (source), result, &error)
      && !is_full (of->group->rules->len >= MAX_RULES, error) && asking->error == NULL)
    asking->error = g_steal_pointer (&error);
  g_free (of);
  ask_rules (task);
}

/* Asks for the rules of the next groups, or ends. */
static void
ask_rules (GTask *task)
{
  Asking *asking = g_task_get_task_data (task);

  while (asking->error == NULL && asking->n_running < PARALLEL
         && asking->next < asking->groups->len)
    {
      GwSecurityGroup *group = g_ptr_array_index (asking->groups, asking->next++);
      const char *parameters[] = { "SecurityGroupId", group->id, "Direction", "ingress", "NicType",
                                   asking->nic, "MaxResults", "1000", NULL };
      RulesOf *of = g_new0 (RulesOf, 1);

      of->task = g_object_ref (task);
      of->group = group;
      group->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_security_rule_free);
      asking->n_running++;
      gw_cloud_client_list_async (g_task_get_source_object (task), GW_CLOUD_ECS, asking->region,
                                  "DescribeSecurityGroupAttribute", parameters, on_rules_page, of,
                                  g_task_get_cancellable (task), on_rules, of);
    }
  if (asking->n_running == 0)
    settle (task);
}

static guint
on_groups_page (JsonObject *answer,
                gpointer    user_data)
{
  Asking *asking = user_data;
  g_autoptr (GPtrArray) objects = list_objects (answer, "SecurityGroups", "SecurityGroup");
  guint n_new = 0;

  for (guint i = 0; i < objects->len && asking->groups->len < MAX_GROUPS; i++)
    {
      g_autoptr (GwSecurityGroup) group
          = gw_security_group_parse (g_ptr_array_index (objects, i));

      /* Adding it again would put the id of a group that goes in the place of the first one's. */
      if (group == NULL || g_hash_table_contains (asking->known, group->id))
        continue;
      g_hash_table_add (asking->known, group->id);
      g_ptr_array_add (asking->groups, g_steal_pointer (&group));
      n_new++;
    }
  return n_new;
}

/* Judged without one of them the answer would be wrong. */
static GError *
find_missing (Asking *asking)
{
  for (guint i = 0; asking->ids != NULL && asking->ids[i] != NULL; i++)
    if (!g_hash_table_contains (asking->known, asking->ids[i]))
      {
        const GwCloudErrorDetails details = { .action = (char *) "ecs:DescribeSecurityGroups",
                                              .region = asking->region };
        g_autofree char *shown = gw_text_clean_line (asking->ids[i], 64);
        g_autofree char *message
            = g_strdup_printf (_("The cloud does not list the security group %s. Refresh the list "
                                 "of instances: it may have been removed."), shown);

        return gw_cloud_error_new (GW_CLOUD_ERROR_NOT_FOUND, &details, message);
      }
  return NULL;
}

static void
on_groups (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *asking = g_task_get_task_data (task);

  if (!gw_cloud_client_list_finish (GW_CLOUD_CLIENT (source), result, &asking->error)
      && is_full (asking->groups->len >= MAX_GROUPS, asking->error))
    g_clear_error (&asking->error);
  if (asking->error == NULL)
    asking->error = find_missing (asking);
  if (asking->error == NULL && asking->rules)
    ask_rules (task);
  else
    settle (task);
}

/* ["sg-1","sg-2"] */
static char *
make_id_list (const char *const *ids)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; ids[i] != NULL && i < MAX_IDS; i++)
    json_array_add_string_element (array, ids[i]);
  json_node_set_array (root, array);
  return json_to_string (root, FALSE);
}

void
gw_security_groups_list_async (GwCloudClient       *client,
                               const char          *region,
                               const char *const   *ids,
                               const char          *vpc,
                               gboolean             rules,
                               const char          *nic,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  const char *parameters[] = { "MaxResults", "100", NULL, NULL, NULL };
  g_autofree char *list = NULL;
  Asking *asking;
  GTask *task;

  g_return_if_fail (GW_IS_CLOUD_CLIENT (client));
  g_return_if_fail (!rules || nic != NULL);

  asking = g_new0 (Asking, 1);
  asking->region = g_strdup (region);
  asking->nic = g_strdup (nic);
  asking->ids = g_strdupv ((GStrv) ids);
  asking->rules = rules;
  asking->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_security_group_free);
  asking->known = g_hash_table_new (g_str_hash, g_str_equal);
  if (ids != NULL)
    list = make_id_list (ids);
  parameters[2] = ids != NULL ? "SecurityGroupIds" : vpc != NULL ? "VpcId" : "NetworkType";
  parameters[3] = ids != NULL ? list : vpc != NULL ? vpc : "classic";

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, gw_security_groups_list_async);
  g_task_set_task_data (task, asking, (GDestroyNotify) asking_free);
  gw_cloud_client_list_async (client, GW_CLOUD_ECS, region, "DescribeSecurityGroups", parameters,
                              on_groups_page, asking, cancellable, on_groups, task);
}

GPtrArray *
gw_security_groups_list_finish (GwCloudClient  *client,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, gw_security_groups_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
