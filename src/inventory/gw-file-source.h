/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-source.h"

G_BEGIN_DECLS

/**
 * GwFileSource:
 *
 * “Saved Hosts”: the user's own list in $XDG_DATA_HOME/gangway/instances.json (format: see
 * data/instances.schema.json and README.md). Written aside and renamed, mode 0600; members that
 * this version does not know are kept. A file that cannot be read as a whole (broken, huge) is
 * renamed to instances.json.bad-DATE before anything is written, and `notice` says so; a newer
 * format version is read but never written over; one bad entry is kept in the file and left out
 * of the list, with a notice. Every change is written at once; if that fails the change is undone
 * and the error returned.
 */
#define GW_TYPE_FILE_SOURCE (gw_file_source_get_type ())
G_DECLARE_FINAL_TYPE (GwFileSource, gw_file_source, GW, FILE_SOURCE, GwSource)

/* @path %NULL: the default place. */
GwFileSource *gw_file_source_new    (const char    *path);

/* Append. Makes the instance part of the list (transfer none: takes a reference). */
gboolean      gw_file_source_add    (GwFileSource  *self,
                                     GwInstance    *instance,
                                     GError       **error);
/* Several at once, written once (import). Instances whose id is in the list already replace it. */
gboolean      gw_file_source_import (GwFileSource  *self,
                                     GPtrArray     *instances,
                                     GError       **error);
/* Replace what the entry with the id of @instance holds by what @instance holds. */
gboolean      gw_file_source_update (GwFileSource  *self,
                                     GwInstance    *instance,
                                     GError       **error);
/* Copy with a new id and the name “NAME (copy)”, placed after the original; (transfer none). */
GwInstance   *gw_file_source_duplicate (GwFileSource *self,
                                     GwInstance    *instance,
                                     GError       **error);
/* Remove; @position, optional: where it was, for gw_file_source_restore(). */
gboolean      gw_file_source_remove (GwFileSource  *self,
                                     GwInstance    *instance,
                                     guint         *position,
                                     GError       **error);
/* Undo of a removal: the same object comes back at @position (clamped), with the members of the
 * file that this version did not know. */
gboolean      gw_file_source_restore (GwFileSource *self,
                                     GwInstance    *instance,
                                     guint          position,
                                     GError       **error);

G_END_DECLS
