/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-reach.h"

G_BEGIN_DECLS

/* gw-reach-words.c: the sentences of `summary`, from all else. Free with g_free(). */
char *gw_reach_describe (GwReach *self);

G_END_DECLS
