/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Secrets"

#include "gw-keyring-private.h"

static gboolean
on_look (gpointer user_data)
{
  GwKeyring *self = user_data;

  self->look_id = 0;
  _gw_keyring_set_contents (
    self, GW_KEYRING_STATE_ABSENT,
    g_ptr_array_new_with_free_func ((GDestroyNotify) _gw_keyring_entry_free));
  return G_SOURCE_REMOVE;
}

void
_gw_keyring_start (GwKeyring *self)
{
  self->look_id = g_idle_add (on_look, self);
}

void
_gw_keyring_stop (GwKeyring *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
}
