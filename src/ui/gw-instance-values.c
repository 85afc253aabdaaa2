/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-instance-values.h"

#include "config.h"

#include "gw-age.h"

#include <glib/gi18n.h>
#include <string.h>

/* "2017-12-10T04:04Z": the API's times have no seconds, which GLib's parser insists on. */
#define TIME_LENGTH 17

typedef struct {
  GPtrArray   *values;
  GwInstance  *instance;
  GwEcsSource *source; /* (nullable) */
  const char  *group;
} Builder;

static void
value_free (gpointer data)
{
  GwInstanceValue *value = data;

  g_free (value->shown);
  g_free (value->raw);
  g_free (value);
}

/* @shown (transfer full, nullable): %NULL for @raw itself. */
static void
add (Builder    *builder,
     const char *name,
     const char *raw,
     char       *shown)
{
  GwInstanceValue *value;

  if (raw == NULL || *raw == '\0')
    {
      g_free (shown);
      return;
    }
  value = g_new0 (GwInstanceValue, 1);
  value->group = builder->group;
  value->name = name;
  value->raw = g_strdup (raw);
  value->shown = shown != NULL ? shown : g_strdup (raw);
  g_ptr_array_add (builder->values, value);
}

static void
add_text (Builder        *builder,
          const char     *name,
          GwInstanceText  which)
{
  add (builder, name, gw_instance_get_text (builder->instance, which), NULL);
}

/* A region or resource group, whose title is not its id. */
static void
add_named (Builder        *builder,
           const char     *name,
           GwInstanceText  which)
{
  const char *id = gw_instance_get_text (builder->instance, which);
  const char *title = id != NULL && builder->source != NULL
                      ? gw_ecs_source_get_name (builder->source, id) : id;

  /* Translators: title and id of a region or resource group. */
  add (builder, name, id,
       g_strcmp0 (id, title) == 0 ? NULL : g_strdup_printf (_("%s – %s"), title, id));
}

/* In the person's own time zone. %NULL for what is no time. Free with g_free(). */
static char *
format_time (const char *text)
{
  g_autofree char *full = NULL;
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GDateTime) local = NULL;

  if (text == NULL)
    return NULL;
  if (strlen (text) == TIME_LENGTH)
    full = g_strdup_printf ("%.16s:00Z", text);
  time = g_date_time_new_from_iso8601 (full != NULL ? full : text, NULL);
  local = time != NULL ? g_date_time_to_local (time) : NULL;
  /* Translators: a day and a time of day, see strftime(); “10 December 2017, 12:04”. */
  return local != NULL ? g_date_time_format (local, _("%-d %B %Y, %H:%M")) : NULL;
}

static void
add_time (Builder        *builder,
          const char     *name,
          GwInstanceText  which)
{
  const char *text = gw_instance_get_text (builder->instance, which);

  add (builder, name, text, format_time (text));
}

static void
add_list (Builder           *builder,
          const char        *name,
          const char *const *list)
{
  for (guint i = 0; list[i] != NULL; i++)
    add (builder, name, list[i], NULL);
}

static void
add_state (Builder *builder)
{
  GwInstanceStatus status = gw_instance_get_status (builder->instance);
  g_autofree char *age = NULL;

  if (status == GW_INSTANCE_STATUS_UNKNOWN)
    return;
  age = gw_age_describe (gw_instance_get_status_time (builder->instance));
  /* Translators: state of an instance (Running), and when that was so (3 days ago). */
  add (builder, _("State"), gw_instance_status_to_string (status),
       g_strdup_printf (_("%s, %s"), gw_instance_status_title (status), age));
}

static void
add_charge_type (Builder *builder)
{
  const char *type = gw_instance_get_text (builder->instance, GW_INSTANCE_CHARGE_TYPE);
  const char *shown = NULL;

  if (g_strcmp0 (type, "PrePaid") == 0)
    shown = _("Subscription");
  else if (g_strcmp0 (type, "PostPaid") == 0)
    shown = _("Pay as you go");
  add (builder, _("Billing"), type, g_strdup (shown));
}

static void
add_general (Builder *builder)
{
  GwInstance *instance = builder->instance;

  builder->group = _("General");
  add_text (builder, _("Name"), GW_INSTANCE_NAME);
  /* That of a saved host is nobody's business. */
  if (gw_instance_is_cloud (instance))
    add (builder, _("Instance ID"), gw_instance_get_id (instance), NULL);
  add_text (builder, _("Description"), GW_INSTANCE_DESCRIPTION);
  add_state (builder);
  add_list (builder, _("Locked"), gw_instance_get_locks (instance));
  add_named (builder, _("Region"), GW_INSTANCE_REGION);
  add_text (builder, _("Zone"), GW_INSTANCE_ZONE);
  add_named (builder, _("Resource Group"), GW_INSTANCE_RESOURCE_GROUP);
  add_text (builder, _("Instance Type"), GW_INSTANCE_TYPE);
  add_text (builder, _("Size"), GW_INSTANCE_SIZE);
  add_text (builder, _("Operating System"), GW_INSTANCE_OS);
  add_text (builder, _("Image"), GW_INSTANCE_IMAGE);
  add_text (builder, _("Key Pair"), GW_INSTANCE_KEY_PAIR);
  add_charge_type (builder);
  add_time (builder, _("Created"), GW_INSTANCE_CREATED);
  add_time (builder, _("Started"), GW_INSTANCE_STARTED);
  add_time (builder, _("Expires"), GW_INSTANCE_EXPIRES);
}

static void
add_login (Builder *builder)
{
  guint port = gw_instance_get_port (builder->instance);
  g_autofree char *number = port != 0 ? g_strdup_printf ("%u", port) : NULL;

  builder->group = _("Login");
  add_text (builder, _("Host Name"), GW_INSTANCE_HOST_NAME);
  add (builder, _("Port"), number, NULL);
  add_text (builder, _("Username"), GW_INSTANCE_USER);
  add_text (builder, _("Identity File"), GW_INSTANCE_IDENTITY_FILE);
  add_text (builder, _("Jump Host"), GW_INSTANCE_PROXY_JUMP);
}

static void
add_network (Builder *builder)
{
  GwInstance *instance = builder->instance;
  const char *names[GW_N_ADDRESS_KINDS] = {
    [GW_ADDRESS_PUBLIC] = _("Public Address"),
    [GW_ADDRESS_ELASTIC] = _("Elastic Address"),
    [GW_ADDRESS_PRIVATE] = _("Private Address"),
    [GW_ADDRESS_INTERNAL] = _("Internal Address"),
  };
  GwNetworkType network = gw_instance_get_network (instance);

  builder->group = _("Network");
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    add_list (builder, names[i], gw_instance_get_addresses (instance, (GwAddressKind) i));
  if (network != GW_NETWORK_UNKNOWN)
    add (builder, _("Network Type"), network == GW_NETWORK_VPC ? "vpc" : "classic",
         g_strdup (network == GW_NETWORK_VPC ? _("VPC") : _("Classic network")));
  add_text (builder, _("VPC"), GW_INSTANCE_VPC);
  add_text (builder, _("vSwitch"), GW_INSTANCE_V_SWITCH);
  add_list (builder, _("Security Group"), gw_instance_get_security_groups (instance));
}

GPtrArray *
gw_instance_values_list (GwInstance  *instance,
                         GwEcsSource *source)
{
  Builder builder = { .instance = instance, .source = source };

  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  builder.values = g_ptr_array_new_with_free_func (value_free);
  add_general (&builder);
  add_login (&builder);
  add_network (&builder);
  builder.group = _("Tags");
  add_list (&builder, "", gw_instance_get_tags (instance));
  return builder.values;
}
