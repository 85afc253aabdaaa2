/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "gw-ssh-config.h"

#include <string.h>

/* What a backslash takes the meaning from: argv_split() of OpenSSH. Any other backslash is one. */
static gboolean
is_escape (const char *p,
           char        quote)
{
  return p[0] == '\\' && p[1] != '\0' &&
         (strchr ("'\"\\", p[1]) != NULL || (quote == '\0' && p[1] == ' '));
}

GStrv
gw_ssh_config_split (const char *line)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *p = line;

  for (;;)
    {
      g_autoptr (GString) word = g_string_new (NULL);
      char quote = '\0';

      p += strspn (p, " \t\r");
      if (*p == '\0' || *p == '#')
        return g_strv_builder_end (builder);
      for (; *p != '\0' && (quote != '\0' || strchr (" \t\r", *p) == NULL); p++)
        {
          if (is_escape (p, quote))
            g_string_append_c (word, *++p);
          else if (quote == '\0' && (*p == '"' || *p == '\''))
            quote = *p;
          else if (quote != '\0' && *p == quote)
            quote = '\0';
          else
            g_string_append_c (word, *p);
        }
      if (quote != '\0')
        return NULL;
      g_strv_builder_add (builder, word->str);
    }
}

char *
gw_ssh_config_expand (const char        *text,
                      const char *const *pairs)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *value = NULL;

      if (*p != '%')
        {
          g_string_append_c (out, *p);
          continue;
        }
      p++;
      if (*p == '%')
        value = "%";
      for (guint i = 0; value == NULL && pairs[i] != NULL; i += 2)
        if (*p == *pairs[i])
          value = pairs[i + 1];
      if (value == NULL)
        return NULL;
      g_string_append (out, value);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
