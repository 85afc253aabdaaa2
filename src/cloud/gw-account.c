/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-account.h"

#include "gw-text.h"

#include <string.h>

#define DEFAULT_REGION "cn-hangzhou"
#define MAX_NAME 200
#define MAX_PROFILE 1024
#define MAX_REGION 64
#define MAX_REGIONS 500
#define MAX_ENDPOINT 300

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

struct _GwAccount
{
  GObject parent_instance;

  char *id;
  GwAccountKind kind;
  char *name;
  char *profile;
  char *region;
  char *endpoint;
  GStrv regions;
};

G_DEFINE_FINAL_TYPE (GwAccount, gw_account, G_TYPE_OBJECT)

static void
emit_if (GwAccount *self,
         gboolean   changed)
{
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* Takes @text. */
static gboolean
set_text (char **field,
          char  *text)
{
  gboolean changed = g_strcmp0 (*field, text) != 0;

  g_free (*field);
  *field = text;
  return changed;
}

static char *
clean_or_null (const char *text,
               gsize       max_chars)
{
  g_autofree char *clean = text != NULL ? gw_text_clean_line (text, max_chars) : NULL;

  if (clean != NULL)
    g_strstrip (clean);
  return clean != NULL && *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}

static gboolean
is_region (const char *region)
{
  gsize length = region != NULL ? strlen (region) : 0;

  if (length == 0 || length > MAX_REGION)
    return FALSE;
  return strspn (region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GStrv
sort_regions (const char *const *regions)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *last = NULL;

  for (guint i = 0; regions != NULL && regions[i] != NULL && sorted->len < MAX_REGIONS; i++)
    if (is_region (regions[i]))
      g_ptr_array_add (sorted, (gpointer) regions[i]);
  g_ptr_array_sort (sorted, compare_texts);
  for (guint i = 0; i < sorted->len; i++)
    {
      const char *region = g_ptr_array_index (sorted, i);

      if (g_strcmp0 (region, last) != 0)
        g_strv_builder_add (builder, region);
      last = region;
    }
  return g_strv_builder_end (builder);
}

/* Takes @regions. */
static gboolean
set_sorted_regions (GwAccount *self,
                    GStrv      regions)
{
  gboolean changed = !g_strv_equal ((const char *const *) self->regions,
                                    (const char *const *) regions);

  g_strfreev (self->regions);
  self->regions = regions;
  return changed;
}

static gboolean
copy_fields (GwAccount *self,
             GwAccount *other)
{
  gboolean changed = self->kind != other->kind;

  self->kind = other->kind;
  changed |= set_text (&self->name, g_strdup (other->name));
  changed |= set_text (&self->profile, g_strdup (other->profile));
  changed |= set_text (&self->region, g_strdup (other->region));
  changed |= set_text (&self->endpoint, g_strdup (other->endpoint));
  changed |= set_sorted_regions (self, g_strdupv (other->regions));
  return changed;
}

static void
gw_account_finalize (GObject *object)
{
  GwAccount *self = GW_ACCOUNT (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->profile);
  g_free (self->region);
  g_free (self->endpoint);
  g_strfreev (self->regions);

  G_OBJECT_CLASS (gw_account_parent_class)->finalize (object);
}

static void
gw_account_class_init (GwAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_account_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_account_init (GwAccount *self)
{
  self->name = g_strdup ("");
  self->region = g_strdup (DEFAULT_REGION);
  self->regions = g_new0 (char *, 1);
}

GwAccount *
gw_account_new (const char    *id,
                GwAccountKind  kind)
{
  GwAccount *self = g_object_new (GW_TYPE_ACCOUNT, NULL);

  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  self->kind = kind;
  return self;
}

GwAccount *
gw_account_copy (GwAccount *self)
{
  GwAccount *copy;

  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  copy = gw_account_new (self->id, self->kind);
  copy_fields (copy, self);
  return copy;
}

void
gw_account_assign (GwAccount *self,
                   GwAccount *other)
{
  g_return_if_fail (GW_IS_ACCOUNT (self));
  g_return_if_fail (GW_IS_ACCOUNT (other));

  if (self != other)
    emit_if (self, copy_fields (self, other));
}

gboolean
gw_account_equal (GwAccount *a,
                  GwAccount *b)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (a), FALSE);
  g_return_val_if_fail (GW_IS_ACCOUNT (b), FALSE);

  return g_str_equal (a->id, b->id) && a->kind == b->kind && g_str_equal (a->name, b->name)
         && g_strcmp0 (a->profile, b->profile) == 0 && g_str_equal (a->region, b->region)
         && g_strcmp0 (a->endpoint, b->endpoint) == 0
         && g_strv_equal ((const char *const *) a->regions, (const char *const *) b->regions);
}

const char *
gw_account_get_id (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  return self->id;
}

GwAccountKind
gw_account_get_kind (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), GW_ACCOUNT_ACCESS_KEY);

  return self->kind;
}

void
gw_account_set_kind (GwAccount     *self,
                     GwAccountKind  kind)
{
  gboolean changed;

  g_return_if_fail (GW_IS_ACCOUNT (self));

  changed = self->kind != kind;
  self->kind = kind;
  emit_if (self, changed);
}

const char *
gw_account_get_name (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  return self->name;
}

void
gw_account_set_name (GwAccount  *self,
                     const char *name)
{
  char *clean;

  g_return_if_fail (GW_IS_ACCOUNT (self));

  clean = clean_or_null (name, MAX_NAME);
  emit_if (self, set_text (&self->name, clean != NULL ? clean : g_strdup ("")));
}

const char *
gw_account_get_profile (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  return self->profile;
}

void
gw_account_set_profile (GwAccount  *self,
                        const char *profile)
{
  g_return_if_fail (GW_IS_ACCOUNT (self));

  /* Not cleaned, or it would not be found in the CLI's file any more. */
  if (profile != NULL && (*profile == '\0' || strlen (profile) > MAX_PROFILE
                          || !g_utf8_validate (profile, -1, NULL)))
    profile = NULL;
  emit_if (self, set_text (&self->profile, g_strdup (profile)));
}

const char *
gw_account_get_region (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  return self->region;
}

void
gw_account_set_region (GwAccount  *self,
                       const char *region)
{
  g_return_if_fail (GW_IS_ACCOUNT (self));

  if (is_region (region))
    emit_if (self, set_text (&self->region, g_strdup (region)));
}

const char *
gw_account_get_endpoint (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  return self->endpoint;
}

void
gw_account_set_endpoint (GwAccount  *self,
                         const char *endpoint)
{
  g_return_if_fail (GW_IS_ACCOUNT (self));

  emit_if (self, set_text (&self->endpoint, clean_or_null (endpoint, MAX_ENDPOINT)));
}

const char *const *
gw_account_get_regions (GwAccount *self)
{
  g_return_val_if_fail (GW_IS_ACCOUNT (self), NULL);

  return (const char *const *) self->regions;
}

void
gw_account_set_regions (GwAccount         *self,
                        const char *const *regions)
{
  g_return_if_fail (GW_IS_ACCOUNT (self));

  emit_if (self, set_sorted_regions (self, sort_regions (regions)));
}
