/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-instance.h"

#include "gw-search.h"

#include "gw-endpoint.h"
#include "gw-text.h"

#include <glib/gi18n.h>

#define MAX_TEXT_CHARS 256
/* PATH_MAX of Linux: a path is not cut, because a cut path is another path. */
#define MAX_PATH_BYTES 4096

struct _GwInstance
{
  GObject parent_instance;

  char *id;
  char *texts[GW_N_INSTANCE_TEXTS];    /* those of is_shared() are interned GRefStrings */
  GStrv addresses[GW_N_ADDRESS_KINDS]; /* each may be %NULL: empty; here and below */
  GStrv security_groups;               /* of interned GRefStrings, here and below */
  GStrv tags;
  GStrv locks;
  gint64 status_time;
  guint port;
  GwInstanceStatus status;
  GwNetworkType network;
  gboolean login_as_non_root;

  char *search_text; /* made when first asked for, dropped by every change */
};

G_DEFINE_FINAL_TYPE (GwInstance, gw_instance, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const empty_list[] = { NULL };

static const struct {
  GwInstanceStatus status;
  const char *word; /* of the API */
  const char *title;
} statuses[] = {
  { GW_INSTANCE_STATUS_UNKNOWN, "", NULL },
  { GW_INSTANCE_STATUS_PENDING, "Pending", N_("Pending") },
  { GW_INSTANCE_STATUS_STARTING, "Starting", N_("Starting") },
  { GW_INSTANCE_STATUS_RUNNING, "Running", N_("Running") },
  { GW_INSTANCE_STATUS_STOPPING, "Stopping", N_("Stopping") },
  { GW_INSTANCE_STATUS_STOPPED, "Stopped", N_("Stopped") },
};

/* What many instances of an account have in common is in memory once. */
static gboolean
is_shared (GwInstanceText which)
{
  switch (which)
    {
    case GW_INSTANCE_REGION:
    case GW_INSTANCE_ZONE:
    case GW_INSTANCE_OS:
    case GW_INSTANCE_RESOURCE_GROUP:
    case GW_INSTANCE_KEY_PAIR:
    case GW_INSTANCE_VPC:
    case GW_INSTANCE_OS_TYPE:
    case GW_INSTANCE_TYPE:
    case GW_INSTANCE_SIZE:
    case GW_INSTANCE_IMAGE:
    case GW_INSTANCE_V_SWITCH:
    case GW_INSTANCE_CHARGE_TYPE:
      return TRUE;
    case GW_INSTANCE_NAME:
    case GW_INSTANCE_HOST_NAME:
    case GW_INSTANCE_USER:
    case GW_INSTANCE_PROXY_JUMP:
    case GW_INSTANCE_IDENTITY_FILE:
    case GW_INSTANCE_DESCRIPTION:
    case GW_INSTANCE_CREATED:
    case GW_INSTANCE_STARTED:
    case GW_INSTANCE_EXPIRES:
    default:
      return FALSE;
    }
}

static const char *const *
peek_list (GStrv list)
{
  return list != NULL ? (const char *const *) list : empty_list;
}

static void
emit_changed (GwInstance *self)
{
  g_clear_pointer (&self->search_text, g_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

static char *
clean_path (const char *text)
{
  const char *end;

  if (strlen (text) > MAX_PATH_BYTES || !g_utf8_validate (text, -1, &end))
    return NULL;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
          type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return NULL;
    }
  return g_strdup (text);
}

static char *
clean_host (const char *text)
{
  g_autofree char *host = g_strstrip (g_strdup (text));

  return gw_host_validate (host, NULL) ? g_steal_pointer (&host) : NULL;
}

static char *
clean_user (const char *text)
{
  return gw_user_validate (text, NULL) ? g_strdup (text) : NULL;
}

/* Whether gw_text_clean_line() would leave @text as it is, which is so for nearly all of the
 * million texts of 50,000 instances. */
static gboolean
is_clean (const char *text)
{
  gsize n = 0;

  for (; n < MAX_TEXT_CHARS && text[n] > ' ' && text[n] < 0x7f; n++)
    if (text[n + 1] == ' ' && text[n + 2] > ' ')
      n++;
  return text[n] == '\0';
}

static char *
clean_line (const char *text)
{
  return is_clean (text) ? g_strdup (text) : gw_text_clean_line (text, MAX_TEXT_CHARS);
}

/* What is stored for @text, or %NULL where nothing is left of it. */
static char *
clean_text (GwInstanceText which,
            const char    *text)
{
  g_autofree char *clean = NULL;

  if (text == NULL)
    return NULL;

  if (which == GW_INSTANCE_HOST_NAME)
    clean = clean_host (text);
  else if (which == GW_INSTANCE_USER)
    clean = clean_user (text);
  else if (which == GW_INSTANCE_IDENTITY_FILE)
    clean = clean_path (text);
  else
    clean = clean_line (text);
  return clean != NULL && *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}

/* %NULL for an empty list. @share: of interned strings. */
static GStrv
clean_list (const char *const  *values,
            char             *(*clean_item) (const char *),
            gboolean            share)
{
  char *items[GW_INSTANCE_MAX_ITEMS + 1];
  guint n = 0;

  for (guint i = 0; values != NULL && values[i] != NULL && n < GW_INSTANCE_MAX_ITEMS; i++)
    {
      g_autofree char *item = clean_item (values[i]);

      if (item != NULL && *item != '\0')
        items[n++] = share ? g_ref_string_new_intern (item) : g_steal_pointer (&item);
    }
  items[n++] = NULL;
  return n > 1 ? g_memdup2 (items, n * sizeof (char *)) : NULL;
}

static void
free_shared_list (GStrv list)
{
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    g_ref_string_release (list[i]);
  g_free (list);
}

static GStrv
ref_shared_list (GStrv list)
{
  GStrv copy = list != NULL ? g_new (char *, g_strv_length (list) + 1) : NULL;
  guint n = 0;

  if (list == NULL)
    return NULL;
  for (; list[n] != NULL; n++)
    copy[n] = g_ref_string_acquire (list[n]);
  copy[n] = NULL;
  return copy;
}

static gboolean
lists_equal (GStrv a,
             GStrv b)
{
  return g_strv_equal (peek_list (a), peek_list (b));
}

/* Takes @list. Whether anything changed. */
static gboolean
replace_addresses (GwInstance    *self,
                   GwAddressKind  kind,
                   GStrv          list)
{
  if (lists_equal (self->addresses[kind], list))
    {
      g_strfreev (list);
      return FALSE;
    }
  g_strfreev (self->addresses[kind]);
  self->addresses[kind] = list;
  return TRUE;
}

/* The same for a list of shared strings. */
static gboolean
replace_shared (GStrv *field,
                GStrv  list)
{
  if (lists_equal (*field, list))
    {
      free_shared_list (list);
      return FALSE;
    }
  free_shared_list (*field);
  *field = list;
  return TRUE;
}

/* @text: cleaned, or %NULL. Whether anything changed. */
static gboolean
replace_text (GwInstance     *self,
              GwInstanceText  which,
              const char     *text)
{
  gboolean shared = is_shared (which);

  if (g_strcmp0 (self->texts[which], text) == 0)
    return FALSE;
  if (shared)
    {
      g_clear_pointer (&self->texts[which], g_ref_string_release);
      self->texts[which] = text != NULL ? g_ref_string_new_intern (text) : NULL;
    }
  else
    {
      g_free (self->texts[which]);
      self->texts[which] = g_strdup (text);
    }
  return TRUE;
}

static gboolean
replace_status (GwInstance       *self,
                GwInstanceStatus  status,
                gint64            time)
{
  gboolean changed = self->status != status;

  self->status = status;
  self->status_time = MAX (time, 0);
  return changed;
}

static void
gw_instance_finalize (GObject *object)
{
  GwInstance *self = GW_INSTANCE (object);

  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    replace_text (self, i, NULL);
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    g_strfreev (self->addresses[i]);
  free_shared_list (self->security_groups);
  free_shared_list (self->tags);
  free_shared_list (self->locks);
  g_free (self->search_text);
  g_free (self->id);

  G_OBJECT_CLASS (gw_instance_parent_class)->finalize (object);
}

static void
gw_instance_class_init (GwInstanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gw_instance_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gw_instance_init (GwInstance *self)
{
}

GwInstance *
gw_instance_new (const char *id)
{
  GwInstance *self;

  g_return_val_if_fail (id != NULL && *id != '\0', NULL);

  self = g_object_new (GW_TYPE_INSTANCE, NULL);
  self->id = clean_line (id);
  return self;
}

GwInstance *
gw_instance_copy (GwInstance *self,
                  const char *id)
{
  GwInstance *copy;

  g_return_val_if_fail (GW_IS_INSTANCE (self), NULL);
  g_return_val_if_fail (id != NULL && *id != '\0', NULL);

  copy = gw_instance_new (id);
  gw_instance_assign (copy, self);
  return copy;
}

void
gw_instance_assign (GwInstance *self,
                    GwInstance *other)
{
  gboolean changed = FALSE;

  g_return_if_fail (GW_IS_INSTANCE (self));
  g_return_if_fail (GW_IS_INSTANCE (other));

  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    changed |= replace_text (self, i, other->texts[i]);
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    if (!lists_equal (self->addresses[i], other->addresses[i]))
      changed |= replace_addresses (self, i, g_strdupv (other->addresses[i]));
  if (!lists_equal (self->security_groups, other->security_groups))
    changed |= replace_shared (&self->security_groups, ref_shared_list (other->security_groups));
  if (!lists_equal (self->tags, other->tags))
    changed |= replace_shared (&self->tags, ref_shared_list (other->tags));
  if (!lists_equal (self->locks, other->locks))
    changed |= replace_shared (&self->locks, ref_shared_list (other->locks));
  changed |= replace_status (self, other->status, other->status_time);
  changed |= self->port != other->port || self->network != other->network
             || self->login_as_non_root != other->login_as_non_root;
  self->port = other->port;
  self->network = other->network;
  self->login_as_non_root = other->login_as_non_root;
  if (changed)
    emit_changed (self);
}

gboolean
gw_instance_equal (GwInstance *a,
                   GwInstance *b)
{
  g_return_val_if_fail (GW_IS_INSTANCE (a), FALSE);
  g_return_val_if_fail (GW_IS_INSTANCE (b), FALSE);

  for (guint i = 0; i < GW_N_INSTANCE_TEXTS; i++)
    if (g_strcmp0 (a->texts[i], b->texts[i]) != 0)
      return FALSE;
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    if (!lists_equal (a->addresses[i], b->addresses[i]))
      return FALSE;
  return g_str_equal (a->id, b->id) && lists_equal (a->security_groups, b->security_groups)
         && lists_equal (a->tags, b->tags) && lists_equal (a->locks, b->locks)
         && a->login_as_non_root == b->login_as_non_root && a->port == b->port
         && a->status == b->status && a->status_time == b->status_time && a->network == b->network;
}

const char *
gw_instance_get_id (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), NULL);

  return self->id;
}

const char *
gw_instance_get_title (GwInstance *self)
{
  const char *address;

  g_return_val_if_fail (GW_IS_INSTANCE (self), "");

  if (self->texts[GW_INSTANCE_NAME] != NULL)
    return self->texts[GW_INSTANCE_NAME];
  if (self->texts[GW_INSTANCE_HOST_NAME] != NULL)
    return self->texts[GW_INSTANCE_HOST_NAME];
  address = gw_instance_get_main_address (self);
  return *address != '\0' ? address : self->id;
}

static const char *
first_address (GwInstance    *self,
               GwAddressKind  kind)
{
  return peek_list (self->addresses[kind])[0];
}

/* The rule of gw_connection_list_for() and gw_connection_choose() without making objects: lists
 * ask for this once a row. */
const char *
gw_instance_get_main_address (GwInstance *self)
{
  const char *address;

  g_return_val_if_fail (GW_IS_INSTANCE (self), "");

  address = first_address (self, GW_ADDRESS_PUBLIC);
  if (address == NULL && self->network != GW_NETWORK_CLASSIC)
    address = first_address (self, GW_ADDRESS_ELASTIC);
  if (address == NULL && self->network == GW_NETWORK_UNKNOWN)
    address = self->texts[GW_INSTANCE_HOST_NAME];
  if (address == NULL && self->network != GW_NETWORK_CLASSIC)
    address = first_address (self, GW_ADDRESS_PRIVATE);
  if (address == NULL && self->network != GW_NETWORK_VPC)
    address = first_address (self, GW_ADDRESS_INTERNAL);
  return address != NULL ? address : "";
}

const char *
gw_instance_get_text (GwInstance     *self,
                      GwInstanceText  which)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), NULL);
  g_return_val_if_fail (which < GW_N_INSTANCE_TEXTS, NULL);

  return self->texts[which];
}

void
gw_instance_set_text (GwInstance     *self,
                      GwInstanceText  which,
                      const char     *text)
{
  g_autofree char *clean = NULL;

  g_return_if_fail (GW_IS_INSTANCE (self));
  g_return_if_fail (which < GW_N_INSTANCE_TEXTS);

  clean = clean_text (which, text);
  if (replace_text (self, which, clean))
    emit_changed (self);
}

guint
gw_instance_get_port (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), 0);

  return self->port;
}

void
gw_instance_set_port (GwInstance *self,
                      guint       port)
{
  g_return_if_fail (GW_IS_INSTANCE (self));

  if (port > G_MAXUINT16)
    port = 0;
  if (port == self->port)
    return;
  self->port = port;
  emit_changed (self);
}

GwInstanceStatus
gw_instance_get_status (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), GW_INSTANCE_STATUS_UNKNOWN);

  return self->status;
}

gint64
gw_instance_get_status_time (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), 0);

  return self->status_time;
}

void
gw_instance_set_status (GwInstance       *self,
                        GwInstanceStatus  status,
                        gint64            time)
{
  g_return_if_fail (GW_IS_INSTANCE (self));
  g_return_if_fail (status <= GW_INSTANCE_STATUS_STOPPED);

  if (replace_status (self, status, time))
    emit_changed (self);
}

GwNetworkType
gw_instance_get_network (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), GW_NETWORK_UNKNOWN);

  return self->network;
}

void
gw_instance_set_network (GwInstance    *self,
                         GwNetworkType  network)
{
  g_return_if_fail (GW_IS_INSTANCE (self));
  g_return_if_fail (network <= GW_NETWORK_CLASSIC);

  if (network == self->network)
    return;
  self->network = network;
  emit_changed (self);
}

const char *const *
gw_instance_get_addresses (GwInstance    *self,
                           GwAddressKind  kind)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), empty_list);
  g_return_val_if_fail (kind < GW_N_ADDRESS_KINDS, empty_list);

  return peek_list (self->addresses[kind]);
}

void
gw_instance_set_addresses (GwInstance        *self,
                           GwAddressKind      kind,
                           const char *const *addresses)
{
  g_return_if_fail (GW_IS_INSTANCE (self));
  g_return_if_fail (kind < GW_N_ADDRESS_KINDS);

  if (replace_addresses (self, kind, clean_list (addresses, clean_host, FALSE)))
    emit_changed (self);
}

const char *const *
gw_instance_get_security_groups (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), empty_list);

  return peek_list (self->security_groups);
}

void
gw_instance_set_security_groups (GwInstance        *self,
                                 const char *const *ids)
{
  g_return_if_fail (GW_IS_INSTANCE (self));

  if (replace_shared (&self->security_groups, clean_list (ids, clean_line, TRUE)))
    emit_changed (self);
}

const char *const *
gw_instance_get_tags (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), empty_list);

  return peek_list (self->tags);
}

void
gw_instance_set_tags (GwInstance        *self,
                      const char *const *tags)
{
  g_return_if_fail (GW_IS_INSTANCE (self));

  if (replace_shared (&self->tags, clean_list (tags, clean_line, TRUE)))
    emit_changed (self);
}

const char *const *
gw_instance_get_locks (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), empty_list);

  return peek_list (self->locks);
}

void
gw_instance_set_locks (GwInstance        *self,
                       const char *const *locks)
{
  g_return_if_fail (GW_IS_INSTANCE (self));

  if (replace_shared (&self->locks, clean_list (locks, clean_line, TRUE)))
    emit_changed (self);
}

gboolean
gw_instance_get_login_as_non_root (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), FALSE);

  return self->login_as_non_root;
}

void
gw_instance_set_login_as_non_root (GwInstance *self,
                                   gboolean    non_root)
{
  g_return_if_fail (GW_IS_INSTANCE (self));

  non_root = non_root != FALSE;
  if (non_root == self->login_as_non_root)
    return;
  self->login_as_non_root = non_root;
  emit_changed (self);
}

gboolean
gw_instance_is_cloud (GwInstance *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE (self), FALSE);

  return self->network != GW_NETWORK_UNKNOWN;
}

static void
append_line (GString    *text,
             const char *line)
{
  if (line != NULL)
    {
      g_string_append (text, line);
      g_string_append_c (text, '\n');
    }
}

const char *
gw_instance_get_search_text (GwInstance *self)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (GW_IS_INSTANCE (self), "");

  if (self->search_text != NULL)
    return self->search_text;

  text = g_string_sized_new (256);
  append_line (text, self->texts[GW_INSTANCE_NAME]);
  /* Nobody knows the made-up ids of other hosts, and "db" would be found in many a UUID. */
  if (gw_instance_is_cloud (self))
    append_line (text, self->id);
  append_line (text, self->texts[GW_INSTANCE_HOST_NAME]);
  for (guint kind = 0; kind < GW_N_ADDRESS_KINDS; kind++)
    for (guint i = 0; self->addresses[kind] != NULL && self->addresses[kind][i] != NULL; i++)
      append_line (text, self->addresses[kind][i]);
  for (guint i = 0; self->tags != NULL && self->tags[i] != NULL; i++)
    append_line (text, self->tags[i]);
  self->search_text = gw_search_fold (text->str);
  return self->search_text;
}

const char *
gw_instance_status_title (GwInstanceStatus status)
{
  g_return_val_if_fail (status < G_N_ELEMENTS (statuses), "");

  return statuses[status].title != NULL ? _(statuses[status].title) : "";
}

const char *
gw_instance_status_to_string (GwInstanceStatus status)
{
  g_return_val_if_fail (status < G_N_ELEMENTS (statuses), "");

  return statuses[status].word;
}

GwInstanceStatus
gw_instance_status_from_string (const char *string)
{
  for (guint i = 0; string != NULL && i < G_N_ELEMENTS (statuses); i++)
    if (g_ascii_strcasecmp (statuses[i].word, string) == 0)
      return statuses[i].status;
  return GW_INSTANCE_STATUS_UNKNOWN;
}
