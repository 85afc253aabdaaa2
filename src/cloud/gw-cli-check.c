/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cli-private.h"

#include "gw-cloud-error.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* What a profile of the aliyun CLI holds itself, and what it lacks. */

#define MAX_SHOWN 100
/* Seconds before its end that a key which only the CLI renews is not used any more. */
#define SIGN_IN_MARGIN 60

static const GwCliKeyMembers plain_members = { "access_key_id", "access_key_secret", NULL, NULL };
static const GwCliKeyMembers token_members = {
  "access_key_id", "access_key_secret", "sts_token", NULL,
};
static const GwCliKeyMembers signed_in_members = {
  "access_key_id", "access_key_secret", "sts_token", "sts_expiration",
};

GError *
gw_cli_make_no_key (char *message)
{
  GError *error = g_error_new_literal (GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY, message);

  g_free (message);
  return error;
}

static GError *
make_sign_in_error (const char *title,
                    GwCliMode   mode)
{
  gboolean is_plain = strspn (title, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-")
                      == strlen (title);
  g_autofree char *word = is_plain ? g_strdup (title) : g_shell_quote (title);

  return g_error_new (GW_CLOUD_ERROR, GW_CLOUD_ERROR_SIGN_IN,
                      /* Translators: the name of a profile, then words of a command line */
                      _("The sign-in of the profile “%s” of the aliyun CLI has run out. Sign in "
                        "again in a terminal: aliyun configure --mode %s --profile %s"),
                      title, mode == GW_CLI_OAUTH ? "OAuth" : "CloudSSO", word);
}

static gboolean
is_external_disabled (void)
{
  const char *value = g_getenv ("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS");

  return value != NULL && (g_str_equal (value, "1") || g_ascii_strcasecmp (value, "true") == 0);
}

GwAccessKey *
gw_cli_read_file_key (JsonObject *profile,
                      GwCliMode   mode)
{
  gint64 soon = g_get_real_time () / G_USEC_PER_SEC + SIGN_IN_MARGIN;
  gboolean has_token = gw_cli_get_text (profile, "sts_token") != NULL;

  switch (mode)
    {
    case GW_CLI_AK:
      return gw_cli_read_key (profile, &plain_members);
    case GW_CLI_STS_TOKEN:
      return has_token ? gw_cli_read_key (profile, &token_members) : NULL;
    case GW_CLI_RAM_ROLE_ARN:
      return gw_cli_read_key (profile, &token_members);
    case GW_CLI_CLOUD_SSO:
    case GW_CLI_OAUTH:
      if (!has_token || gw_cli_read_time (profile, "sts_expiration") <= soon)
        return NULL;
      return gw_cli_read_key (profile, &signed_in_members);
    case GW_CLI_CREDENTIALS_URI:
    case GW_CLI_EXTERNAL:
    case GW_CLI_UNSUPPORTED:
    default:
      return NULL;
    }
}

GError *
gw_cli_check (JsonObject  *profile,
              GwCliMode    mode,
              const char  *title,
              GwAccessKey *base)
{
  const char *needed = mode == GW_CLI_RAM_ROLE_ARN ? "ram_role_arn"
                       : mode == GW_CLI_EXTERNAL ? "process_command"
                       : mode == GW_CLI_CREDENTIALS_URI ? "credentials_uri" : NULL;
  gboolean is_external = mode == GW_CLI_EXTERNAL || mode == GW_CLI_CREDENTIALS_URI;
  g_autofree char *word = gw_text_clean_line (gw_cli_get_mode_word (profile), MAX_SHOWN);
  char *message;

  if (mode == GW_CLI_UNSUPPORTED)
    message = g_strdup_printf (_("Gangway cannot use the profile “%s” of the aliyun CLI, which is "
                                 "of the mode “%s”."), title, word);
  else if (is_external && is_external_disabled ())
    message = g_strdup_printf (_("The profile “%s” of the aliyun CLI is not used because "
                                 "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set."), title);
  else if (base == NULL && (mode == GW_CLI_CLOUD_SSO || mode == GW_CLI_OAUTH))
    return make_sign_in_error (title, mode);
  else if (base == NULL && !is_external)
    message = g_strdup_printf (_("The profile “%s” of the aliyun CLI has no valid AccessKey."),
                               title);
  else if (needed != NULL && gw_cli_get_text (profile, needed) == NULL)
    message = g_strdup_printf (_("The profile “%s” of the aliyun CLI has no %s."), title, needed);
  else
    return NULL;
  return gw_cli_make_no_key (message);
}
