/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-json.h"
#include "gw-text.h"

#include <glib/gi18n.h>

#define MAX_FILE (1024 * 1024)
#define MAX_TEXT 16384
#define MAX_NAME 1024
#define MAX_WORD 64
#define MAX_SHOWN 300

/* What a mode needs, of which the session's name of RamRoleArn has a default. What the CLI signs in
 * for is there once it has done so. */
static const struct
{
  const char *word;
  GwCliMode mode;
  const char *needs[4];
} modes[] = {
  { "AK", GW_CLI_AK, { "access_key_id", "access_key_secret" } },
  { "StsToken", GW_CLI_STS_TOKEN, { "access_key_id", "access_key_secret", "sts_token" } },
  { "RamRoleArn", GW_CLI_RAM_ROLE_ARN, { "access_key_id", "access_key_secret", "ram_role_arn" } },
  { "CredentialsURI", GW_CLI_CREDENTIALS_URI, { "credentials_uri" } },
  { "External", GW_CLI_EXTERNAL, { "process_command" } },
  { "CloudSSO", GW_CLI_CLOUD_SSO, { NULL } },
  { "OAuth", GW_CLI_OAUTH, { NULL } },
};

const char *
gw_cli_get_text (JsonObject *profile,
                 const char *member)
{
  const char *text = gw_json_get_string (profile, member, MAX_TEXT);

  return text != NULL && *text != '\0' ? text : NULL;
}

const char *
gw_cli_get_mode_word (JsonObject *profile)
{
  const char *word = gw_json_get_string (profile, "mode", MAX_WORD);

  if (word != NULL && *word != '\0')
    return word;
  return word == NULL && json_object_has_member (profile, "mode") ? "?" : "AK";
}

static int
find_mode (JsonObject *profile)
{
  const char *word = gw_cli_get_mode_word (profile);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_ascii_strcasecmp (modes[i].word, word) == 0)
      return (int) i;
  return -1;
}

GwCliMode
gw_cli_mode_read (JsonObject *profile)
{
  int i = find_mode (profile);

  return i >= 0 ? modes[i].mode : GW_CLI_UNSUPPORTED;
}

static gboolean
is_complete (JsonObject *profile)
{
  int i = find_mode (profile);

  if (i < 0)
    return FALSE;
  for (guint n = 0; modes[i].needs[n] != NULL; n++)
    if (gw_cli_get_text (profile, modes[i].needs[n]) == NULL)
      return FALSE;
  return TRUE;
}

static char *
find_path (const char *path)
{
  const char *configured = g_getenv ("ALIBABA_CLOUD_CONFIG_FILE");

  if (path != NULL)
    return g_strdup (path);
  if (configured != NULL && *configured != '\0')
    return g_strdup (configured);
  return g_build_filename (g_get_home_dir (), ".aliyun", "config.json", NULL);
}

JsonNode *
gw_cli_load (const char  *path,
             GError     **error)
{
  const char *disabled = g_getenv ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED");
  g_autofree char *file = find_path (path);
  g_autoptr (GError) own_error = NULL;
  JsonNode *root;

  if (disabled != NULL && g_ascii_strcasecmp (disabled, "true") == 0)
    return NULL;
  root = gw_json_load (file, MAX_FILE, &own_error);
  if (root == NULL && !g_error_matches (own_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&own_error));
  return root;
}

/* The profile at @index of the array, and its name; %NULL if it cannot be one. */
static JsonObject *
get_profile (JsonArray   *profiles,
             guint        index,
             const char **name)
{
  JsonNode *node = json_array_get_element (profiles, index);
  JsonObject *profile = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  *name = profile != NULL ? gw_json_get_string (profile, "name", MAX_NAME) : NULL;
  return *name != NULL && **name != '\0' ? profile : NULL;
}

JsonObject *
gw_cli_find (JsonNode   *root,
             const char *name)
{
  JsonArray *profiles = gw_json_get_array (json_node_get_object (root), "profiles");
  guint length = profiles != NULL ? json_array_get_length (profiles) : 0;

  for (guint i = 0; i < length; i++)
    {
      const char *own_name;
      JsonObject *profile = get_profile (profiles, i, &own_name);

      if (profile != NULL && g_str_equal (own_name, name))
        return profile;
    }
  return NULL;
}

static char *
clean (const char *text)
{
  return text != NULL ? gw_text_clean_line (text, MAX_SHOWN) : NULL;
}

void
gw_cli_profile_free (GwCliProfile *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->mode_word);
  g_free (self->region);
  g_free (self->endpoint);
  g_free (self);
}

GPtrArray *
gw_cli_profiles_load (const char  *path,
                      GError     **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)
                                                               gw_cli_profile_free);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) own_error = NULL;
  g_autoptr (JsonNode) root = gw_cli_load (path, &own_error);
  const char *current;
  JsonArray *profiles;
  guint length;

  if (own_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&own_error));
      return NULL;
    }
  if (root == NULL)
    return g_steal_pointer (&list);

  current = gw_json_get_string (json_node_get_object (root), "current", MAX_NAME);
  profiles = gw_json_get_array (json_node_get_object (root), "profiles");
  length = profiles != NULL ? json_array_get_length (profiles) : 0;
  for (guint i = 0; i < length; i++)
    {
      const char *name;
      JsonObject *profile = get_profile (profiles, i, &name);
      GwCliProfile *self;

      /* Of two with one name the CLI finds the first. */
      if (profile == NULL || !g_hash_table_add (names, (gpointer) name))
        continue;
      self = g_new0 (GwCliProfile, 1);
      self->name = g_strdup (name);
      self->mode = gw_cli_mode_read (profile);
      self->mode_word = clean (gw_cli_get_mode_word (profile));
      self->region = clean (gw_cli_get_text (profile, "region_id"));
      self->endpoint = clean (gw_cli_get_text (profile, "endpoint"));
      self->is_current = g_strcmp0 (name, current) == 0;
      self->is_complete = is_complete (profile);
      g_ptr_array_add (list, self);
    }
  return g_steal_pointer (&list);
}

const char *
gw_cli_mode_describe (GwCliMode mode)
{
  switch (mode)
    {
    case GW_CLI_AK:
      return _("An AccessKey in the CLI’s file");
    case GW_CLI_STS_TOKEN:
      return _("A temporary AccessKey in the CLI’s file");
    case GW_CLI_RAM_ROLE_ARN:
      return _("Assumes a RAM role");
    case GW_CLI_CREDENTIALS_URI:
      return _("Asks a web address for a temporary AccessKey");
    case GW_CLI_EXTERNAL:
      return _("Runs a command of yours that prints an AccessKey");
    case GW_CLI_CLOUD_SSO:
      return _("Signed in with CloudSSO by the CLI");
    case GW_CLI_OAUTH:
      return _("Signed in with the browser by the CLI");
    case GW_CLI_UNSUPPORTED:
    default:
      return _("Not supported by Gangway");
    }
}
