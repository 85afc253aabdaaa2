/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-source-words.h"

#include "config.h"

#include "gw-age.h"
#include "gw-cloud-accounts.h"
#include "gw-error.h"

#include <glib/gi18n.h>

/* Names of regions that are spelt out. */
#define MAX_NAMES 3
/* Seconds. */
#define STALE 60

static GwSourceOffer
find_offer (const GError *problem)
{
  if (g_error_matches (problem, GW_ERROR, GW_ERROR_KEYRING_LOCKED))
    return GW_SOURCE_OFFER_UNLOCK;
  if (g_error_matches (problem, GW_ERROR, GW_ERROR_NO_SECRET)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ENDPOINT)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SECRET)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_EXPIRED)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY))
    return GW_SOURCE_OFFER_EDIT;
  /* Only the CLI can sign in; the message says how. */
  if (g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SIGN_IN))
    return GW_SOURCE_OFFER_NOTHING;
  return GW_SOURCE_OFFER_RETRY;
}

void
gw_source_add_sentence (GString    *text,
                        const char *sentence)
{
  /* Not every message of an error ends like one. */
  if (text->len > 0)
    g_string_append (text, g_ascii_isalnum (text->str[text->len - 1]) ? ". " : " ");
  g_string_append (text, sentence);
}

static void
add_failed_regions (GwEcsSource *self,
                    GString     *text)
{
  GPtrArray *failed = gw_ecs_source_get_failed_regions (self);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *sentence = NULL;

  if (failed->len == 0)
    return;
  for (guint i = 0; i < MIN (failed->len, MAX_NAMES); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            gw_ecs_source_get_name (self, failed->pdata[i]));
  if (failed->len > MAX_NAMES)
    {
      guint more = failed->len - MAX_NAMES;

      /* Translators: after the names of three regions. */
      g_string_append_printf (names, ngettext (" and %u more", " and %u more", more), more);
    }
  /* Translators: how many regions, and their names. */
  sentence = g_strdup_printf (ngettext ("%u region could not be read: %s.",
                                        "%u regions could not be read: %s.", failed->len),
                              failed->len, names->str);
  gw_source_add_sentence (text, sentence);
}

static guint
count_regions (GwEcsSource *self)
{
  const char *const *ticked
    = gw_account_get_regions (gw_ecs_source_get_account (self));
  guint n = g_strv_length ((char **) ticked);

  return n > 0 ? n : gw_ecs_source_get_regions (self)->len;
}

/* What was wrong with parts of the last refresh. */
static GwSourceOffer
describe_parts (GwEcsSource *self,
                GString     *text)
{
  GPtrArray *refusals = gw_ecs_source_get_refusals (self);
  guint skipped = gw_ecs_source_get_n_skipped (self);
  GwSourceOffer offer = GW_SOURCE_OFFER_NOTHING;

  if (gw_ecs_source_get_failed_regions (self)->len > 0)
    offer = GW_SOURCE_OFFER_RETRY;
  if (refusals->len > 0)
    {
      g_autofree char *line = gw_refusal_describe (refusals, count_regions (self));

      gw_source_add_sentence (text, line);
      offer = GW_SOURCE_OFFER_REQUEST;
    }
  add_failed_regions (self, text);
  if (skipped > 0)
    {
      g_autofree char *sentence = NULL;

      sentence = g_strdup_printf (ngettext ("%u instance was left out: its entry makes no sense.",
                                            "%u instances were left out: their entries make no "
                                            "sense.", skipped), skipped);
      gw_source_add_sentence (text, sentence);
    }
  return offer;
}

/* Where the list is not what the cloud has now. */
static gboolean
describe_age (GwEcsSource *self,
              GString     *text)
{
  gint64 updated = gw_ecs_source_get_updated (self);
  /* A list that could not be had afresh is old much sooner. */
  gint64 limit = gw_ecs_source_get_problem (self) != NULL ? STALE : GW_CLOUD_LIST_AGE;
  g_autofree char *age = NULL;
  g_autofree char *sentence = NULL;

  if (updated <= 0 || g_list_model_get_n_items (G_LIST_MODEL (self)) == 0
      || g_get_real_time () / G_USEC_PER_SEC - updated <= limit)
    return FALSE;
  age = gw_age_describe (updated);
  /* Translators: an age, such as “3 hours ago”. */
  sentence = g_strdup_printf (_("Showing what was known %s."), age);
  gw_source_add_sentence (text, sentence);
  return TRUE;
}

/* In the cloud’s own words, for its support and for administrators: not translated. */
static void
add_detail (GString    *text,
            const char *name,
            const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", name, value);
}

char *
gw_source_dup_details (GwEcsSource *self)
{
  const GError *problem = gw_ecs_source_get_problem (self);
  const GwCloudErrorDetails *details
    = problem != NULL ? gw_cloud_error_get_details (problem) : NULL;
  GPtrArray *refusals = gw_ecs_source_get_refusals (self);
  g_autoptr (GString) text = g_string_new (NULL);

  if (details != NULL)
    {
      add_detail (text, "Code", details->code);
      add_detail (text, "RequestId", details->request_id);
      add_detail (text, "Action", details->action);
      add_detail (text, "Region", details->region);
      add_detail (text, "Message", details->message);
    }
  for (guint i = 0; problem == NULL && i < refusals->len; i++)
    {
      GwRefusal *refusal = refusals->pdata[i];

      add_detail (text, "Action", refusal->action);
      add_detail (text, "Code", refusal->code);
      add_detail (text, "RequestId", refusal->request_id);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GwSourceOffer
gw_source_describe (GwEcsSource *self,
                    gboolean     fresh,
                    GString     *text)
{
  const GError *problem = gw_ecs_source_get_problem (self);
  GwSourceOffer offer;

  if (problem != NULL)
    {
      offer = find_offer (problem);
      gw_source_add_sentence (text, problem->message);
    }
  else
    offer = describe_parts (self, text);
  if ((text->len > 0 || !fresh) && describe_age (self, text) && problem == NULL
      && offer == GW_SOURCE_OFFER_NOTHING)
    offer = GW_SOURCE_OFFER_RETRY;
  return offer;
}
