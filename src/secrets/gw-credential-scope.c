/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-credential-scope.h"

#include <string.h>

static const char *const prefixes[GW_N_SCOPE_KINDS] = {
  [GW_SCOPE_KEY_PAIR] = "key-pair:",
  [GW_SCOPE_TAG] = "tag:",
  [GW_SCOPE_GROUP] = "group:",
  [GW_SCOPE_SOURCE] = "source:",
};

char *
gw_scope_new (GwScopeKind  kind,
              const char  *value)
{
  g_return_val_if_fail (kind < GW_N_SCOPE_KINDS, NULL);
  g_return_val_if_fail (value != NULL, NULL);

  return g_strconcat (prefixes[kind], value, NULL);
}

gboolean
gw_scope_parse (const char   *scope,
                GwScopeKind  *kind,
                const char  **value)
{
  g_return_val_if_fail (scope != NULL, FALSE);

  for (guint i = 0; i < GW_N_SCOPE_KINDS; i++)
    {
      if (!g_str_has_prefix (scope, prefixes[i]))
        continue;
      *kind = (GwScopeKind) i;
      *value = scope + strlen (prefixes[i]);
      return **value != '\0';
    }
  return FALSE;
}
