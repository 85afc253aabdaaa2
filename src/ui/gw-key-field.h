/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-sensitive.h"

G_BEGIN_DECLS

/**
 * GwKeyField:
 *
 * The “Private Key” row: takes a private key that is pasted (button or Ctrl+V), dropped, loaded
 * from a file, or chosen from ~/.ssh or the agent. The text goes straight into locked memory; no
 * text widget ever holds it. Then it shows what the key is. A text that is no usable private key
 * is refused with the reason, and what was there stays.
 * Signal `changed`: the key was set, cleared, or more of it became known.
 */
#define GW_TYPE_KEY_FIELD (gw_key_field_get_type ())
G_DECLARE_FINAL_TYPE (GwKeyField, gw_key_field, GW, KEY_FIELD, AdwPreferencesRow)

/* Whether the agent's keys can be chosen too (default): not where the key itself is needed. */
void         gw_key_field_set_offers_agent (GwKeyField *self,
                                            gboolean    offers_agent);
/* @path (nullable): the file that it is from. FALSE, with the reason shown, if refused. */
gboolean     gw_key_field_set_text      (GwKeyField  *self,
                                         GwSensitive *text,
                                         const char  *path);
/* Ends in `changed`, or in an error below the field: regular files of at most 64 KiB are read. */
void         gw_key_field_load_path     (GwKeyField  *self,
                                         const char  *path);
/* A file is being read, of which nothing is known yet. */
gboolean     gw_key_field_is_loading    (GwKeyField  *self);
/* A key that the agent holds. @type and @comment (nullable): where not known. */
void         gw_key_field_set_agent_key (GwKeyField  *self,
                                         const char  *fingerprint,
                                         const char  *type,
                                         const char  *comment);
void         gw_key_field_clear         (GwKeyField  *self);

/* (transfer none) (nullable) */
GwSensitive *gw_key_field_get_text      (GwKeyField  *self);
const char  *gw_key_field_get_path      (GwKeyField  *self);
/* The fingerprint of the agent's key, if one was chosen. */
const char  *gw_key_field_get_agent_key (GwKeyField  *self);
/* A key or one of the agent is there. */
gboolean     gw_key_field_is_set        (GwKeyField  *self);
/* The key's header says that it needs a passphrase. */
gboolean     gw_key_field_is_encrypted  (GwKeyField  *self);

/* One line under the field; %NULL takes it away. */
void         gw_key_field_set_error     (GwKeyField  *self,
                                         const char  *message);
const char  *gw_key_field_get_error     (GwKeyField  *self);

G_END_DECLS
