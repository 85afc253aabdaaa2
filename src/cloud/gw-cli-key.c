/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-json.h"

/* A little over what gw_access_key_new() takes, so that too long is not missing. */
#define MAX_TEXT 16384

const GwCliKeyMembers gw_cli_sts_members = {
  "AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration",
};
const GwCliKeyMembers gw_cli_file_members = {
  "access_key_id", "access_key_secret", "sts_token", "sts_expiration",
};
const GwCliKeyMembers gw_cli_command_members = {
  "access_key_id", "access_key_secret", "sts_token", "expiration",
};

gint64
gw_cli_read_time (JsonObject *object,
                  const char *member)
{
  gint64 seconds = gw_json_get_int (object, member, 0);
  const char *text = gw_json_get_string (object, member, 64);
  g_autoptr (GTimeZone) utc = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (seconds > 0 || text == NULL)
    return MAX (seconds, 0);
  utc = g_time_zone_new_utc ();
  time = g_date_time_new_from_iso8601 (text, utc);
  return time != NULL ? MAX (g_date_time_to_unix (time), 0) : 0;
}

GwAccessKey *
gw_cli_read_key (JsonObject            *object,
                 const GwCliKeyMembers *members)
{
  const char *id = gw_json_get_string (object, members->id, MAX_TEXT);
  const char *secret_text = gw_json_get_string (object, members->secret, MAX_TEXT);
  const char *token_text = gw_json_get_string (object, members->token, MAX_TEXT);
  g_autoptr (GwSensitive) secret = NULL;
  g_autoptr (GwSensitive) token = NULL;

  if (id == NULL || secret_text == NULL)
    return NULL;
  secret = gw_sensitive_new (secret_text, -1, NULL);
  if (token_text != NULL)
    token = gw_sensitive_new (token_text, -1, NULL);
  if (secret == NULL || (token_text != NULL && token == NULL))
    return NULL;
  return gw_access_key_new (id, secret, token, gw_cli_read_time (object, members->expires));
}
