/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "gw-diagnosis.h"

G_BEGIN_DECLS

/**
 * GwFailurePage:
 *
 * A page of a tab whose login failed: what happened, what to do, and the details to copy. Its
 * buttons are the actions tab.edit-login and tab.reconnect.
 */
#define GW_TYPE_FAILURE_PAGE (gw_failure_page_get_type ())
G_DECLARE_FINAL_TYPE (GwFailurePage, gw_failure_page, GW, FAILURE_PAGE, AdwBin)

GtkWidget *gw_failure_page_new (const GwDiagnosis *diagnosis);

G_END_DECLS
