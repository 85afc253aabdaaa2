/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-keyring.h"

G_BEGIN_DECLS

/**
 * GwKeyringRow:
 *
 * Says in one row why the keyring cannot be used, and offers the next step: “Unlock”, “Create
 * Keyring” (both through the desktop's own prompt), “Keep for This Session” where there is no
 * Secret Service at all. Hidden while the keyring can be used. A prompt that is dismissed changes
 * nothing; a failure is said in the row. Signal: `done`: the prompt is over; TRUE: the keyring can
 * be used now.
 */
#define GW_TYPE_KEYRING_ROW (gw_keyring_row_get_type ())
G_DECLARE_FINAL_TYPE (GwKeyringRow, gw_keyring_row, GW, KEYRING_ROW, AdwActionRow)

/* Once. */
void gw_keyring_row_set_keyring (GwKeyringRow *self,
                                 GwKeyring    *keyring);
/* As if its button was pressed. Nothing while it waits for the prompt already. */
void gw_keyring_row_press       (GwKeyringRow *self);

G_END_DECLS
