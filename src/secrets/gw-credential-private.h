/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-credential.h"
#include "gw-keyring-item.h"

G_BEGIN_DECLS

#define GW_CREDENTIAL_KIND "credential"

/* A credential as an item of the keyring, as any program may have written it. */
GwCredential *_gw_credential_new_from_item (GwKeyringItem *item);
/* Writes what @self says into @item; other fields of it stay. GW_ERROR_TOO_LARGE where there are
 * more scopes than a field can hold. */
gboolean      _gw_credential_to_item       (GwCredential   *self,
                                            GwKeyringItem  *item,
                                            GError        **error);

/* The scopes of @self but for those of @other. (transfer full) */
GStrv         _gw_credential_scopes_without (GwCredential  *self,
                                             GwCredential  *other);

G_END_DECLS
