/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The value of the attribute "version" that this program writes. */
#define GW_KEYRING_VERSION 1

/**
 * GwKeyringItem:
 *
 * One item of the keyring but for its secret: plain data. In the Secret Service its attributes are
 * "xdg:schema" (org.gangway.Secret), "version", "kind", "id" and the fields. Fields are not
 * secret: keyrings may keep attributes in the clear.
 */
#define GW_TYPE_KEYRING_ITEM (gw_keyring_item_get_type ())
G_DECLARE_FINAL_TYPE (GwKeyringItem, gw_keyring_item, GW, KEYRING_ITEM, GObject)

/* @kind: "credential", "login"… @id: unique in its kind, stable for the item's life. */
GwKeyringItem *gw_keyring_item_new          (const char    *kind,
                                             const char    *id);
GwKeyringItem *gw_keyring_item_copy         (GwKeyringItem *self);
const char    *gw_keyring_item_get_kind     (GwKeyringItem *self);
const char    *gw_keyring_item_get_id       (GwKeyringItem *self);
/* What the desktop's password manager shows. Made safe when set: one line without control
 * characters, at most 128 characters, no ':' (KWallet hides such items). Never %NULL. */
const char    *gw_keyring_item_get_label    (GwKeyringItem *self);
void           gw_keyring_item_set_label    (GwKeyringItem *self,
                                             const char    *label);
/* %NULL where not set. Names: lower case letters and '-'. Values: UTF-8, at most 4096 bytes
 * (longer or broken ones, which another program may have written, read as not set). */
const char    *gw_keyring_item_get_field    (GwKeyringItem *self,
                                             const char    *name);
void           gw_keyring_item_set_field    (GwKeyringItem *self,
                                             const char    *name,
                                             const char    *value);
/* The names of all fields that are set, sorted. (transfer full) */
GStrv          gw_keyring_item_list_fields  (GwKeyringItem *self);
/* When it was first stored and last changed, seconds since 1970; 0 if unknown. "created" is a
 * field, set by gw_keyring_store_async() where it is missing: it survives undo. */
gint64         gw_keyring_item_get_created  (GwKeyringItem *self);
gint64         gw_keyring_item_get_modified (GwKeyringItem *self);
void           gw_keyring_item_set_modified (GwKeyringItem *self,
                                             gint64         time);

G_END_DECLS
