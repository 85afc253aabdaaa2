/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Engine"

#include "gw-temporary-key.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "gw-error.h"
#include "gw-private-key.h"

#define RSA_BITS 3072

struct _GwTemporaryKey {
  ssh_key key; /* NULL once it is wiped */
  guint   life;
  gint64  made_at; /* microseconds */
  /* GLib's own timers stand still while the computer sleeps, and the key would outlive its time. */
  int     timer;
  guint   watch;
};

static gint64
get_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
on_over (int          fd,
         GIOCondition condition,
         gpointer     user_data)
{
  GwTemporaryKey *self = user_data;

  g_debug ("the temporary key is over");
  g_clear_pointer (&self->key, ssh_key_free);
  self->watch = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
start_timer (GwTemporaryKey  *self,
             GError         **error)
{
  const struct itimerspec life = { .it_value = { .tv_sec = self->life } };

  self->made_at = get_time ();
  self->timer = timerfd_create (CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->timer < 0 || timerfd_settime (self->timer, 0, &life, NULL) != 0)
    {
      /* Without it nothing would end the key's time. */
      g_set_error (error, GW_ERROR, GW_ERROR_FAILED, _("No key can be made: %s"),
                   g_strerror (errno));
      return FALSE;
    }
  self->watch = g_unix_fd_add (self->timer, G_IO_IN, on_over, self);
  return TRUE;
}

GwTemporaryKey *
gw_temporary_key_new (const char  *type,
                      guint        life,
                      char       **public_key,
                      GError     **error)
{
  gboolean is_rsa = strcmp (type, "ssh-rsa") == 0;
  g_autoptr (GwTemporaryKey) self = NULL;
  g_autofree char *made_type = NULL;
  g_autofree char *fingerprint = NULL;

  if (!is_rsa && strcmp (type, "ssh-ed25519") != 0)
    {
      g_set_error (error, GW_ERROR, GW_ERROR_PROTOCOL, _("“%s” is no type of key to make."), type);
      return NULL;
    }
  self = g_new0 (GwTemporaryKey, 1);
  self->life = life;
  self->timer = -1;
  if (ssh_pki_generate (is_rsa ? SSH_KEYTYPE_RSA : SSH_KEYTYPE_ED25519, is_rsa ? RSA_BITS : 0,
                        &self->key) != SSH_OK)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_FAILED, _("OpenSSL cannot make a key."));
      return NULL;
    }
  if (!gw_private_key_describe (self->key, &made_type, &fingerprint, public_key, error) ||
      !start_timer (self, error))
    {
      g_clear_pointer (public_key, g_free);
      return NULL;
    }
  g_debug ("a temporary key was made: %s %s", made_type, fingerprint);
  return g_steal_pointer (&self);
}

void
gw_temporary_key_free (GwTemporaryKey *self)
{
  g_clear_pointer (&self->key, ssh_key_free);
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->timer >= 0)
    close (self->timer);
  g_free (self);
}

ssh_key
gw_temporary_key_get (GwTemporaryKey *self)
{
  /* The loop may be about to see the timer only after what it is doing now. */
  if (get_time () - self->made_at >= self->life * G_USEC_PER_SEC)
    g_clear_pointer (&self->key, ssh_key_free);
  return self->key;
}

GError *
gw_temporary_key_get_expiry_error (GwTemporaryKey *self)
{
  guint age = (guint) ((get_time () - self->made_at) / G_USEC_PER_SEC);

  return g_error_new (GW_ERROR, GW_ERROR_KEY_EXPIRED,
                      ngettext ("The key was %u second old when it could be used, and is thrown "
                                "away after %u.",
                                "The key was %u seconds old when it could be used, and is thrown "
                                "away after %u.", age), age, self->life);
}
