/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-refusal-words.h"

#include "gw-cloud-error.h"
#include "gw-ram.h"

char *
gw_refusal_words_for (const GError    *error,
                      GwCloudAccounts *accounts,
                      GwInstance      *instance,
                      char           **request)
{
  g_autoptr (GPtrArray) refusals = NULL;
  GwEcsSource *source;

  g_return_val_if_fail (error != NULL, NULL);

  if (request != NULL)
    *request = NULL;
  if (!g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
    return g_strdup (error->message);
  refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
  gw_refusal_collect (refusals, error);
  source = gw_cloud_accounts_find_source (accounts, instance);
  if (request != NULL && source != NULL)
    *request = gw_refusal_dup_request (refusals, gw_ecs_source_get_account (source));
  return gw_refusal_describe (refusals, 1);
}
