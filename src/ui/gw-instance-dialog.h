/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-file-source.h"

G_BEGIN_DECLS

/**
 * GwInstanceDialog:
 *
 * “Add Host” and “Edit Host”: what a saved host is made of. Writes to the file source itself and
 * closes; signal `saved` (GwInstance) says so.
 */
#define GW_TYPE_INSTANCE_DIALOG (gw_instance_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GwInstanceDialog, gw_instance_dialog, GW, INSTANCE_DIALOG, AdwWindow)

/* @instance: the saved host to edit, %NULL for a new one. */
GwInstanceDialog *gw_instance_dialog_new (GtkWindow    *parent,
                                          GwFileSource *saved,
                                          GwInstance   *instance);

G_END_DECLS
