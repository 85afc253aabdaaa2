/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GwAssistNotes:
 *
 * What was found out about instances that take temporary keys, so that it is not asked each time:
 * that the plug-in is enabled, and that they want RSA. No secrets. In
 * $XDG_STATE_HOME/gangway/temporary-keys.json (0600, written aside and renamed in the background, at
 * most 5,000 instances, the oldest dropped). A broken file is set aside, one of a newer version left
 * alone.
 */
#define GW_TYPE_ASSIST_NOTES (gw_assist_notes_get_type ())
G_DECLARE_FINAL_TYPE (GwAssistNotes, gw_assist_notes, GW, ASSIST_NOTES, GObject)

/* @path %NULL: the default place. */
GwAssistNotes *gw_assist_notes_new         (const char    *path);
/* @instance: its id. */
gboolean       gw_assist_notes_is_enabled  (GwAssistNotes *self,
                                            const char    *instance);
void           gw_assist_notes_set_enabled (GwAssistNotes *self,
                                            const char    *instance,
                                            gboolean       enabled);
gboolean       gw_assist_notes_wants_rsa   (GwAssistNotes *self,
                                            const char    *instance);
void           gw_assist_notes_set_rsa     (GwAssistNotes *self,
                                            const char    *instance,
                                            gboolean       rsa);
/* For tests: whether nothing is being written. */
gboolean       gw_assist_notes_is_saved    (GwAssistNotes *self);

G_END_DECLS
