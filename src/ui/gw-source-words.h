/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-ecs-source.h"

G_BEGIN_DECLS

/* What can be done about what is said. */
typedef enum {
  GW_SOURCE_OFFER_NOTHING,
  GW_SOURCE_OFFER_UNLOCK,  /* the keyring */
  GW_SOURCE_OFFER_RETRY,
  GW_SOURCE_OFFER_EDIT,    /* the account */
  GW_SOURCE_OFFER_REQUEST, /* to an administrator, for rights */
} GwSourceOffer;

/* Adds to @text what is to be said of the last refresh; nothing at all is fine. @fresh: one was
 * complete since the start, so that the age of the list is not worth a word by itself. */
GwSourceOffer gw_source_describe     (GwEcsSource *self,
                                      gboolean     fresh,
                                      GString     *text);
/* Code, RequestId and so on, a line each; "" where there are none. Free with g_free(). */
char         *gw_source_dup_details  (GwEcsSource *self);
void          gw_source_add_sentence (GString     *text,
                                      const char  *sentence);

G_END_DECLS
