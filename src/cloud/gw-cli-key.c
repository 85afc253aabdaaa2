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
gw_cli_make_key (const char *id,
                 const char *secret_text,
                 const char *token_text,
                 gint64      expires)
{
  g_autoptr (GwSensitive) secret = NULL;
  g_autoptr (GwSensitive) token = NULL;

  if (id == NULL || secret_text == NULL)
    return NULL;
  secret = gw_sensitive_new (secret_text, -1, NULL);
  token = token_text != NULL ? gw_sensitive_new (token_text, -1, NULL) : NULL;
  if (secret == NULL || (token_text != NULL && token == NULL))
    return NULL;
  return gw_access_key_new (id, secret, token, expires);
}

GwAccessKey *
gw_cli_read_key (JsonObject            *object,
                 const GwCliKeyMembers *members)
{
  return gw_cli_make_key (gw_json_get_string (object, members->id, MAX_TEXT),
                          gw_json_get_string (object, members->secret, MAX_TEXT),
                          members->token != NULL
                            ? gw_json_get_string (object, members->token, MAX_TEXT) : NULL,
                          members->expires != NULL
                            ? gw_cli_read_time (object, members->expires) : 0);
}
