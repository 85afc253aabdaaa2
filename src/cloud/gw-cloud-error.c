/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-error.h"

#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_NAME 200
#define MAX_MESSAGE 500

typedef GwCloudErrorDetails GwCloudErrorPrivate;

static void
gw_cloud_error_private_init (GwCloudErrorPrivate *self)
{
}

static void
gw_cloud_error_private_copy (const GwCloudErrorPrivate *from,
                             GwCloudErrorPrivate       *to)
{
  to->code = g_strdup (from->code);
  to->request_id = g_strdup (from->request_id);
  to->message = g_strdup (from->message);
  to->action = g_strdup (from->action);
  to->region = g_strdup (from->region);
}

static void
gw_cloud_error_private_clear (GwCloudErrorPrivate *self)
{
  g_free (self->code);
  g_free (self->request_id);
  g_free (self->message);
  g_free (self->action);
  g_free (self->region);
}

G_DEFINE_EXTENDED_ERROR (GwCloudError, gw_cloud_error)

const GwCloudErrorDetails *
gw_cloud_error_get_details (const GError *error)
{
  return error != NULL && error->domain == GW_CLOUD_ERROR ? gw_cloud_error_get_private (error)
                                                          : NULL;
}

static char *
clean (const char *text,
       gsize       max_chars)
{
  g_autofree char *line = text != NULL ? gw_text_clean_line (text, max_chars) : NULL;

  return line != NULL && *line != '\0' ? g_steal_pointer (&line) : NULL;
}

GError *
gw_cloud_error_new (GwCloudError               error,
                    const GwCloudErrorDetails *details,
                    const char                *message)
{
  GError *self;

  g_return_val_if_fail (message != NULL, NULL);

  self = g_error_new_literal (GW_CLOUD_ERROR, error, message);
  if (details != NULL)
    {
      GwCloudErrorPrivate *own = gw_cloud_error_get_private (self);

      own->code = clean (details->code, MAX_NAME);
      own->request_id = clean (details->request_id, MAX_NAME);
      own->message = clean (details->message, MAX_MESSAGE);
      own->action = clean (details->action, MAX_NAME);
      own->region = clean (details->region, MAX_NAME);
    }
  return self;
}

/* Patterns of g_pattern_match_simple(); the first that fits decides. Where @text is NULL, what the
 * cloud itself said is the best there is. */
static const struct
{
  const char *pattern;
  GwCloudError error;
  const char *text;
} codes[] = {
  { "InvalidAccessKeyId.Inactive", GW_CLOUD_ERROR_KEY,
    N_("This AccessKey is disabled. Enable it in the RAM console, or use another one.") },
  { "InvalidAccessKeyId*", GW_CLOUD_ERROR_KEY,
    N_("The cloud does not know this AccessKey. Check the AccessKey ID.") },
  { "Forbidden.AccessKeyDisabled", GW_CLOUD_ERROR_KEY,
    N_("This AccessKey is disabled. Enable it in the RAM console, or use another one.") },
  { "SignatureDoesNotMatch", GW_CLOUD_ERROR_SECRET,
    N_("The AccessKey secret is wrong. Enter it again.") },
  { "InvalidAccessKeySecret*", GW_CLOUD_ERROR_SECRET,
    N_("The AccessKey secret is wrong. Enter it again.") },
  { "IncompleteSignature", GW_CLOUD_ERROR_SECRET,
    N_("The AccessKey secret is wrong. Enter it again.") },
  { "InvalidSecurityToken*", GW_CLOUD_ERROR_EXPIRED,
    N_("The temporary AccessKey has expired or its STS token is wrong. Get a new one.") },
  { "MissingSecurityToken*", GW_CLOUD_ERROR_EXPIRED,
    N_("This AccessKey is a temporary one and needs its STS token. Enter both.") },
  { "InvalidTimeStamp*", GW_CLOUD_ERROR_CLOCK,
    N_("The clock of this computer differs too much from that of the cloud. Set the clock.") },
  { "IllegalTimestamp*", GW_CLOUD_ERROR_CLOCK,
    N_("The clock of this computer differs too much from that of the cloud. Set the clock.") },
  { "Throttling*", GW_CLOUD_ERROR_THROTTLED,
    N_("The cloud received too many requests for this account. Try again in a few minutes.") },
  { "Forbidden*", GW_CLOUD_ERROR_DENIED, NULL },
  { "NoPermission*", GW_CLOUD_ERROR_DENIED, NULL },
  { "*.NotFound", GW_CLOUD_ERROR_NOT_FOUND, NULL },
};

static char *
describe (GwCloudError               error,
          const GwCloudErrorDetails *details)
{
  if (error == GW_CLOUD_ERROR_DENIED && details->action != NULL)
    return g_strdup_printf (_("The account does not have the permission %s. Ask an administrator "
                              "of the account for it."), details->action);
  if (error == GW_CLOUD_ERROR_DENIED)
    return g_strdup (_("The account does not have the permission for this. Ask an administrator "
                       "of the account for it."));
  if (details->message == NULL)
    return g_strdup_printf (_("The cloud refused the request with the code %s."), details->code);
  if (error == GW_CLOUD_ERROR_NOT_FOUND)
    return g_strdup_printf (_("The cloud does not have what was asked for: %s"),
                            details->message);
  return g_strdup_printf (_("The cloud refused the request: %s"), details->message);
}

GError *
gw_cloud_error_new_for_code (const GwCloudErrorDetails *details)
{
  GwCloudError number = GW_CLOUD_ERROR_FAILED;
  const char *text = NULL;
  GError *error;

  g_return_val_if_fail (details != NULL && details->code != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_pattern_match_simple (codes[i].pattern, details->code))
      {
        number = codes[i].error;
        text = codes[i].text;
        break;
      }
  error = gw_cloud_error_new (number, details, text != NULL ? _(text) : "");
  if (text == NULL)
    {
      g_free (error->message);
      error->message = describe (number, gw_cloud_error_get_private (error));
    }
  return error;
}
